// The expansion causes no warning under any lint.

#![deny(warnings, missing_docs, unused, unused_qualifications, unreachable_pub, nonstandard_style)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
//! A crate.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

/// A kind.
#[derive(TelemetryEnum, Clone, Copy)]
#[event(name = "KindEnum")]
#[deprecated]
enum Kind {
    /// One.
    A,
    /// Another.
    #[event(fallback)]
    B,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
#[deprecated]
#[allow(deprecated)]
struct Run {
    /// The kind.
    #[event(required)]
    kind: Kind,
    /// A code.
    #[deprecated]
    exit_code: i64,
    /// Another.
    #[event(default = 5)]
    retries: u32,
}

#[allow(deprecated)]
fn main() {
    let run = Run::builder().kind(Kind::B).exit_code(1).retries(2).build();
    let _ = (run.kind.as_str(), run.exit_code, run.retries, Kind::from_wire("a"));
    let _ = Run::builder().kind(Kind::A).maybe_exit_code(None).maybe_retries(None).build();
}
