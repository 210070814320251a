//! Derive macros of `telemetry-runtime`.

use proc_macro::TokenStream;

/// Declares a telemetry event.
#[proc_macro_derive(TelemetryEvent, attributes(event))]
pub fn telemetry_event(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Declares a wire enum.
#[proc_macro_derive(TelemetryEnum, attributes(event))]
pub fn telemetry_enum(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}
