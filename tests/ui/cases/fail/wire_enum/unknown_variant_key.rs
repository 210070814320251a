// A misspelled key of a variant has a suggestion.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[event(falback)]
    B,
}

fn main() {}
