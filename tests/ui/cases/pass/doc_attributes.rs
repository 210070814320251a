// Documentation may have every form that rustdoc supports.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum)]
#[doc = "A kind."]
#[event(name = "KindEnum")]
#[doc(alias = "sort")]
enum Kind {
    #[doc = concat!("o", "ne")]
    A,
    #[doc(hidden)]
    #[event(fallback)]
    B,
}

#[doc = "A run,"]
/// in two parts
#[doc = " and three."]
///
/** A block. */
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
#[doc(alias = "execution")]
struct Run {
    #[doc = "A code with \"quotes\" and \\ and {braces}."]
    exit_code: i64,
    #[doc(hidden)]
    #[event(default = Kind::A)]
    kind: Kind,
    #[doc = include_str!("../support/field.md")]
    other: i64,
}

fn main() {
    assert!(Run::DESCRIPTOR.docs.starts_with("A run, in two parts and three."));
    let docs = Run::DESCRIPTOR.fields[0].docs;
    assert_eq!(docs, "A code with \"quotes\" and \\ and {braces}.");
    let run = Run::default();
    let _ = (run.exit_code, run.kind, run.other, Kind::B);
}
