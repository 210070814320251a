//! What compile-fail and compile-pass cases of the derives share: see `tests/ui.rs`.

pub mod lints;

/// Declares an event and its enum for the crate that calls it.
#[macro_export]
macro_rules! declare_event {
    ($(#[$meta:meta])* $vis:vis $ident:ident = $wire:literal { $field:ident: $ty:ty }) => {
        /// How it ended.
        #[derive($crate::__rt::TelemetryEnum)]
        #[event(name = "OutcomeEnum")]
        $vis enum Outcome {
            /// Well.
            Success,
            /// Nobody knows.
            #[event(fallback)]
            Undefined,
        }

        $(#[$meta])*
        #[derive($crate::__rt::TelemetryEvent)]
        #[event(name = $wire, schema = "1.0")]
        $vis struct $ident {
            /// The command.
            #[event(required, free_text = "a name built into the program")]
            $vis command: &'static str,
            /// How it ended.
            #[event(required)]
            $vis outcome: Outcome,
            /// What the caller adds.
            $vis $field: $ty,
        }
    };
}

#[doc(hidden)]
pub use telemetry_runtime as __rt;
