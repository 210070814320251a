//! The commands of "See your events" in the README and of its page, run by a shell.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::client::fresh;

/// The commands between two marks of the README.
fn block(mark: &str) -> String {
    block_of("README.md", mark)
}

fn block_of(page: &str, mark: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let page = fs::read_to_string(page).unwrap();
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

/// The process of the first terminal, which ends with this value.
#[cfg(feature = "slow")]
struct Terminal(std::process::Child);

#[cfg(feature = "slow")]
impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[cfg(feature = "slow")]
fn slow_two_terminals_show_an_event_and_a_wrong_field() {
    use std::{
        io::{BufRead, BufReader},
        process::Stdio,
    };

    if Command::new("curl").arg("--version").output().is_err() {
        println!("SKIPPED: curl is not installed (apt-get install curl)");
        return;
    }
    let shell = |script: &str| {
        let mut shell = Command::new("sh");
        shell
            .args(["-ec", script])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
            // The client of the page is off on CI systems.
            .env_remove("CI");
        shell
    };
    // The shell becomes the view, so that the end of one is the end of the other.
    let first = shell(&format!("exec {}", block_of("docs/see.md", "see-view")))
        .stdout(Stdio::piped())
        .spawn();
    let mut first = Terminal(first.unwrap());
    let mut lines = BufReader::new(first.0.stdout.take().unwrap()).lines();
    let mut value = |before: &str| {
        let line = lines.next().unwrap().unwrap();
        line.strip_prefix(before).unwrap().trim().to_owned()
    };
    let (page, paste) = (value("page:"), value("paste:"));
    let second = |mark: &str| {
        let script = format!("{paste}\n{}", block_of("docs/see.md", mark));
        let output = shell(&script).output().unwrap();
        let (out, err) = (output.stdout, output.stderr);
        let text = String::from_utf8([out, err].concat()).unwrap();
        assert!(output.status.success(), "{text}");
        text
    };
    let output = second("see-product");
    assert!(output.contains("1 event"), "{output}");
    let events = shell(&format!("curl -s {page}events")).output().unwrap();
    let events = String::from_utf8(events.stdout).unwrap();
    assert!(events.contains(" valid nat_cli_command 1.5"), "{events}");
    assert!(!events.contains("invalid"), "{events}");
    let output = second("see-wrong");
    let documented = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/see.md"));
    let documented = documented.unwrap();
    let (_, documented) = documented.split_once("<!-- end see-wrong -->").unwrap();
    let documented = documented.split("```text\n").nth(1).unwrap();
    let (documented, _) = documented.split_once("\n```").unwrap();
    assert!(documented.contains("/events/0/parameters/durationMs"));
    assert!(output.contains(documented), "{documented}\n\n{output}");
}
