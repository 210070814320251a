// A declaration and its keys may depend on the configuration; its fields and variants may not.

#![allow(unexpected_cfgs)]

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[cfg_attr(all(), event(fallback))]
    B,
}

#[cfg(not(no_such_thing))]
#[derive(TelemetryEvent)]
#[cfg_attr(all(), event(name = "run", schema = "1.0"))]
struct Run {
    #[cfg_attr(all(), event(required))]
    present: i64,
    #[cfg_attr(any(), event(no_such_key))]
    kind: Kind,
}

#[cfg(no_such_thing)]
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    absent: NoSuchType,
}

fn main() {
    let run = Run::builder().present(1).build();
    assert_eq!((run.present, run.kind.as_str()), (1, "b"));
    let _ = Kind::A;
}
