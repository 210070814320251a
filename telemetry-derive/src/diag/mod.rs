//! Collects errors, and defines every message of the derives.
//!
//! The first line of a message describes the mistake. It starts in lower case, has no final dot and at
//! most 100 characters. A second line `help: ...` describes the correct form. Every message has its
//! constructor here, so that all of them read alike.

mod attribute;
mod enumeration;
mod event;
mod field;
mod foreign;
mod list;
mod part;
mod registry;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

pub(crate) use self::{
    attribute::*, enumeration::*, event::*, field::*, foreign::*, list::*, part::*, registry::*,
};

/// Collects errors, so that all mistakes of a declaration are reported at once.
///
/// Must be consumed with `into_tokens`; dropping it would lose errors.
#[must_use = "dropped errors are lost"]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
    consumed: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self {
            found: Vec::new(),
            consumed: false,
        }
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// True when no error was reported yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The `compile_error!` calls in source order; `None` without errors.
    pub(crate) fn into_tokens(mut self) -> Option<TokenStream> {
        self.consumed = true;
        let mut found = std::mem::take(&mut self.found);
        found.sort_by_key(|error| position(error.span()));
        (!found.is_empty()).then(|| found.iter().map(syn::Error::to_compile_error).collect())
    }

    #[cfg(test)]
    pub(crate) fn into_messages(mut self) -> Vec<String> {
        self.consumed = true;
        self.found.iter().map(ToString::to_string).collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(
            self.consumed || std::thread::panicking(),
            "errors dropped without being consumed"
        );
    }
}

/// Line and column. Outside of a compiler, as in unit tests, every span has the same position.
fn position(span: Span) -> (usize, usize) {
    if !proc_macro::is_available() {
        return (0, 0);
    }
    let span = span.unwrap();
    (span.line(), span.column())
}

fn at(tokens: impl ToTokens, message: impl Display) -> syn::Error {
    syn::Error::new_spanned(tokens, message)
}

fn at_span(span: Span, message: impl Display) -> syn::Error {
    syn::Error::new(span, message)
}

// The macro itself

pub(crate) fn bug(span: Span, derive: &str) -> syn::Error {
    at_span(
        span,
        format_args!("bug in telemetry-derive (`{derive}`), please report this declaration"),
    )
}
