// The variant for unknown values has the key `fallback`, not `default`.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "OutcomeEnum")]
enum Outcome {
    Success,
    #[event(default)]
    Undefined,
}

fn main() {}
