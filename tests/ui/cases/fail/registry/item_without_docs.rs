// The fields of the objects in a list need doc comments.

use telemetry_runtime::{Label, TelemetryEvent, TelemetryFields, field::CountBy};
use telemetry_runtime::{Allowlisted, telemetry_labels};

telemetry_labels! { Kinds = ["a"] }

/// A step.
#[derive(TelemetryFields)]
struct Step {
    duration_ms: i64,
    /// Its kind.
    kind: bool,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", registry = "schemas/lists.json")]
struct Run {
    /// The steps.
    #[event(max_items = 20)]
    steps: Vec<Step>,
    /// The names.
    #[event(max_items = 7)]
    names: Vec<Label>,
    /// Counts.
    by_kind: CountBy<Allowlisted<Kinds>>,
}

fn main() {}
