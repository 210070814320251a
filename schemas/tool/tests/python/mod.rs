//! Python with packages from PyPI, for slow tests.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Python with packages, installed once in a folder; each list is one call of pip with its options. `check` is a
/// program that succeeds if they are there.
///
/// # Errors
///
/// The missing part: Python, pip or the network.
///
/// # Panics
///
/// If the installation fails for another reason.
pub(crate) fn with_packages(
    folder: &Path,
    lists: &[&[&str]],
    check: &str,
) -> Result<PathBuf, String> {
    if !succeeds(Command::new("python3").arg("--version")) {
        return Err("python3 is missing".to_owned());
    }
    let python = folder.join("bin/python");
    if succeeds(Command::new(&python).args(["-c", check])) {
        return Ok(python);
    }
    for module in ["venv", "ensurepip"] {
        if !succeeds(Command::new("python3").args(["-c", &format!("import {module}")])) {
            return Err(format!("the module {module} of python3 is missing"));
        }
    }
    let output = |command: &mut Command| {
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status, String::from_utf8_lossy(&text).into_owned())
    };
    let (status, text) = output(Command::new("python3").args(["-m", "venv"]).arg(folder));
    assert!(status.success(), "python3 -m venv: {status}\n{text}");
    // Without the network, the test is skipped after seconds instead of minutes.
    let options = ["--quiet", "--no-input", "--retries", "1", "--timeout", "10"];
    for packages in lists {
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install"])
            .args(*packages)
            .args(options);
        let (status, text) = output(&mut pip);
        if status.success() {
            continue;
        }
        // The words of pip for a connection that fails, and for one that ends during a download.
        let unreachable = ["connection broken by", "timed out", "Connection aborted"];
        let line = text
            .lines()
            .find(|line| unreachable.iter().any(|words| line.contains(words)));
        match line {
            Some(line) => return Err(format!("the network is missing: {line}")),
            None => panic!("pip install {packages:?}: {status}\n{text}"),
        }
    }
    Ok(python)
}
