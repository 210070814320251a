//! A fork pool of Python as the host of a library in Rust.

use std::{path::PathBuf, process::Command};

use serde_json::Value;
use telemetry_runtime::testing::Collector;

use crate::sessions;

/// Builds the example with a C interface for this profile, and returns its path.
fn library() -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let mut build = Command::new(env!("CARGO"));
    build
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--offline", "--locked", "--features", "slow"])
        .args(["--example", "fork_pool_host"])
        .args(["--message-format", "json", "--target-dir"])
        .arg(target.parent().unwrap());
    // Cargo sets them for a test. With other values than before, the script of `ring` runs again.
    for variable in [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_LINKS",
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION_MAJOR",
        "CARGO_PKG_VERSION_MINOR",
        "CARGO_PKG_VERSION_PATCH",
        "CARGO_PKG_VERSION_PRE",
    ] {
        build.env_remove(variable);
    }
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let output = build.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut libraries = messages
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|message| message["target"]["name"] == "fork_pool_host")
        .filter_map(|message| Some(PathBuf::from(message["filenames"][0].as_str()?)));
    libraries.next().unwrap()
}

#[test]
fn each_worker_of_a_fork_pool_in_python_delivers_in_a_session_of_its_own() {
    let version = Command::new("python3").arg("--version").output();
    if !version.is_ok_and(|output| output.status.success()) {
        println!("skipped: python3 is not installed");
        return;
    }
    let collector = Collector::start().unwrap();
    let output = Command::new("python3")
        .args(["-I", "-W", "ignore", "-c", include_str!("pool.py")])
        .arg(library())
        .arg(collector.url())
        .output()
        .unwrap();
    let (stdout, stderr) = (
        String::from_utf8(output.stdout),
        String::from_utf8(output.stderr),
    );
    let (stdout, stderr) = (stdout.unwrap(), stderr.unwrap());
    assert!(
        output.status.success(),
        "{}\n{stdout}{stderr}",
        output.status
    );
    assert_eq!(stderr, "", "{stdout}");

    // One line for each process, with the events that its client accepted.
    let numbers = |line: &str| -> Vec<i64> {
        line.split(' ')
            .map(|number| number.parse().unwrap())
            .collect()
    };
    let mut accepted: Vec<_> = stdout.lines().map(numbers).collect();
    accepted.sort_unstable();
    let mut delivered: Vec<_> = sessions(&collector).into_values().collect();
    delivered.sort_unstable();
    assert_eq!(delivered, accepted);
    let of_workers = accepted.iter().flatten().filter(|number| **number >= 0);
    assert_eq!(of_workers.count(), 2000);
    assert!(accepted.len() > 4, "{} processes", accepted.len());
}
