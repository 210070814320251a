// Raw identifiers have no prefix on the wire and keep it in Rust.

#![allow(non_camel_case_types)]

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEnum, Debug, PartialEq)]
#[event(name = "KindEnum")]
enum r#enum {
    r#loop,
    #[event(fallback)]
    r#fn,
}

#[derive(TelemetryEvent)]
#[event(r#name = "run", schema = "1.0")]
struct r#struct<'r#a> {
    #[event(required)]
    r#type: r#enum,
    #[event(required, free_text = "built in")]
    r#match: &'r#a str,
    #[event(default = r#enum::r#loop)]
    r#async: r#enum,
    r#yield: i64,
    #[event(constant = 5)]
    r#const: i64,
}

fn main() {
    let event: r#struct<'_> = r#struct::builder()
        .r#match("x")
        .r#type(r#enum::r#loop)
        .maybe_yield(None)
        .build();
    assert_eq!(event.r#async, r#enum::r#loop);
    assert_eq!(r#enum::VALUES, ["loop", "fn"]);
    let wire: Vec<_> = r#struct::DESCRIPTOR.fields.iter().map(|field| field.wire_name).collect();
    assert_eq!(wire, ["type", "match", "async", "yield", "const"]);
    let _ = (event.r#type, event.r#match, event.r#yield, event.r#const);
}
