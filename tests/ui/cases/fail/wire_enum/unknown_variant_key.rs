// A misspelled key of a variant is told what it was meant to be.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[event(falback)]
    B,
}

fn main() {}
