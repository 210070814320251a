//! The consent of the Agent Toolkit (`vectors/consent.json`), run through the client's builder.
//!
//! Every vector is run. Where the outcome differs on purpose, the vector belongs to one of the
//! classes below, each with its reason; a member whose outcome does not differ fails.

use std::{
    fs,
    io::{self, BufRead, BufReader, Read},
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use telemetry_runtime::{
    Client, ClientBuilder, Decision, Product,
    consent::{Answer, ConsentFile, IoTerminal, ProductConsent, Prompt, StoredConsent},
    testing::VirtualClock,
    transport::NullTransport,
};
use telemetry_tests::scratch::Scratch;

use self::{
    differences::{Difference, NOT_VALID, UNCLEAR},
    outcome::Outcome,
};

mod differences;
mod outcome;

const CONSENT: ProductConsent = ProductConsent::new("1.0", ".config/nat/telemetry.toml")
    .variable("NAT_TELEMETRY_CONSENT_FILE")
    .header(
        "NeMo Agent Toolkit telemetry consent.\n\
         To change, run `nat configure telemetry --enable | --disable`,\n\
         or set the NAT_TELEMETRY_ENABLED environment variable.",
    );

static AGENT_TOOLKIT: Product = Product::new("agent-toolkit")
    .enable_variable("NAT_TELEMETRY_ENABLED")
    .requires_consent(CONSENT);

/// `frozen_now` of the vectors: 2026-01-02T03:04:05.678901Z.
fn frozen_now() -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(1_767_323_045_678_901)
}

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../../../vectors/consent.json")).unwrap();
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

/// A vector's file in a separate folder.
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
        let lookup = |name: &str| {
            (name == "NAT_TELEMETRY_CONSENT_FILE").then(|| path.clone().into_os_string())
        };
        let file = CONSENT.file(&lookup).unwrap();
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

    /// Settings of a client that sees the vector's environment, file and time.
    fn builder(&self) -> ClientBuilder {
        let value = self.vector["env"].as_str().map(str::to_owned);
        let path = self.path.clone();
        let lookup = move |name: &str| match name {
            "NAT_TELEMETRY_ENABLED" => value.clone().map(Into::into),
            "NAT_TELEMETRY_CONSENT_FILE" => Some(path.clone().into()),
            _ => None,
        };
        Client::builder(&AGENT_TOOLKIT)
            .env(lookup)
            .clock(&VirtualClock::new(frozen_now()))
            .transport(NullTransport)
    }

    /// The decision of a run that does not ask.
    fn decision(&self) -> Decision {
        self.builder().build().decision()
    }

    /// A run that may ask, and the next one.
    fn run(&self) -> Outcome {
        self.run_with(self.vector["answer"].as_str().unwrap())
    }

    fn run_with(&self, answer: &str) -> Outcome {
        let tty = |name: &str| self.vector[name].as_bool().unwrap();
        let input = typed(answer);
        let mut person = IoTerminal::new(input, Vec::new()).terminals(
            tty("stdin_tty"),
            tty("stdout_tty"),
            tty("stderr_tty"),
        );
        let stored_before = word(&self.file.read()).to_owned();
        let on_at_start = self.decision().on;
        let builder = self.builder().ask_consent(&prompt(), &mut person);
        let on = builder.build().decision().on;
        Outcome {
            stored_before,
            on_at_start,
            asked: !person.into_output().is_empty(),
            on,
            stored_after: word(&self.file.read()).to_owned(),
            on_next: self.decision().on,
        }
    }

    /// The vector's name for its file.
    fn file_name(&self) -> &str {
        let (_, name) = self.id().split_once('/').unwrap();
        let name = name.find("file_").map_or("", |at| &name[at..]);
        let ends = ["_answer_", "_tty_", "_notty_"];
        let end = ends.iter().filter_map(|end| name.find(end)).min();
        &name[..end.unwrap_or(name.len())]
    }

    fn difference(&self) -> Option<Difference> {
        if NOT_VALID.contains(&self.file_name()) {
            return Some(Difference::NotValid);
        }
        let expected = self.expected();
        let overruled =
            expected["env_consent"] == true && expected["persisted_before"] == "disabled";
        overruled.then_some(Difference::NoOverruled)
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
        // A deliberate difference: the original replaces the file, header included. Here the user's
        // own lines stay, and only the three keys change.
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

fn word(stored: &StoredConsent) -> &'static str {
    stored.answer().map_or("never_asked", Answer::as_str)
}

/// Input with this answer, or input that returns this error when it is read.
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
    Prompt::new("Collected data.\n", "Allow anonymous telemetry?")
        .default_answer(Answer::Yes)
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
    let (mut run, mut overruled, mut met) = (0, 0, Vec::new());
    for vector in groups.into_iter().flat_map(group) {
        let case = Case::new(vector);
        let (id, recorded) = (case.id(), Outcome::recorded(case.expected()));
        let outcome = case.run();
        run += 1;
        match case.difference() {
            Some(difference) => {
                assert_eq!(outcome, Outcome::refused(), "{id}: {difference:?}");
                assert_ne!(outcome, recorded, "{id} does not differ: {difference:?}");
                case.assert_file(&"unchanged".into());
                overruled += u32::from(difference == Difference::NoOverruled);
                met.extend(NOT_VALID.iter().find(|name| **name == case.file_name()));
            }
            None => {
                // Where the original raises, here the client is off and nothing is stored.
                assert_eq!(outcome, recorded, "{id}");
                case.assert_file(&case.expected()["file_after"]);
            }
        }
    }
    for name in NOT_VALID {
        assert!(met.contains(&name), "no vector has the file {name}");
    }
    println!("{run} run, of them {overruled} with a stored no that the environment does not");
    println!("overrule, {} with a file that is not valid", met.len());
    assert!(run > 200 && overruled > 10);
}

#[test]
fn c4_only_a_clear_no_is_stored_as_a_no() {
    let answers: Vec<Value> = group("answer")
        .into_iter()
        .filter(|vector| UNCLEAR.iter().any(|unclear| vector["answer"] == *unclear))
        .collect();
    assert_eq!(answers.len(), UNCLEAR.len());
    for vector in answers {
        let case = Case::new(vector);
        let (id, recorded) = (case.id(), Outcome::recorded(case.expected()));
        let answer = case.vector["answer"].as_str().unwrap();
        let outcome = case.run_with(&answer.repeat(2));
        assert_eq!(outcome, Outcome::unanswered(), "{id}");
        assert_ne!(
            outcome,
            recorded,
            "{id} does not differ: {:?}",
            Difference::Unclear
        );
    }
}

#[test]
fn writing_stores_what_the_agent_toolkit_stores() {
    for vector in group("write") {
        let case = Case::new(vector);
        let answer = match case.vector["state"].as_str().unwrap() {
            "enabled" => Answer::Yes,
            "disabled" => Answer::No,
            // Does not apply: the type has no third answer to write.
            "never_asked" => {
                assert_eq!(case.expected()["file_after"], "unchanged");
                continue;
            }
            other => panic!("{other}"),
        };
        let written = case.file.write(answer, frozen_now());
        case.assert_file(&case.expected()["file_after"]);
        let stored = case.file.read();
        if stored == StoredConsent::Unreadable {
            // `Difference::NotValid`.
            assert_eq!(case.vector["file"]["kind"], "directory");
            assert_eq!(case.expected()["persisted_after"], "never_asked");
        } else {
            assert_eq!(case.expected()["persisted_after"], word(&stored));
        }
        let unchanged = case.expected()["file_after"] == "unchanged";
        assert_eq!(written.is_err(), unchanged, "{}", case.id());
    }
}

/// The words and exit codes of the command belong to the ready-made subcommand. This test covers the
/// stored answer and the decision that the command reports.
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
            let effective = stdout.starts_with("Effective: enabled");
            let stored_no = word(&case.file.read()) == "disabled";
            // `Difference::NoOverruled`, of which these vectors do not record the parts.
            let overruled = case.vector["env"] == "true" && stored_no;
            assert_eq!(case.decision().on, effective && !overruled, "{id}");
            assert!(effective || !overruled, "{id} does not differ");
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
