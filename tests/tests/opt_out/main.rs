//! An opt-out while the program runs, and how a user turns telemetry on again: no event is sent in
//! between.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::{
    ffi::OsString,
    fs::{self, OpenOptions},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use telemetry_runtime::{
    AuditLog, Client, ClientBuilder, Policy, Product, SessionId, TelemetryEvent, TelemetryGuard,
    consent::{Answer, ConsentFile, ProductConsent},
    decision::DecisionSource,
    health::{DropReason, FlushOutcome, Loss, RecordError},
    heartbeat::HeartbeatContext,
    testing::{Collector, ScriptedResponse as Row, VirtualClock},
    transport::{MemoryTransport, NullTransport, Outcome, Request, Transport},
};
use telemetry_tests::scratch::Scratch;

mod administrator;
mod agreement;
mod heartbeat;
#[cfg(unix)]
mod processes;
mod refusals;
mod summary;
#[cfg(unix)]
mod unreadable;

/// Only fails a test.
const PATIENCE: Duration = Duration::from_secs(60);
const MINUTE: Duration = Duration::from_secs(60);

const CONSENT: &str = ".config/tool/telemetry.toml";
const MARKER: &str = ".config/tool/do_not_track";

/// Runs with consent only.
static ASKING: Product = Product::new("asking")
    .requires_consent(ProductConsent::new("1.0", CONSENT))
    .marker_file(MARKER)
    .administrator_folder("tool")
    .session_prefix("tool-");

/// Runs unless it is refused.
static PLAIN: Product = Product::new("plain")
    .marker_file(MARKER)
    .administrator_folder("tool")
    .default_on(true);

/// One run.
#[derive(Clone, TelemetryEvent)]
#[event(name = "tool_run", schema = "1.0")]
struct ToolRun {
    /// Number of the run.
    #[event(required)]
    number: i64,
}

fn run(number: i64) -> ToolRun {
    ToolRun::builder().number(number).build()
}

/// A user's home directory, and in it the folder that replaces `/etc`.
struct Home(Scratch);

impl Home {
    fn new(name: &str) -> Self {
        let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("opt-out-{name}"));
        fs::create_dir_all(scratch.join(".config/tool")).unwrap();
        fs::create_dir_all(scratch.join("etc/tool")).unwrap();
        Self(scratch)
    }

    fn marker(&self) -> PathBuf {
        self.0.join(MARKER)
    }

    fn administrator(&self) -> PathBuf {
        self.0.join("etc/tool/telemetry.toml")
    }

    /// Stores an answer, as another process does. Each is younger than the one before, however
    /// coarse the file system's clock is.
    fn answer(&self, answer: Answer) {
        let path = self.0.join(CONSENT);
        let before = fs::metadata(&path).and_then(|found| found.modified());
        let file = ConsentFile::new(&path, "1.0");
        file.write(answer, SystemTime::now()).unwrap();
        if let Ok(before) = before {
            let file = OpenOptions::new().write(true).open(&path).unwrap();
            file.set_modified(before + Duration::from_secs(1)).unwrap();
        }
    }

    fn builder(&self, product: &'static Product) -> ClientBuilder {
        let home = OsString::from(self.0.path());
        let system = OsString::from(self.0.join("etc"));
        let lookup = move |name: &str| match name {
            "HOME" | "USERPROFILE" => Some(home.clone()),
            "=administrator-root" => Some(system.clone()),
            _ => None,
        };
        Client::builder(product).env(lookup)
    }
}

/// The numbers of the events that were sent, and the session of each envelope.
fn sent(memory: &MemoryTransport) -> (Vec<i64>, Vec<String>) {
    let (mut numbers, mut sessions) = (Vec::new(), Vec::new());
    for body in memory.bodies() {
        let envelope: serde_json::Value = serde_json::from_slice(&body).unwrap();
        sessions.push(envelope["sessionId"].as_str().unwrap().to_owned());
        for event in envelope["events"].as_array().unwrap() {
            numbers.push(event["parameters"]["number"].as_i64().unwrap());
        }
    }
    (numbers, sessions)
}

#[track_caller]
fn assert_off(client: &Client, source: DecisionSource, sentence: &str) {
    let decision = client.decision();
    assert_eq!((decision.on, decision.source), (false, source));
    assert_eq!(decision.to_string(), sentence);
    assert!(!client.is_on());
    assert_eq!(client.try_record(&run(-1)), Err(RecordError::Off));
    client.record(&run(-1));
    client.record_with(|| -> ToolRun { panic!("the event is not asked for") });
    let health = client.health();
    assert_eq!((health.held(), health.refused()), (0, 0));
    let sum = health.delivered() + health.dropped();
    assert_eq!(health.accepted(), sum, "{health:?}");
}

const BY_PROGRAM: &str = "off: opted out while the program was running";
const BY_MARKER: &str = "off: the file ~/.config/tool/do_not_track exists";
const BY_ANSWER: &str = "off: you declined telemetry";
const BY_ADMINISTRATOR: &str = if cfg!(windows) {
    "off: the administrator's file %ProgramData%\\tool\\telemetry.toml forbids telemetry"
} else {
    "off: the administrator's file /etc/tool/telemetry.toml forbids telemetry"
};

/// The ways in which another process opts out.
type Refusal = (&'static str, fn(&Home), DecisionSource, &'static str);

const REFUSALS: [Refusal; 3] = [
    (
        "marker",
        |home| fs::write(home.marker(), "").unwrap(),
        DecisionSource::MarkerFile,
        BY_MARKER,
    ),
    (
        "answer",
        |home| home.answer(Answer::No),
        DecisionSource::Consent,
        BY_ANSWER,
    ),
    (
        "administrator",
        |home| fs::write(home.administrator(), "telemetry = \"off\"\n").unwrap(),
        DecisionSource::AdministratorFile,
        BY_ADMINISTRATOR,
    ),
];

fn agreed(name: &str) -> (Home, MemoryTransport) {
    let home = Home::new(name);
    home.answer(Answer::Yes);
    (home, MemoryTransport::new())
}
