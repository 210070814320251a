// The lists of a part must match the registry.

use telemetry_runtime::{Label, TelemetryEvent, TelemetryFields, field::CountBy};
use telemetry_runtime::{Allowlisted, telemetry_labels};

telemetry_labels! { Commands = ["build"] }

/// A part.
#[derive(TelemetryFields)]
struct Common {
    /// The steps.
    #[event(max_items = 20)]
    steps: Vec<Step>,
}

/// Names.
#[derive(TelemetryFields)]
struct Names {
    /// The names.
    #[event(max_items = 8)]
    names: Vec<Label>,
}

/// Counts.
#[derive(TelemetryFields)]
struct Counts {
    /// Runs.
    by_kind: CountBy<Allowlisted<Commands>>,
}

/// A step.
#[derive(TelemetryFields)]
struct Step {
    /// Its kind.
    kind: Label,
    /// Its host.
    host: Label,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", registry = "schemas/lists.json")]
struct Run {
    #[event(flatten)]
    common: Common,
    #[event(flatten)]
    names: Names,
    #[event(flatten)]
    counts: Counts,
}

fn main() {}
