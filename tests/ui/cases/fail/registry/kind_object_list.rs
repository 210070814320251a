// The registry declares lists of objects and a list of text; the fields are of other types.

use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent, TelemetryFields};

/// A kind.
#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    B,
    #[event(fallback)]
    Undefined,
}

/// A step.
#[derive(TelemetryFields)]
struct Step {
    /// Its kind.
    kind: Kind,
    /// Its duration.
    duration_ms: i64,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", registry = "schemas/lists.json")]
struct Run {
    /// The steps.
    steps: Vec<Label>,
    /// The names.
    #[event(max_items = 7)]
    names: Vec<Step>,
    /// Counts.
    by_kind: i64,
}

fn main() {}
