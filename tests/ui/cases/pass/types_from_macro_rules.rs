// Every part of a declaration may come from a `macro_rules` macro.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

macro_rules! event {
    (
        $(#[$meta:meta])* $vis:vis $ident:ident<$lifetime:lifetime> = $wire:literal $version:literal
        { $($(#[$field_meta:meta])* $field:ident: $ty:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(TelemetryEvent)]
        #[event(name = $wire, schema = $version)]
        $vis struct $ident<$lifetime> {
            $($(#[$field_meta])* $field: $ty,)*
            #[event(free_text = "built in")]
            model: &$lifetime str,
        }
    };
}

event! {
    /// A run.
    pub(crate) Run<'a> = "run" "1.0" {
        #[event(required)]
        outcome: Kind,
        #[event(free_text = "built in")]
        name: String,
        #[event(free_text = "built in", default = "x")]
        other: std::borrow::Cow<'static, str>,
        count: i64,
    }
}

// Bounds, lengths and text captured by a macro.
macro_rules! bounded {
    ($ident:ident, $min:literal, $max:literal, $length:literal, $reason:literal, $default:expr) => {
        #[derive(TelemetryEvent)]
        #[event(name = "bounded", schema = "1.0")]
        struct $ident {
            #[event(range(min = $min, max = $max), default = $default)]
            progress: i64,
            #[event(free_text = $reason, max_len = $length)]
            model: String,
        }
    };
}

bounded!(WireNumber, 0, 100, 12, "built in", if true { 5 } else { 6 });

macro_rules! wire_enum {
    ($ident:ident($wire:literal) { $($variant:ident $(= $rename:literal)?,)* }) => {
        #[derive(TelemetryEnum, Clone, Copy)]
        #[event(name = $wire)]
        enum $ident {
            $($(#[event(rename = $rename)])? $variant,)*
        }
    };
}

wire_enum! { Kind("KindEnum") { Good, Bad = "so_so", } }

// All fields and all variants are one token tree, so `self` has another syntax context.
macro_rules! whole {
    ($event:ident $fields:tt $enum:ident $variants:tt) => {
        #[derive(TelemetryEvent)]
        #[event(name = "whole", schema = "1.0")]
        struct $event $fields

        #[derive(TelemetryEnum, Clone, Copy)]
        #[event(name = "WholeEnum", rename_all = "snake_case")]
        enum $enum $variants
    };
}

whole! {
    Whole {
        #[event(required)]
        first: Part,
        #[event(range(min = 0, max = 9), default = 1)]
        second: i64,
        #[event(free_text = "built in", max_len = 12)]
        third: String,
        #[event(constant = 7)]
        fourth: i32,
        #[event(unit = "ms")]
        fifth_ms: std::time::Duration,
        sixth: Vec<telemetry_runtime::Label>,
    }
    Part { Half, Quarter }
}

telemetry_runtime::telemetry_buckets! { Files = [1, 2] }

fn main() {
    let run = Run::builder().outcome(Kind::Bad).name("x").build();
    assert_eq!(run.outcome.as_str(), "so_so");
    assert_eq!(WireNumber::default().progress, 5);
    let _ = (run.name, run.other, run.count, run.model, Files::of(1));
    let _ = WireNumber::default().model;
    let _ = Kind::Good;
    let whole = Whole::builder().first(Part::Quarter).build();
    assert!(whole.parameters().to_json().starts_with(r#"{"first":"quarter","second":1,"#));
    let _ = (whole.third, whole.fourth, whole.fifth_ms, whole.sixth, Part::Half);
}
