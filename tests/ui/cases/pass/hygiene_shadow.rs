// The expansion does not use a user's `core`, `Option` or `telemetry_runtime`.

#![no_implicit_prelude]
#![allow(dead_code, non_camel_case_types)]

mod core {}
mod std {}
mod telemetry_runtime {}
struct Option;
struct Result;
struct Some;
struct None;
struct Default;
struct Into;
struct str;
struct u8;

#[derive(::telemetry_runtime::TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    Ok,
    #[event(fallback)]
    Err,
}

#[derive(::telemetry_runtime::TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required)]
    kind: Kind,
    exit_code: i64,
    #[event(free_text = "x")]
    text: ::std::string::String,
}

#[derive(::telemetry_runtime::TelemetryFields)]
struct Common {
    #[event(required)]
    kind: Kind,
}

#[derive(::telemetry_runtime::TelemetryEvent)]
#[event(name = "stop", schema = "1.0")]
struct Stop {
    #[event(flatten)]
    common: Common,
    #[event(flatten, prefix = "last")]
    last: Common,
}

fn main() {
    let common = || Common::builder().kind(Kind::Ok).build();
    let _ = Stop::builder().last(common()).common(common()).build();
    let _ = Run::builder().kind(Kind::Ok).text("x").build();
}
