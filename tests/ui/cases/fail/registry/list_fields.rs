// The objects in a list must have the fields of the registry, and the list at most its items.

use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent, TelemetryFields, field::CountBy};

/// A kind.
#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    B,
    C,
    #[event(fallback)]
    Undefined,
}

/// A step.
#[derive(TelemetryFields)]
struct Step {
    /// Its kind.
    kind: Kind,
    /// Its duration in seconds.
    duration_sec: f64,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", registry = "schemas/lists.json")]
struct Run {
    /// The steps.
    #[event(max_items = 21)]
    steps: Vec<Step>,
    /// The names.
    names: Vec<Label>,
    /// Counts.
    by_kind: CountBy<Kind>,
}

fn main() {}
