//! What the Agent Toolkit's own consent does (`vectors/consent.json`), and where ours differs.
//!
//! Every vector is run. Where ours differs on purpose the vector is named below with the reason,
//! and a vector named there that would not differ fails.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests"
)]

use std::{
    fs,
    io::{self, BufRead, BufReader, Read},
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use telemetry_runtime::{
    Client, Product,
    consent::{
        Answer, Asked, ConsentFile, ProductConsent, Prompt, Resolution, Stored, Streams, resolve,
        settle,
    },
    transport::NullTransport,
};
use telemetry_tests::scratch::Scratch;

/// Files that are no valid answer but hold a refusal: it stays one. The original takes them for
/// never asked, so Enter at the next prompt opts in a person who had said no.
const HOLD_A_REFUSAL: [&str; 14] = [
    "file_bool_false",
    "file_capital_disabled",
    "file_cr_only",
    "file_json_not_toml",
    "file_malformed",
    "file_malformed_after_disabled",
    "file_malformed_value",
    "file_nested_section",
    "file_nul_byte",
    "file_other_section",
    "file_section_is_array",
    "file_section_is_string",
    "file_section_upper",
    "file_utf16",
];

/// What `frozen_now` of the vectors says: 2026-01-02T03:04:05.678901Z.
fn frozen_now() -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(1_767_323_045_678_901)
}

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../vectors/consent.json")).unwrap();
    assert_eq!(file["frozen_now"], "2026-01-02T03:04:05.678901+00:00");
    assert_eq!(file["prompt_version"], "1.0");
    let vectors = file["vectors"].as_array().unwrap().clone();
    assert_eq!(file["count"], vectors.len());
    vectors
}

fn group(name: &str) -> Vec<Value> {
    let mut vectors = vectors();
    vectors.retain(|vector| vector["group"] == name);
    assert!(!vectors.is_empty());
    vectors
}

/// Tests of this file run the same vectors at the same time.
static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A vector's file in a folder of its own.
struct Case {
    vector: Value,
    _scratch: Scratch,
    path: PathBuf,
    file: ConsentFile,
}

impl Case {
    fn new(vector: Value) -> Self {
        let id = vector["id"].as_str().unwrap();
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("consent-{number}-{}", id.replace('/', "-"));
        let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &name);
        let path = scratch.join("nat/telemetry.toml");
        match vector["file"]["kind"].as_str() {
            Some("directory") => fs::create_dir_all(&path).unwrap(),
            Some("parent_is_file") => fs::write(scratch.join("nat"), "").unwrap(),
            Some(other) => panic!("{other}"),
            None => {
                if let Some(bytes) = bytes_of(&vector["file"]) {
                    fs::create_dir(scratch.join("nat")).unwrap();
                    fs::write(&path, bytes).unwrap();
                }
            }
        }
        let file = ConsentFile::new(&path, "1.0").header(
            "NeMo Agent Toolkit telemetry consent.\n\
             To change, run `nat configure telemetry --enable | --disable`,\n\
             or set the NAT_TELEMETRY_ENABLED environment variable.",
        );
        Self {
            vector,
            _scratch: scratch,
            path,
            file,
        }
    }

    fn id(&self) -> &str {
        self.vector["id"].as_str().unwrap()
    }

    fn expected(&self) -> &Value {
        &self.vector["expected"]
    }

    /// The file holds a refusal that the original does not see.
    fn holds_a_refusal(&self) -> bool {
        let group = self.vector["group"].as_str().unwrap();
        let name = self
            .id()
            .strip_prefix(group)
            .unwrap()
            .trim_start_matches('/');
        let name = name.split("_answer_").next().unwrap();
        // The matrix has one such file.
        HOLD_A_REFUSAL.contains(&name) || (group == "matrix" && name.contains("_file_malformed_"))
    }

    #[track_caller]
    fn assert_file(&self, expected: &Value) {
        let id = self.id();
        if expected == "unchanged" {
            assert_eq!(
                fs::read(&self.path).ok(),
                bytes_of(&self.vector["file"]),
                "{id}"
            );
            return;
        }
        let text = fs::read_to_string(&self.path).unwrap();
        let expected = expected["text"].as_str().unwrap();
        let before = self.vector["file"]["text"].as_str().unwrap_or_default();
        if before.is_empty() {
            assert_eq!(text, expected, "{id}");
            return;
        }
        // A deliberate difference: the original replaces the file, header included; ours keeps what
        // a person wrote and changes the three keys.
        for entry in expected.lines().filter(|line| !line.starts_with('#')) {
            assert!(
                text.lines().any(|line| line == entry),
                "{id}: {entry} in\n{text}"
            );
        }
        for line in before.lines().filter(|line| line.starts_with('#')) {
            assert!(text.contains(line), "{id}: {line} in\n{text}");
        }
    }
}

fn bytes_of(file: &Value) -> Option<Vec<u8>> {
    if let Some(hex) = file["bytes_hex"].as_str() {
        let digits: Vec<char> = hex.chars().collect();
        let byte = |pair: &[char]| u8::from_str_radix(&String::from_iter(pair), 16).unwrap();
        return Some(digits.chunks(2).map(byte).collect());
    }
    file["text"].as_str().map(|text| text.as_bytes().to_vec())
}

fn word(stored: &Stored) -> &'static str {
    stored.answer().map_or("never_asked", Answer::as_str)
}

/// What the person types, or the error that reading it gives.
fn typed(answer: &str) -> Box<dyn BufRead> {
    match answer {
        "KeyboardInterrupt" => Box::new(BufReader::new(Fails(io::ErrorKind::Interrupted))),
        "OSError" => Box::new(BufReader::new(Fails(io::ErrorKind::Other))),
        text => Box::new(BufReader::new(io::Cursor::new(text.to_owned()))),
    }
}

struct Fails(io::ErrorKind);

impl Read for Fails {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.into())
    }
}

/// The Agent Toolkit's settings.
fn prompt() -> Prompt {
    Prompt::new("What is collected.\n", "Allow anonymous telemetry?")
        .enter_means(Answer::Yes)
        .store_no_at_end_of_input(true)
}

#[test]
fn row_71_a_run_decides_asks_and_stores_as_the_agent_toolkit_does() {
    let groups = [
        "file_noninteractive",
        "file_interactive",
        "env",
        "tty",
        "answer",
        "matrix",
    ];
    let vectors = groups.into_iter().flat_map(group);
    let (mut run, mut overruled, mut refusals) = (0, 0, 0);
    for vector in vectors {
        let case = Case::new(vector);
        let (id, expected) = (case.id(), case.expected());
        let environment = expected["env_consent"].as_bool();
        let before = case.file.read();

        let tty = |name: &str| case.vector[name].as_bool().unwrap();
        let input = typed(case.vector["answer"].as_str().unwrap());
        let mut person = Streams::terminal(input, Vec::new()).terminals(
            tty("stdin_tty"),
            tty("stdout_tty"),
            tty("stderr_tty"),
        );
        let resolution = resolve(environment, &before);
        let prompt = prompt();
        let settled = settle(
            environment,
            Some(&case.file),
            &prompt,
            &mut person,
            frozen_now(),
        );
        let shown = !person.into_output().is_empty();
        let next = matches!(resolve(environment, &case.file.read()), Resolution::On(_));
        run += 1;

        if case.holds_a_refusal() {
            refusals += 1;
            assert_eq!(
                expected["persisted_before"], "never_asked",
                "{id} does not differ"
            );
            assert_eq!(word(&before), "disabled", "{id}");
            assert!(!settled.on && !shown && !next, "{id}");
            case.assert_file(&"unchanged".into());
            continue;
        }
        assert_eq!(expected["persisted_before"], word(&before), "{id}");
        if environment == Some(true) && word(&before) == "disabled" {
            // Any refusal wins: a stored no is not overruled by the environment.
            overruled += 1;
            assert_eq!(expected["enabled_after"], true, "{id} does not differ");
            assert!(!settled.on && !shown && !next, "{id}");
            case.assert_file(&"unchanged".into());
            continue;
        }
        let on_at_once = matches!(resolution, Resolution::On(_));
        assert_eq!(expected["enabled_at_import"], on_at_once, "{id}");
        assert_eq!(expected["prompt_shown"], shown, "{id}");
        assert_eq!(expected["enabled_after"], settled.on, "{id}");
        assert_eq!(expected["persisted_after"], word(&case.file.read()), "{id}");
        assert_eq!(expected["enabled_next_process"], next, "{id}");
        case.assert_file(&expected["file_after"]);
        if expected["raised"] == "OSError" {
            // The original raises; a guest must not.
            assert_eq!(settled.asked, Asked::Unreadable, "{id}");
        }
    }
    println!("{run} run, of them {overruled} with a stored no that the environment does not");
    println!("overrule, {refusals} with a refusal in a file that is no valid answer");
    assert!(run > 200 && overruled > 10 && refusals > 20);
}

static AGENT_TOOLKIT: Product = Product::new("agent-toolkit")
    .enable_variable("NAT_TELEMETRY_ENABLED")
    .needs_consent(
        ProductConsent::new("1.0", ".config/nat/telemetry.toml")
            .variable("NAT_TELEMETRY_CONSENT_FILE"),
    );

#[test]
fn a_client_is_on_where_the_agent_toolkit_is() {
    let groups = [
        "file_noninteractive",
        "file_interactive",
        "env",
        "tty",
        "answer",
        "matrix",
    ];
    for vector in groups.into_iter().flat_map(group) {
        let case = Case::new(vector);
        let (id, expected) = (case.id(), case.expected());
        let before = case.file.read();
        let tty = |name: &str| case.vector[name].as_bool().unwrap();
        let input = typed(case.vector["answer"].as_str().unwrap());
        let mut person = Streams::terminal(input, io::sink()).terminals(
            tty("stdin_tty"),
            tty("stdout_tty"),
            tty("stderr_tty"),
        );
        let value = case.vector["env"].as_str().map(str::to_owned);
        let path = case.path.clone();
        let environment = move |name: &str| match name {
            "NAT_TELEMETRY_ENABLED" => value.clone().map(Into::into),
            "NAT_TELEMETRY_CONSENT_FILE" => Some(path.clone().into()),
            _ => None,
        };
        let decision = Client::builder(&AGENT_TOOLKIT)
            .environment(environment)
            .transport(NullTransport)
            .ask_consent(&prompt(), &mut person)
            .build()
            .decision();
        if word(&before) == "disabled" {
            // The two differences of the test above.
            assert!(!decision.on, "{id}: {decision}");
        } else {
            assert_eq!(expected["enabled_after"], decision.on, "{id}: {decision}");
        }
    }
}

#[test]
fn writing_stores_what_the_agent_toolkit_stores() {
    for vector in group("write") {
        let case = Case::new(vector);
        let answer = match case.vector["state"].as_str().unwrap() {
            "enabled" => Answer::Yes,
            "disabled" => Answer::No,
            // Does not apply: there is no third answer to write, by type.
            "never_asked" => {
                assert_eq!(case.expected()["file_after"], "unchanged");
                continue;
            }
            other => panic!("{other}"),
        };
        let written = case.file.write(answer, frozen_now());
        case.assert_file(&case.expected()["file_after"]);
        assert_eq!(
            case.expected()["persisted_after"],
            word(&case.file.read()),
            "{}",
            case.id()
        );
        let unchanged = case.expected()["file_after"] == "unchanged";
        assert_eq!(written.is_err(), unchanged, "{}", case.id());
    }
}

/// The words and exit codes of the command are those of the ready-made subcommand, not of consent;
/// here it is what it stores and what it calls effective.
#[test]
fn configuring_stores_and_reports_what_the_agent_toolkit_does() {
    let (mut stored, mut reported, mut usage_errors) = (0, 0, 0);
    for vector in group("configure") {
        let case = Case::new(vector);
        let (id, expected) = (case.id().to_owned(), case.expected().clone());
        let line = |name: &str| expected[name][0].as_str().unwrap_or_default().to_owned();
        let (stdout, stderr) = (line("stdout_lines"), line("stderr_lines"));
        if expected["exit_code"] == 2 {
            // Does not apply: an unknown option never gets as far as consent.
            usage_errors += 1;
        } else if stdout.starts_with("Effective: ") {
            let environment = case.vector["env"].as_str().map(|value| value == "true");
            let before = case.file.read();
            let on = matches!(resolve(environment, &before), Resolution::On(_));
            let overruled = environment == Some(true) && word(&before) == "disabled";
            assert_eq!(
                stdout.starts_with("Effective: enabled"),
                on || overruled,
                "{id}"
            );
            reported += 1;
        } else {
            let yes = stdout.contains("Telemetry enabled") || stderr.contains("Expected 'enabled'");
            let answer = if yes { Answer::Yes } else { Answer::No };
            let written = case.file.write(answer, frozen_now());
            assert_eq!(expected["exit_code"] == 0, written.is_ok(), "{id}");
            stored += 1;
        }
        case.assert_file(&expected["file_after"]);
    }
    println!("{stored} stored, {reported} reported, {usage_errors} usage errors that do not apply");
    assert!(stored > 10 && reported > 10);
}
