// `CountBy` counts the values of a closed set.

use telemetry_runtime::{Label, TelemetryEvent, field::CountBy, telemetry_labels};

telemetry_labels! { Commands = ["build"] }

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    labels: CountBy<Label>,
    #[event(required)]
    names: CountBy<String>,
    set: CountBy<Commands>,
}

fn main() {}
