// The variant for what is unknown has a name of its own.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "OutcomeEnum")]
enum Outcome {
    Success,
    #[event(default)]
    Undefined,
}

fn main() {}
