//! Runs the products' programs as processes with their own environment and home directory, and compares
//! received events with the recorded originals.

#![allow(
    dead_code,
    reason = "support functions of tests, each of which uses only some"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use telemetry_examples::validate::Schemas;
use telemetry_runtime::testing::Collector;

/// Fails the test when it is exceeded.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// Options of a command that must deliver its event before it exits, even on a slow machine. The
/// default is 500 ms.
pub(crate) const WAIT: [&str; 2] = ["--wait", "60"];

/// A folder for one test and the home of its programs. It is kept if the test fails.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Creates an empty folder. Each test must use a different name.
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Writes a file and returns its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.0.join(name), text).unwrap();
        self.path(name)
    }

    /// Writes a file whose name is not UTF-8.
    #[cfg(target_os = "linux")]
    pub(crate) fn non_utf8_name(&self, text: &str) -> PathBuf {
        let name = std::os::unix::ffi::OsStrExt::from_bytes(b"caf\xe9.json");
        let path = self.0.join::<&std::ffi::OsStr>(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// The path of `name` in the folder.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// A program with no variable except its home.
    pub(crate) fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).env_clear().env("HOME", &self.0);
        command.env("USERPROFILE", &self.0).stdin(Stdio::null());
        // Programs do not start on Windows without it.
        command.envs(std::env::var_os("SystemRoot").map(|value| ("SystemRoot", value)));
        command
    }

    /// Runs a program to its end.
    pub(crate) fn run(&self, program: &str, env: &[(&str, &str)], args: &[&str]) -> Run {
        let mut command = self.command(program, args);
        Run::of(command.envs(env.iter().copied()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// A program that has ended.
pub(crate) struct Run {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: Option<i32>,
}

impl Run {
    /// Runs the command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }

    /// Asserts the exit code, and that standard error contains these texts.
    #[track_caller]
    pub(crate) fn ended(&self, code: i32, expected: &[&str]) -> &Self {
        let Self { out, err, .. } = self;
        assert_eq!(self.code, Some(code), "{out}{err}");
        for text in expected {
            assert!(err.contains(text), "no {text:?} in\n{err}");
        }
        self
    }
}

/// Asserts that the program fails and reports it on standard error, without a panic, when its standard
/// output is a full device or a closed pipe.
#[cfg(target_os = "linux")]
#[track_caller]
pub(crate) fn assert_unwritable_output_fails(
    folder: &Folder,
    program: &str,
    env: &[(&str, &str)],
    args: &[&str],
) {
    for stream in ["full", "closed"] {
        let stdout: Stdio = if stream == "full" {
            let full = fs::OpenOptions::new().write(true).open("/dev/full");
            full.unwrap().into()
        } else {
            let (_, writer) = std::io::pipe().unwrap();
            writer.into()
        };
        let mut command = folder.command(program, args);
        let command = command.envs(env.iter().copied()).stdout(stdout);
        let output = command.stderr(Stdio::piped()).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stream} {args:?}: {err}");
        let reason = if stream == "full" {
            "No space left"
        } else {
            "Broken pipe"
        };
        assert!(err.contains(reason), "{stream} {args:?}: {err}");
        assert!(!err.contains("panicked"), "{stream} {args:?}: {err}");
    }
}

/// The envelopes that arrived, in order.
pub(crate) fn envelopes(collector: &Collector) -> Vec<Value> {
    let requests = collector.requests();
    let bodies = requests.iter().map(|request| &request.body);
    bodies
        .map(|body| serde_json::from_slice(body).unwrap())
        .collect()
}

/// The events of an envelope.
pub(crate) fn events(envelope: &Value) -> &[Value] {
    envelope["events"].as_array().unwrap()
}

/// The parameters with an unknown duration.
#[track_caller]
pub(crate) fn without_duration(mut parameters: Value) -> Value {
    let duration = parameters["jobDurationSec"].take();
    assert!(duration.as_f64().unwrap() >= 0.0);
    parameters["jobDurationSec"] = (-1.0).into();
    parameters
}

/// Asserts that the collector received the same events twice: once rejected and once accepted.
#[track_caller]
pub(crate) fn assert_retried_once(collector: &Collector) {
    let envelopes = envelopes(collector);
    let [rejected, accepted] = envelopes.as_slice() else {
        panic!("not two envelopes but {}", envelopes.len());
    };
    assert_eq!(events(rejected), events(accepted));
}

/// The parameters of the only event in the only envelope, which must match the `product`'s.
#[track_caller]
pub(crate) fn only_event(collector: &Collector, product: &str) -> Value {
    let envelopes = envelopes(collector);
    let [envelope] = envelopes.as_slice() else {
        panic!("not one envelope but {}", envelopes.len());
    };
    assert_recorded_envelope(envelope, product);
    assert_eq!(events(envelope).len(), 1);
    events(envelope)[0]["parameters"].clone()
}

/// The document `tests/vectors/NAME.json`.
pub(crate) fn document(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let text = fs::read(folder.join(format!("{name}.json"))).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn vectors(name: &str) -> Vec<Value> {
    document(name)["vectors"].as_array().unwrap().clone()
}

/// The recorded result of a helper of the original module, from `helpers.json`.
pub(crate) fn recorded_helper(section: &str, case: &str) -> Value {
    let document = document("helpers");
    let vectors = document["sections"][section].as_array().unwrap().iter();
    let mut found = vectors.filter(|vector| vector["case"] == case);
    found.next().unwrap()["expected"].clone()
}

/// The recorded parameters of an event of the original module, from `events.json`.
#[track_caller]
pub(crate) fn recorded(id: &str) -> Value {
    let vectors = vectors("events");
    let found = vectors.iter().find(|vector| vector["id"] == id);
    found.unwrap_or_else(|| panic!("no vector {id}"))["parameters"].clone()
}

/// The recorded parameters of an event of the released package, from `released/events.json`.
#[track_caller]
pub(crate) fn released(id: &str) -> Value {
    let vectors = vectors("released/events");
    let found = vectors.iter().find(|vector| vector["id"] == id);
    found.unwrap_or_else(|| panic!("no vector {id}"))["parameters"].clone()
}

/// The envelope of an earlier recording with the version and the fields of the released package.
fn as_released(mut envelope: Value) -> Value {
    let vectors = vectors("released/events");
    let name = &envelope["events"][0]["name"];
    if let Some(released) = vectors.iter().find(|vector| vector["event"] == *name) {
        envelope["eventSchemaVer"] = released["schema"].clone();
        envelope["events"][0]["parameters"] = released["parameters"].clone();
    }
    envelope
}

/// Asserts that the envelope and its events have the recorded keys in the recorded order, and the
/// recorded values except for those of this run.
#[track_caller]
pub(crate) fn assert_recorded_envelope(envelope: &Value, product: &str) {
    const OF_THIS_RUN: [&str; 5] = [
        "clientVer",
        "cpuArchitecture",
        "sentTs",
        "sessionId",
        "events",
    ];
    let vectors = vectors("envelopes");
    let vector = vectors
        .iter()
        .find(|vector| vector["product"] == product && vector["case"] == "one_event")
        .unwrap();
    let recorded = &as_released(vector["envelope"].clone());
    assert_eq!(keys(envelope), keys(recorded));
    for (name, value) in recorded.as_object().unwrap() {
        assert!(same_type(&envelope[name], value), "{name}");
        if !OF_THIS_RUN.contains(&name.as_str()) {
            assert_eq!(&envelope[name], value, "{name}");
        }
    }
    assert_eq!(envelope["clientVer"], env!("CARGO_PKG_VERSION"));
    for event in events(envelope) {
        assert_eq!(keys(event), keys(&recorded["events"][0]));
        assert_eq!(event["name"], recorded["events"][0]["name"]);
        let (ours, theirs) = (&event["parameters"], &recorded["events"][0]["parameters"]);
        assert_eq!(keys(ours), keys(theirs));
        for (name, value) in theirs.as_object().unwrap() {
            assert!(same_type(&ours[name], value), "{name}: {}", ours[name]);
        }
    }
    let schemas = Schemas::checked_in().unwrap();
    assert_eq!(schemas.envelope(envelope), Ok(()));
}

/// Asserts that the parameters are the recorded ones, except for the values in `others`.
#[track_caller]
pub(crate) fn assert_recorded(parameters: &Value, recorded: &Value, others: &[(&str, Value)]) {
    let mut expected = recorded.clone();
    for (name, value) in others {
        assert!(same_type(value, &recorded[*name]), "{name}: {value}");
        assert_ne!(value, &recorded[*name], "{name} does not differ");
        expected[*name] = value.clone();
    }
    // Compared as text, so that the order of keys and the difference between 1 and 1.0 matter.
    assert_eq!(parameters.to_string(), expected.to_string());
}

fn keys(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn same_type(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.is_f64() == b.is_f64(),
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
