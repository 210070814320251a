// A deprecated declaration causes warnings only where it is used.

#![deny(deprecated)]

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[deprecated = "use A"]
    B,
    #[deprecated(since = "1.0", note = "use A")]
    #[event(fallback)]
    C,
}

#[derive(TelemetryEnum)]
#[event(name = "OldEnum")]
#[deprecated]
enum Old {
    A,
}

#[derive(TelemetryEvent)]
#[event(name = "old_run", schema = "1.0")]
#[deprecated(note = "use Run")]
struct OldRun {
    #[event(required)]
    exit_code: i64,
    other: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[deprecated]
    #[event(required)]
    exit_code: i64,
    #[deprecated(note = "gone")]
    other: i64,
    #[deprecated]
    #[event(default = 5, range(min = 0))]
    third: u8,
    #[deprecated]
    #[event(constant = 5)]
    fourth: u8,
    kind: Kind,
}

fn main() {
    let _ = Kind::A.as_str();
    #[allow(deprecated)]
    {
        let _ = (Kind::B, Old::A, OldRun::builder().exit_code(1).build().other);
        let run = Run::builder().exit_code(1).other(2).maybe_third(None).build();
        let _ = (run.exit_code, run.other, run.third, run.fourth, run.kind);
        let _ = OldRun { exit_code: 1, other: 1 }.exit_code;
    }
}
