//! Errors: the context that collects them, and every message the derives can give.
//!
//! One voice: the first line says what is wrong, in lower case, without a final dot; a second line
//! `help: ...` says what to write instead. A message is a constructor here and nowhere else.

mod attribute;
mod enumeration;
mod event;
mod field;
mod registry;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

pub(crate) use self::{attribute::*, enumeration::*, event::*, field::*, registry::*};

/// Collects errors, so that a declaration is told all its mistakes at once.
///
/// Must be asked for its result: dropping it unasked would lose errors.
#[must_use = "errors that nobody asks for are lost"]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
    asked: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self {
            found: Vec::new(),
            asked: false,
        }
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// True when nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The `compile_error!` calls in source order; `None` when all is well.
    pub(crate) fn into_tokens(mut self) -> Option<TokenStream> {
        self.asked = true;
        let mut found = std::mem::take(&mut self.found);
        found.sort_by_key(|error| position(error.span()));
        (!found.is_empty()).then(|| found.iter().map(syn::Error::to_compile_error).collect())
    }

    #[cfg(test)]
    pub(crate) fn into_messages(mut self) -> Vec<String> {
        self.asked = true;
        self.found.iter().map(ToString::to_string).collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(
            self.asked || std::thread::panicking(),
            "errors dropped without a look at them"
        );
    }
}

/// Line and column; outside of a compiler (in unit tests) all spans are one.
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
