//! A macro of another file: part of `pass/derive_in_a_macro_of_another_file.rs`.

macro_rules! event {
    ($ident:ident, $wire:literal, $field:ident: $ty:ty = $default:expr) => {
        /// An event.
        #[derive(telemetry_runtime::TelemetryEvent)]
        #[event(name = $wire, schema = "1.0")]
        pub struct $ident {
            #[event(default = $default)]
            pub $field: $ty,
            // The caller of the macro cannot name this field; it still exists.
            #[event(required)]
            pub hidden: bool,
        }
    };
}

pub(crate) use event;
