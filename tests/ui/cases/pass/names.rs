// Names may be raw identifiers, depend on the configuration or come from a renamed crate.

mod inner {
    use telemetry_runtime as renamed;

    pub mod rt {
        pub use telemetry_runtime::*;
    }

    macro_rules! event {
        ($name:ident, $wire:literal, $ty:ty, $default:expr) => {
            #[derive(renamed::TelemetryEvent)]
            #[event(name = $wire, schema = "1.0", crate = crate::inner::rt)]
            #[doc = "A doc."]
            pub(super) struct $name {
                #[event(default = $default)]
                pub(super) value: $ty,
                #[event(required)]
                pub(super) r#type: bool,
                #[cfg(any())]
                pub(super) absent: NoSuchType,
            }
        };
    }

    event!(Generated, "generated", i64, 3 + 4);
}

fn main() {
    let event = inner::Generated::builder().r#type(true).build();
    assert_eq!(event.value, 7);
}
