//! Tests of the values that expansions pass to an encoder.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use telemetry_runtime::{TelemetryEnum, TelemetryEvent, TelemetryFields};

use crate::event::{
    descriptor::Sentinel,
    field::HasSentinel,
    schema_version::SchemaVersion,
    visitor::{FieldVisitor, Key, Object, Sealed},
};

/// The visit as text: key and value of each field, with `!` before each coerced value.
#[derive(Default)]
struct Record(String);

impl Record {
    fn of(event: &impl TelemetryEvent) -> String {
        let mut record = Self::default();
        event.visit(&mut record);
        record.0
    }

    fn push(&mut self, key: Key, value: impl std::fmt::Display) {
        self.0.push_str(&format!("{key}{value}"));
    }
}

impl Sealed for Record {}

impl FieldVisitor for Record {
    fn boolean(&mut self, key: Key, value: bool) {
        self.push(key, value);
    }
    fn integer(&mut self, key: Key, value: i64) {
        self.push(key, value);
    }
    fn number(&mut self, key: Key, value: f64) {
        self.push(key, format_args!("{value:?}"));
    }
    fn text(&mut self, key: Key, value: &str) {
        self.push(key, format_args!("'{value}'"));
    }
    fn quoted(&mut self, key: Key, value: &'static str) {
        self.push(key, value);
    }
    fn list<'i>(&mut self, key: Key, items: impl Iterator<Item = &'i str>) {
        self.push(key, format_args!("{:?}", items.collect::<Vec<_>>()));
    }
    fn objects<O: Object>(&mut self, key: Key, items: impl Iterator<Item = O>) {
        self.push(key, "[");
        for item in items {
            self.push("{", "");
            item.visit_fields(self);
            self.push("}", "");
        }
        self.push("]", "");
    }
    fn coerced(&mut self) {
        self.0.push('!');
    }
    fn schema(&self) -> SchemaVersion {
        SchemaVersion::new(1, 9)
    }
}

#[derive(TelemetryEnum, Clone, Copy, PartialEq, Debug)]
#[event(name = "OutcomeEnum", rename_all = "kebab-case")]
enum Outcome {
    Success,
    TimedOut,
    #[event(fallback)]
    Undefined,
}

/// Fields of
/// every kind.
///
/// In one event.
#[derive(TelemetryEvent)]
#[event(name = "everything", schema = "1.0")]
struct Everything<'a> {
    outcome: Outcome,
    exit_code: i32,
    quiet: bool,
    /// A score.
    score: f64,
    #[event(default = 0.5)]
    ratio: f32,
    #[event(default = 3)]
    retries: u8,
    #[event(range(min = -1, max = 100))]
    progress: i64,
    #[event(range(max = 2.5), default = 1.5)]
    share: f64,
    #[event(required, range(min = 1, max = 9))]
    level: u32,
    #[event(unit = "ms")]
    wall_ms: Duration,
    #[event(unit = "s", default = Duration::from_millis(250))]
    cpu_sec: Duration,
    at: SystemTime,
    #[event(constant = "tool")]
    source: String,
    #[event(free_text = "test", max_len = 9)]
    model: Cow<'a, str>,
    #[event(default = vec![Outcome::TimedOut])]
    outcomes: Vec<Outcome>,
}

fn everything<'a>() -> Everything<'a> {
    Everything::builder().level(5).build()
}

#[test]
fn fields_that_are_not_set_are_their_sentinels_in_wire_order() {
    assert_eq!(
        Record::of(&everything()),
        r#","outcome":"undefined","exitCode":-1,"quiet":false,"score":-1.0,"ratio":0.5,"retries":3,"progress":-1,"share":1.5,"level":5,"wallMs":-1,"cpuSec":0.25,"at":-1.0,"source":'tool',"model":'undefined',"outcomes":["timed-out"]"#
    );
}

#[test]
fn the_descriptor_has_the_same_sentinels() {
    let sentinels: Vec<_> = Everything::DESCRIPTOR
        .fields
        .iter()
        .map(|field| (field.wire_name, field.sentinel()))
        .collect();
    assert_eq!(
        sentinels,
        [
            ("outcome", Some(Sentinel::Text("undefined".into()))),
            ("exitCode", Some(Sentinel::Integer(-1))),
            ("quiet", Some(Sentinel::Boolean(false))),
            ("score", Some(Sentinel::Number(-1.0))),
            ("ratio", Some(Sentinel::Number(0.5))),
            ("retries", Some(Sentinel::Integer(3))),
            ("progress", Some(Sentinel::Integer(-1))),
            ("share", Some(Sentinel::Number(1.5))),
            ("level", None),
            ("wallMs", Some(Sentinel::Integer(-1))),
            ("cpuSec", Some(Sentinel::Number(0.25))),
            ("at", Some(Sentinel::Number(-1.0))),
            ("source", Some(Sentinel::Text("tool".into()))),
            ("model", Some(Sentinel::Text("undefined".into()))),
            ("outcomes", Some(Sentinel::List(vec!["timed-out".into()]))),
        ]
    );
    assert_eq!(
        Everything::DESCRIPTOR.docs,
        "Fields of every kind.\nIn one event."
    );
    assert_eq!(Everything::DESCRIPTOR.fields[3].docs, "A score.");
}

#[test]
fn values_that_cannot_be_written_become_the_sentinel_or_the_default_and_are_counted() {
    let mut event = everything();
    event.score = f64::NAN;
    event.ratio = f32::INFINITY;
    event.progress = 101;
    event.share = f64::NAN;
    event.model = "größer als neun".into();
    let written = Record::of(&event);
    for expected in [
        r#"!,"score":-1.0"#,
        r#"!,"ratio":0.5"#,
        r#"!,"progress":-1"#,
        r#"!,"share":1.5"#,
        r#"!,"model":'größer al'"#,
    ] {
        assert!(written.contains(expected), "{expected} in {written}");
    }
}

#[test]
fn a_required_number_out_of_range_becomes_the_nearest_bound() {
    for (level, written) in [
        (0, r#"!,"level":1,"#),
        (9, r#","level":9,"#),
        (10, r#"!,"level":9,"#),
    ] {
        let mut event = everything();
        event.level = level;
        assert!(Record::of(&event).contains(written), "{level}");
    }
}

#[test]
fn a_constant_is_written_for_any_value_in_the_struct() {
    let mut event = everything();
    event.source = "other".into();
    assert!(Record::of(&event).contains(r#""source":'tool'"#));
}

#[test]
fn times_are_numbers_in_their_unit() {
    let mut event = everything();
    event.wall_ms = Duration::from_micros(1_999);
    event.cpu_sec = Duration::from_millis(1_500);
    event.at = SystemTime::UNIX_EPOCH - Duration::from_millis(2_500);
    let written = Record::of(&event);
    assert!(
        written.contains(r#""wallMs":1,"cpuSec":1.5,"at":-2.5"#),
        "{written}"
    );
    event.wall_ms = Duration::from_secs(u64::MAX);
    assert!(Record::of(&event).contains(&format!(r#""wallMs":{}"#, i64::MAX)));
}

#[test]
fn an_enum_parses_strictly_and_only_from_wire_falls_back() {
    assert_eq!("timed-out".parse(), Ok(Outcome::TimedOut));
    assert_eq!(Outcome::from_wire("TimedOut"), Outcome::Undefined);
    assert_eq!(Outcome::sentinel(), Outcome::Undefined);
    assert_eq!(Outcome::TimedOut.as_str(), "timed-out");
    assert_eq!(Outcome::VALUES, ["success", "timed-out", "undefined"]);
    assert_eq!(
        "x".parse::<Outcome>().unwrap_err().to_string(),
        "not a value of `OutcomeEnum`; expected one of: success, timed-out, undefined"
    );
}

/// An enum with newer and retired values.
#[derive(TelemetryEnum, Clone, Copy, PartialEq, Debug)]
#[event(name = "EngineEnum")]
enum Engine {
    Plain,
    #[event(since = "1.10")]
    Fast,
    #[event(retired)]
    Slow,
    #[event(fallback)]
    Undefined,
}

#[derive(TelemetryEvent)]
#[event(
    name = "old",
    schema = "1.9",
    owner = "team",
    review = "https://reviews.invalid/1",
    expires = "never"
)]
struct Old {
    engine: Engine,
    engines: Vec<Engine>,
    #[event(since = "1.2")]
    count: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "new", schema = "1.10")]
struct New {
    engine: Engine,
}

fn old(engine: Engine) -> Old {
    let engines = vec![engine, Engine::Plain];
    Old::builder().engine(engine).engines(engines).build()
}

#[test]
fn an_event_writes_the_fallback_for_a_newer_value_and_counts_it() {
    let expected = r#"{"engine":"undefined","engines":["undefined","plain"],"count":-1}"#;
    assert_eq!(old(Engine::Fast).parameters().to_json(), expected);
    assert!(Record::of(&old(Engine::Fast)).starts_with("!,\"engine\":\"undefined\"!"));
    assert!(Record::of(&old(Engine::Plain)).starts_with(",\"engine\":\"plain\",\"engines\""));
    let new = New::builder().engine(Engine::Fast).build();
    assert_eq!(new.parameters().to_json(), r#"{"engine":"fast"}"#);
    let serde = serde_json::to_string(&old(Engine::Fast).parameters());
    assert_eq!(serde.ok().as_deref(), Some(expected));
}

#[test]
fn a_retired_value_is_parsed_and_never_written() {
    assert_eq!(Engine::from_wire("slow"), Engine::Slow);
    assert!(Engine::VALUES.contains(&"slow"));
    let new = New::builder().engine(Engine::Slow).build();
    assert_eq!(new.parameters().to_json(), r#"{"engine":"undefined"}"#);
}

#[test]
fn the_descriptors_contain_versions_and_ownership() {
    let event = Old::DESCRIPTOR;
    assert_eq!(event.owner, Some("team"));
    assert_eq!(event.review, Some("https://reviews.invalid/1"));
    assert_eq!(event.expires, Some("never"));
    assert_eq!(event.fields[2].since, Some("1.2"));
    let values = Engine::DESCRIPTOR.values;
    assert_eq!(values[1].since, Some("1.10"));
    assert!(values[2].retired && !values[1].retired);
}

/// A part with a value that is replaced, and with a newer enum value.
#[derive(TelemetryFields)]
struct Part {
    #[event(default = 1, range(min = 0, max = 9))]
    level: i64,
    engine: Engine,
}

#[derive(TelemetryEvent)]
#[event(name = "parts", schema = "1.9")]
struct Parts {
    #[event(flatten)]
    first: Part,
    count: i64,
    #[event(flatten, prefix = "last")]
    last: Part,
}

#[test]
fn values_of_parts_are_replaced_and_counted_like_those_of_an_event() {
    let last = Part::builder().level(10).engine(Engine::Fast).build();
    let parts = Parts::builder().last(last).build();
    let expected = concat!(
        ",\"level\":1,\"engine\":\"undefined\",\"count\":-1",
        "!,\"lastLevel\":1!,\"lastEngine\":\"undefined\""
    );
    assert_eq!(Record::of(&parts), expected);
}
