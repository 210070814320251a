//! The commands of `docs/collect.md`, run by a shell.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{collector::Collector, gateway::fresh};

/// The commands between two marks.
fn block(mark: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/collect.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once(&format!("<!-- begin {mark} -->")).unwrap();
    let (block, _) = rest.split_once(&format!("<!-- end {mark} -->")).unwrap();
    let block = block.trim().strip_prefix("```sh\n").unwrap();
    block.strip_suffix("```").unwrap().to_owned()
}

/// Runs a script in a folder with the schemas and the tool: exit code and output.
fn run(name: &str, script: &str) -> (Option<i32>, String) {
    let folder = fresh(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::os::unix::fs::symlink(root.join("schemas"), folder.join("schemas")).unwrap();
    let tool = PathBuf::from(env!("CARGO_BIN_EXE_telemetry-tool"));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = tool.parent().map(Path::to_owned).into_iter();
    let path = env::join_paths(folders.chain(env::split_paths(&path))).unwrap();
    let output = Command::new("sh")
        .args(["-ec", script])
        .current_dir(&folder)
        .env("PATH", path)
        // The client of the page is off on CI systems.
        .env_remove("CI")
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), out + &err)
}

fn has_curl() -> bool {
    let found = Command::new("curl").arg("--version").output().is_ok();
    if !found {
        println!("SKIPPED: curl is not installed (apt-get install curl)");
    }
    found
}

/// The output of the gateway's part of the page.
const EXPECTED: [&str; 4] = [
    "{\"accepted\":1,\"invalid\":1,\"first\":{\"rule\":\"MISSING_FIELD\",\"pointer\":\"/events/1/parameters/nemoSource\",",
    "\"rule\":\"MISSING_FIELD\",\"title\"",
    "ok\n",
    "telemetry_gateway_events_forwarded_total 1\n",
];

#[test]
fn the_commands_of_the_page_collect_an_event() {
    if !has_curl() {
        return;
    }
    let collector = Collector::start();
    let script = ["collect-start", "collect-send", "collect-end"]
        .map(block)
        .concat();
    // The ports of the page may be in use here.
    let script = script
        .replace("127.0.0.1:4319", "127.0.0.1:0")
        .replace("http://127.0.0.1:4318/v1/logs", &collector.address());
    assert!(script.contains(&collector.address()), "{script}");
    let (code, output) = run("page", &script);
    assert_eq!(code, Some(0), "{output}");
    for text in EXPECTED {
        assert!(output.contains(text), "{text}: {output}");
    }
    let record = &collector.records()[0];
    assert_eq!(record["eventName"], "nat_cli_command");
}

#[test]
#[cfg(feature = "slow")]
fn slow_the_commands_of_the_page_collect_through_a_real_collector() {
    let Some(python) = crate::originals::python() else {
        return;
    };
    if !has_curl() {
        return;
    }
    let parts = [
        "collect-rotel",
        "collect-otlp",
        "collect-start",
        "collect-send",
        "collect-end",
    ];
    let script = parts.map(block).concat();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cargo = format!(
        "cargo run --offline --manifest-path {}/Cargo.toml",
        root.display()
    );
    let (http, grpc) = (
        crate::originals::free_address(),
        crate::originals::free_address(),
    );
    // The package is installed for all tests once. The ports of the page may be in use here.
    let installed: String = script
        .lines()
        .filter(|line| !line.starts_with("python3 -m venv") && !line.contains("pip install"))
        .flat_map(|line| [line, "\n"])
        .collect();
    assert_eq!(installed.lines().count() + 2, script.lines().count());
    let script = installed
        .replace("rotel/bin/python", python.to_str().unwrap())
        .replace("cargo run", &cargo)
        .replace("127.0.0.1:4319", "127.0.0.1:0")
        .replace("127.0.0.1:4318", &http)
        .replace("127.0.0.1:4317", &grpc);
    let script = format!(
        "trap 'kill $rotel' EXIT\n{script}\nuntil [ \"$(grep -c EventName rotel.txt)\" = 2 ]; do sleep 0.1; done\n\
         grep -e '-> command: Str(run)' -e '-> exitCode: Int(0)' rotel.txt\n"
    );
    let (code, output) = run("page-rotel", &script);
    assert_eq!(code, Some(0), "{output}");
    let seen = [
        "delivered: 1 of 1 event",
        "     -> nemoSource: Str(agent_toolkit)\n     -> command: Str(otlp)\n",
        "     -> durationMs: Int(12)\n     -> exitCode: Int(-1)\n",
        "     -> command: Str(run)\n     -> exitCode: Int(0)\n",
    ];
    for text in EXPECTED.iter().chain(&seen) {
        assert!(output.contains(text), "{text}: {output}");
    }
}
