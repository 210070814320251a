// A valid event with lists in its registry: fewer items, fewer enum values, an array, counts.

#![deny(warnings, missing_docs, unused, unused_qualifications, unreachable_pub, nonstandard_style)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
//! A crate.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent, TelemetryFields, field::CountBy};

/// A kind.
#[derive(TelemetryEnum, Clone, Copy)]
#[event(name = "KindEnum")]
enum Kind {
    /// The first.
    A,
    /// Not known.
    #[event(fallback)]
    Undefined,
}

/// A step.
#[derive(TelemetryFields, Clone, Copy)]
struct Step {
    /// Its duration.
    duration_ms: i64,
    /// Its kind.
    kind: Kind,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", registry = "schemas/lists.json")]
struct Run<'a> {
    /// The steps.
    #[event(required, max_items = 19)]
    steps: [Step; 1],
    /// The names.
    #[event(max_items = 7, free_text = "names in the program")]
    names: &'a [&'a str],
    /// Counts.
    by_kind: CountBy<Kind>,
}

fn main() {
    let step = Step { duration_ms: 3, kind: Kind::Undefined };
    let counts = [Kind::A].into_iter().collect();
    let run = Run::builder().steps([step]).names(&["x"]).by_kind(counts).build();
    assert_eq!(
        run.parameters().to_json(),
        concat!(
            r#"{"steps":[{"durationMs":3,"kind":"undefined"}],"names":["x"],"#,
            r#""byKind":[{"value":"a","count":1}]}"#
        )
    );
}
