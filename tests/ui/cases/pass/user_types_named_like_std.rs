// User types, traits, macros and functions may have names of the standard library.

#![allow(dead_code, unused_macros, non_camel_case_types)]

struct Vec;
struct Box;
struct Result;
struct Ok;
struct Err;
struct Option;
struct Some;
struct None;
struct Cow;
struct usize;
struct bool_;
struct f64;
struct __p;
trait Clone {}
trait From {}
trait Into {
    fn into(self);
}
impl<T> Into for T {
    fn into(self) {}
}
trait FromStr {
    fn from_str(_: &str) -> i64;
}
impl<T> FromStr for T {
    fn from_str(_: &str) -> i64 {
        0
    }
}
fn drop() {}
fn from_default() {}
macro_rules! concat { () => {}; }
macro_rules! panic { () => {}; }
macro_rules! compile_error { () => {}; }
macro_rules! env { () => {}; }
macro_rules! include_bytes { () => {}; }

#[derive(telemetry_runtime::TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    Some,
    Ok,
    #[event(fallback)]
    None,
}

/// Fields with the names of everything that an expansion could declare.
#[derive(telemetry_runtime::TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required)]
    required: Kind,
    #[event(required)]
    state: i64,
    optional: i64,
    value: i64,
    key: i64,
    visitor: i64,
    visit: i64,
    builder: i64,
    default: i64,
    parameters: i64,
    into: i64,
    clone: i64,
    __v: i64,
    #[event(rename = "bounded", default = 3, range(max = 10))]
    __value: i64,
}

/// A part with the names of everything that an expansion could declare.
#[derive(telemetry_runtime::TelemetryFields)]
struct Piece {
    #[event(required)]
    keys: i64,
    fields: i64,
    visit: i64,
    unset: i64,
    names: i64,
    flatten: i64,
    __p: i64,
}
struct Owner;
struct Given;
struct Text;
struct Part;
struct NoPrefix;
struct Prefix;

#[derive(telemetry_runtime::TelemetryEvent)]
#[event(name = "pieces", schema = "1.0")]
struct Pieces {
    #[event(flatten, prefix = "a")]
    visit: Piece,
    #[event(flatten, prefix = "b")]
    fields: Piece,
    keys: i64,
}

fn main() {
    let piece = || Piece::builder().keys(1).visit(2).build();
    let pieces = Pieces::builder().visit(piece()).fields(piece()).build();
    assert_eq!((pieces.visit.visit, pieces.fields.keys), (2, 1));
    let run = Run::builder().required(Kind::Some).state(1).value(2).builder(3).build();
    assert_eq!((run.state, run.value, run.builder, run.__value), (1, 2, 3, 3));
}
