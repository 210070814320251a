// Fields, variants and keys may depend on the configuration.

#![allow(unexpected_cfgs)]

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[cfg(no_such_thing)]
    A,
    #[cfg(not(no_such_thing))]
    #[cfg_attr(all(), event(fallback))]
    B,
}

#[derive(TelemetryEvent)]
#[cfg_attr(all(), event(name = "run", schema = "1.0"))]
struct Run {
    #[cfg(no_such_thing)]
    absent: NoSuchType,
    #[cfg(not(no_such_thing))]
    #[cfg_attr(all(), event(required))]
    present: i64,
    #[cfg_attr(any(), event(no_such_key))]
    kind: Kind,
}

fn main() {
    let run = Run::builder().present(1).build();
    assert_eq!((run.present, run.kind.as_str()), (1, "b"));
    let _ = Kind::A;
}
