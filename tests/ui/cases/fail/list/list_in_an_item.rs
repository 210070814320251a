// An item of a list has single values only.

use telemetry_runtime::{Allowlisted, Label, TelemetryEvent, TelemetryFields, field::CountBy, telemetry_labels};

telemetry_labels! { Commands = ["build"] }

#[derive(TelemetryFields)]
struct Step {
    labels: Vec<Label>,
    #[event(flatten, prefix = "more")]
    more: More,
    counts: CountBy<Allowlisted<Commands>>,
}

#[derive(TelemetryFields)]
struct More {
    #[event(max_items = 2)]
    inner: Vec<Inner>,
}

#[derive(TelemetryFields)]
struct Inner {
    kind: bool,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 20)]
    steps: Vec<Step>,
}

fn main() {}
