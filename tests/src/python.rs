//! Python with packages from PyPI, for slow tests that compare with other programs.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Python with `packages`, such as `duckdb==2.0.1`, installed once in `folder`. `imports` are the statements that
/// succeed after the installation. The error says what is missing here: Python, one of its modules or the
/// network.
///
/// # Errors
///
/// A sentence about what is missing.
///
/// # Panics
///
/// If the installation fails for another reason.
pub fn with_packages(folder: &Path, packages: &[&str], imports: &str) -> Result<PathBuf, String> {
    if !succeeds(Command::new("python3").arg("--version")) {
        return Err("python3 is missing".to_owned());
    }
    let python = folder.join("bin/python");
    if succeeds(Command::new(&python).args(["-c", imports])) {
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
    let mut pip = Command::new(&python);
    let pip = pip.args(["-m", "pip", "install"]).args(packages);
    let (status, text) = output(pip.args(options));
    if status.success() {
        return Ok(python);
    }
    // The words of pip for a connection that fails, and for one that ends during a download.
    let unreachable = ["connection broken by", "timed out", "Connection aborted"];
    let missing = |line: &&str| unreachable.iter().any(|words| line.contains(words));
    match text.lines().find(missing) {
        Some(line) => Err(format!("the network is missing: {line}")),
        None => panic!("pip install {packages:?}: {status}\n{text}"),
    }
}
