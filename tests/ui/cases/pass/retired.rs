// Every kind of field can be retired, without a warning at the declaration.

#![deny(warnings)]

use std::time::Duration;

use telemetry_runtime::{
    Allowlisted, TelemetryEnum, TelemetryEvent, TelemetryFields, field::CountBy, telemetry_labels,
};

telemetry_labels! {
    /// The commands of the program.
    Commands = ["build", "check"]
}

/// How a run ended.
#[derive(TelemetryEnum, Clone, Copy)]
#[event(name = "OutcomeEnum")]
enum Outcome {
    Success,
    #[event(fallback)]
    Undefined,
}

#[derive(TelemetryFields)]
struct Step {
    count: i64,
    #[event(retired = "1.2")]
    wait: i64,
}

#[derive(TelemetryFields)]
struct Common {
    #[event(required)]
    exit_code: i32,
    #[event(retired = "1.10", default = 3)]
    attempts: u32,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.10")]
struct Run<'a> {
    #[event(flatten)]
    common: Common,
    #[event(since = "1.1", retired = "1.9")]
    number: i64,
    #[event(retired = "1.9", unit = "ms", range(min = -1))]
    wall: Duration,
    #[event(retired = "1.9", default = 0.5, range(min = 0.5, max = 1))]
    ratio: f64,
    #[event(retired = "1.9", free_text = "a name built into the program", max_len = 12)]
    model: &'a str,
    #[event(retired = "1.9", free_text = "a name built into the program")]
    host: String,
    #[event(retired = "1.9")]
    command: Allowlisted<Commands>,
    #[event(retired = "1.9", default = Outcome::Success)]
    outcome: Outcome,
    #[event(retired = "1.9", max_items = 3)]
    outcomes: Vec<Outcome>,
    #[event(retired = "1.9", max_items = 3)]
    steps: Vec<Step>,
    #[event(max_items = 3)]
    sent: Vec<Step>,
    #[event(retired = "1.9")]
    counts: CountBy<Outcome>,
    #[event(retired = "1.9", constant = 7)]
    fixed: i64,
    // Its own attribute has the message for users of the event.
    #[deprecated(note = "count the runs")]
    #[event(retired = "1.9")]
    old: bool,
}

fn main() {
    let step = || Step { count: 1, wait: 9 };
    let run = Run {
        common: Common {
            exit_code: 1,
            attempts: 9,
        },
        number: 9,
        wall: Duration::from_secs(9),
        ratio: 0.9,
        model: "large",
        host: "north".into(),
        command: Commands::get("build"),
        outcome: Outcome::Undefined,
        outcomes: vec![Outcome::Success],
        steps: vec![step()],
        sent: vec![step()],
        counts: CountBy::new(),
        fixed: 9,
        #[allow(deprecated)]
        old: true,
    };
    let expected = concat!(
        r#"{"exitCode":1,"attempts":3,"number":-1,"wall":-1,"ratio":0.5,"model":"undefined","#,
        r#""host":"undefined","command":"undefined","outcome":"success","outcomes":[],"steps":[],"#,
        r#""sent":[{"count":1,"wait":-1}],"counts":[],"fixed":7,"old":false}"#,
    );
    assert_eq!(run.parameters().to_json(), expected);
    assert_eq!(run.fixed, 9);
}
