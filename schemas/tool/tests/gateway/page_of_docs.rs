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

#[test]
fn the_commands_of_the_page_collect_an_event() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("SKIPPED: curl is not installed (apt-get install curl)");
        return;
    }
    let folder = fresh("page");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::os::unix::fs::symlink(root.join("schemas"), folder.join("schemas")).unwrap();
    let collector = Collector::start();
    let script = ["collect-start", "collect-send", "collect-end"]
        .map(block)
        .concat();
    // The ports of the page may be in use here.
    let script = script
        .replace("127.0.0.1:4319", "127.0.0.1:0")
        .replace("http://127.0.0.1:4318/v1/logs", &collector.address());
    assert!(script.contains(&collector.address()), "{script}");
    let tool = PathBuf::from(env!("CARGO_BIN_EXE_telemetry-tool"));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = tool.parent().map(Path::to_owned).into_iter();
    let path = env::join_paths(folders.chain(env::split_paths(&path))).unwrap();
    let output = Command::new("sh")
        .args(["-ec", &script])
        .current_dir(&folder)
        .env("PATH", path)
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    for text in [
        "{\"accepted\":1,\"invalid\":1,\"first\":{\"rule\":\"MISSING_FIELD\",\"pointer\":\"/events/1/parameters/nemoSource\",",
        "\"rule\":\"MISSING_FIELD\",\"title\"",
        "ok\n",
        "telemetry_gateway_events_forwarded_total 1\n",
    ] {
        assert!(out.contains(text), "{text}: {out}");
    }
    let record = &collector.records()[0];
    assert_eq!(record["eventName"], "nat_cli_command");
}
