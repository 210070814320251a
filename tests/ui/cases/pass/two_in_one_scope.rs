// Two expansions do not conflict, in one scope or under one name in two modules.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    #[event(fallback)]
    A,
}

#[derive(TelemetryEnum)]
#[event(name = "OtherEnum")]
enum Other {
    #[event(fallback)]
    A,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required)]
    code: i64,
    #[event(default = 1)]
    kind: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "stop", schema = "1.0")]
struct Stop {
    #[event(required)]
    code: i64,
    #[event(default = Kind::A)]
    kind: Kind,
    other: Other,
}

mod run {
    #[derive(telemetry_runtime::TelemetryEvent)]
    #[event(name = "other_run", schema = "1.0")]
    pub struct Run {
        pub code: i64,
    }
}

fn main() {
    assert_eq!(Run::builder().code(1).build().kind, 1);
    let stop = Stop::builder().code(1).build();
    assert_eq!((stop.code, stop.kind.as_str(), stop.other.as_str()), (1, "a", "a"));
    assert_eq!(run::Run::default().code, -1);
    assert_eq!(Run { code: 1, kind: 1 }.code, 1);
}
