//! The commands of "See your events" in the README, run by a shell.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::client::fresh;

/// The commands between two marks.
fn block(mark: &str) -> String {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let page = fs::read_to_string(readme).unwrap();
    let (_, rest) = page.split_once(&format!("<!-- begin {mark} -->")).unwrap();
    let (block, _) = rest.split_once(&format!("<!-- end {mark} -->")).unwrap();
    let block = block.trim().strip_prefix("```sh\n").unwrap();
    block.strip_suffix("```").unwrap().to_owned()
}

/// Runs the gate with `product` in the place of the product: exit code and output.
fn gate(name: &str, product: &str) -> Option<(i32, String)> {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("SKIPPED: curl is not installed (apt-get install curl)");
        return None;
    }
    let folder = fresh(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::os::unix::fs::symlink(root.join("schemas"), folder.join("schemas")).unwrap();
    let script = block("view-gate").replace("./product\n", product);
    assert!(script.contains(product), "{script}");
    let tool = PathBuf::from(env!("CARGO_BIN_EXE_telemetry-tool"));
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(
        tool.parent()
            .map(Path::to_owned)
            .into_iter()
            .chain(env::split_paths(&path)),
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(&folder)
        .env("PATH", path.unwrap())
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    Some((output.status.code().unwrap(), out + &err))
}

/// Sends an event with one mistake to the endpoint that the line to paste has set.
const WRONG: &str = "curl -s -o answer.txt --data-raw '{\"clientId\": \"184482118588404\", \"eventSchemaVer\": \"1.5\", \
    \"events\": [{\"name\": \"nat_cli_command\", \"parameters\": {}}]}' \"$NEMO_TELEMETRY_ENDPOINT\"\n";

#[test]
fn a_gate_fails_after_an_invalid_event_and_the_api_shows_it() {
    let product = format!("{WRONG}{}", block("view-api"));
    let Some((code, output)) = gate("gate-invalid", &product) else {
        return;
    };
    assert!(output.contains("1 invalid nat_cli_command 1.5"), "{output}");
    assert!(
        output.contains("MISSING_FIELD /events/0/parameters/"),
        "{output}"
    );
    assert!(
        output.contains("live view: 1 event in 1 envelope"),
        "{output}"
    );
    assert!(output.contains("the next answers are set"), "{output}");
    assert!(
        output.contains("the events and the counters are removed"),
        "{output}"
    );
    // After the reset nothing has occurred.
    assert_eq!(code, 1, "{output}");
    assert!(
        output.contains("the coverage is 0 %, below 1 %"),
        "{output}"
    );

    let (code, output) = gate("gate-wrong", WRONG).unwrap();
    assert_eq!(code, 1);
    assert!(output.contains("finding: 1 invalid"), "{output}");
}
