// Keys of other derives suggest the corresponding keys of these derives.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEvent)]
#[event(name = "command_run", version = "1.0", rename_all = "camelCase")]
struct Run {
    #[event(optional)]
    exit_code: i32,
    #[event(sentinel = 0)]
    attempts: i32,
    #[event(skip)]
    hidden: i32,
}

#[derive(TelemetryEnum)]
#[event(name = "OutcomeEnum")]
enum Outcome {
    Success,
    #[event(other)]
    Undefined,
}

fn main() {}
