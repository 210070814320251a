//! Runs of the program in this process.

#![allow(dead_code, reason = "not every test uses each helper")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use telemetry_tool::cli::{Console, run};

/// Runs the program in this process: exit code, standard output, standard error.
pub(crate) fn tool_with(colour: bool, arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        colour,
    };
    let arguments = std::iter::once("telemetry-tool").chain(arguments.iter().copied());
    let code = run(arguments.map(Into::into), &mut console);
    (
        code,
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

pub(crate) fn tool(arguments: &[&str]) -> (u8, String, String) {
    tool_with(false, arguments)
}

/// The page with another text between two marks.
pub(crate) fn replaced(page: &str, mark: &str, text: &str) -> String {
    let begin = format!("<!-- begin {mark} -->\n");
    let end = format!("<!-- end {mark} -->");
    let (before, rest) = page.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}\n{text}\n{end}{after}")
}

/// An empty folder for one test.
pub(crate) fn empty(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

pub(crate) fn document() -> Value {
    serde_json::from_str(include_str!("../fixtures/document.json")).unwrap()
}

pub(crate) fn with_version(version: &str) -> Value {
    let mut document = document();
    document["schemaMeta"]["schemaVersion"] = version.into();
    document
}

pub(crate) fn write(path: &Path, document: &Value) -> String {
    fs::write(path, document.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Runs git in a folder, without the configuration of this machine.
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args([
            "-c",
            "user.name=test",
            "-c",
            "user.email=test",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "git {arguments:?}");
}
