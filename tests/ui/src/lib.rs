//! Shared code of the compile-fail and compile-pass cases of the derives: see `tests/ui.rs`.

pub mod lints;

/// A part with private fields.
#[derive(__rt::TelemetryFields, Clone)]
pub struct Shared {
    /// Number of attempts.
    #[event(default = 1)]
    attempts: u32,
}

/// Declares an event and its enum for the crate that calls it.
#[macro_export]
macro_rules! declare_event {
    ($(#[$meta:meta])* $vis:vis $ident:ident = $wire:literal { $field:ident: $ty:ty }) => {
        /// Outcome of the command.
        #[derive($crate::__rt::TelemetryEnum)]
        #[event(name = "OutcomeEnum")]
        $vis enum Outcome {
            /// The command succeeded.
            Success,
            /// Unknown.
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
            /// Outcome of the command.
            #[event(required)]
            $vis outcome: Outcome,
            /// The field of the caller.
            $vis $field: $ty,
            /// A part of this crate.
            #[event(flatten, prefix = "shared")]
            $vis shared: $crate::Shared,
        }
    };
}

#[doc(hidden)]
pub use telemetry_runtime as __rt;
