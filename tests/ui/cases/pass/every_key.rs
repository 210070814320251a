// Every key and every kind of field type in one event.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    time::{Duration, SystemTime},
};

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "OutcomeEnum", rename_all = "snake_case")]
enum Outcome {
    Success,
    TimedOut,
    #[event(since = "1.2", rename = "out-of-memory")]
    OutOfMemory,
    #[event(retired, since = "1.1")]
    Crashed,
    #[event(fallback)]
    Undefined,
}

#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "command_run",
    schema = "1.10",
    gdpr(category = "technical", purpose = "to see what is used"),
    never("paths", "arguments"),
    limit = "100/min",
    owner = "command line team",
    review = "https://reviews.invalid/reviews/17",
    expires = "never"
)]
struct CommandRun<'a> {
    #[event(required, free_text = "a name built into the program")]
    command: &'a str,
    #[event(required)]
    outcome: Outcome,
    #[event(range(min = -1, max = 100), rename = "percentDone")]
    progress: i64,
    #[event(default = 7)]
    retries: u32,
    #[event(default = f64::from(2_u8), range(min = 0.5))]
    ratio: f64,
    #[event(unit = "ms")]
    wall_ms: Duration,
    #[event(unit = "bytes")]
    input_bytes: i64,
    at: SystemTime,
    #[event(constant = "tool")]
    source: String,
    #[event(free_text = "a name built into the program", max_len = 12)]
    model: Cow<'a, str>,
    #[event(default = vec![Outcome::TimedOut])]
    outcomes: Vec<Outcome>,
    #[event(free_text = "names built into the program", max_items = 3)]
    features: BTreeSet<String>,
    #[event(since = "1.9", why = "How often do runs print nothing?")]
    quiet: bool,
}

fn main() {
    let event = CommandRun::builder()
        .outcome(Outcome::Success)
        .command("build")
        .maybe_progress(None)
        .model("large")
        .maybe_model(Some(Cow::Borrowed("larger")))
        .wall_ms(Duration::from_millis(5))
        .build();
    assert_eq!(event.progress, -1);
    assert_eq!(event.retries, 7);
    assert_eq!(event.model, "larger");
    assert_eq!(event.source, "tool");
    assert_eq!(CommandRun::EVENT_NAME, "command_run");
    assert_eq!(CommandRun::SCHEMA_VERSION, "1.10");
    assert_eq!(Outcome::from_wire("timed_out"), Outcome::TimedOut);
    assert_eq!(Outcome::from_wire("?"), Outcome::Undefined);
    assert!("?".parse::<Outcome>().is_err());
    assert_eq!(
        Outcome::VALUES,
        [
            "success",
            "timed_out",
            "out-of-memory",
            "crashed",
            "undefined"
        ]
    );
}
