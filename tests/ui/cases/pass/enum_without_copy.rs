// A wire enum needs no other derive.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum)]
#[event(name = "KindEnum", rename_all = "UPPERCASE")]
enum Kind {
    Success,
    #[event(fallback)]
    Undefined,
}

#[derive(TelemetryEnum)]
#[event(name = "StrictEnum")]
#[non_exhaustive]
pub enum Strict {
    A = 5,
    B = -1,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required)]
    kind: Kind,
    other: Kind,
    #[event(default = Kind::Success)]
    third: Kind,
    #[event(constant = Strict::A)]
    strict: Strict,
    #[event(default = vec![Strict::A, Strict::B])]
    list: Vec<Strict>,
}

fn main() {
    let run = Run::builder().kind(Kind::from_wire("SUCCESS")).other(Kind::Success).build();
    assert_eq!(run.kind.as_str(), "SUCCESS");
    assert_eq!(run.third.as_str(), run.other.as_str());
    assert_eq!((run.strict.as_str(), run.list.len()), ("a", 2));
    assert!("?".parse::<Strict>().is_err());
}
