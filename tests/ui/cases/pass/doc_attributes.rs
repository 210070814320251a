// Documentation may be any literal text, even from a macro, beside other `#[doc]` attributes.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum)]
#[doc = "A kind."]
#[event(name = "KindEnum")]
#[doc(alias = "sort")]
enum Kind {
    #[doc = r"one"]
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
    #[doc = "Other."]
    other: i64,
}

macro_rules! stop {
    ($text:literal, $field:expr) => {
        #[doc = $text]
        #[derive(TelemetryEvent)]
        #[event(name = "stop", schema = "1.0")]
        struct Stop {
            #[doc = $field]
            reason: i64,
        }
    };
}

stop!("A stop.", "A reason.");

fn main() {
    assert_eq!(Stop::DESCRIPTOR.docs, "A stop.");
    assert_eq!(Stop::DESCRIPTOR.fields[0].docs, "A reason.");
    let _ = Stop::default().reason;
    assert!(Run::DESCRIPTOR.docs.starts_with("A run, in two parts and three."));
    let docs = Run::DESCRIPTOR.fields[0].docs;
    assert_eq!(docs, "A code with \"quotes\" and \\ and {braces}.");
    let run = Run::default();
    let _ = (run.exit_code, run.kind, run.other, Kind::B);
}
