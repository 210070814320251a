//! Recorded expansions, so that a change of the generator appears as a diff.
//!
//! `UPDATE_EXPECT=1 cargo test -p telemetry-derive` rewrites the files.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

use super::code::formatted;
use crate::entry;

type Derive = fn(TokenStream) -> TokenStream;

/// Compares an expansion with its file, and with a second expansion of the same input.
fn check(derive: Derive, input: &TokenStream, expected: &ExpectFile) {
    let code = derive(input.clone());
    let again = derive(input.clone());
    assert_eq!(code.to_string(), again.to_string());
    expected.assert_eq(&formatted(code));
}

#[test]
fn a_small_event() {
    let input = quote! {
        /// One run of a command.
        #[event(name = "command_run", schema = "1.0")]
        pub struct CommandRun {
            /// How it ended.
            #[event(required)]
            pub outcome: Outcome,
            /// Exit code of the process.
            pub exit_code: i64,
        }
    };
    check(
        entry::event,
        &input,
        &expect_file!["expected/small_event.rs"],
    );
}

#[test]
fn an_event_with_every_key() {
    let input = quote! {
        /// One download.
        #[event(
            name = "download",
            schema = "1.10",
            gdpr(category = "technical", purpose = "to see which mirrors are used"),
            never("paths", "addresses"),
            limit = "100/min",
            crate = crate::vendored
        )]
        struct Download<'a> {
            /// The mirror.
            #[event(required, free_text = "one of the mirrors built into the program", max_len = 32)]
            mirror: &'a str,
            /// How often it was tried.
            #[event(default = 1, range(min = 1, max = 9))]
            attempts: u32,
            /// How long it took.
            #[event(unit = "ms", rename = "wallMs", since = "1.9", why = "Which mirrors are slow?")]
            duration: Duration,
            /// The tried mirrors.
            #[event(max_items = 5)]
            tried: Vec<Attempt<'a>>,
            /// The program.
            #[event(constant = "downloader")]
            source: String,
            #[deprecated]
            old: i64,
            /// How often it was repeated.
            #[event(since = "1.9", retired = "1.10")]
            retries: i64,
        }
    };
    check(entry::event, &input, &expect_file!["expected/every_key.rs"]);
}

#[test]
fn a_part() {
    let input = quote! {
        /// A model.
        #[event(crate = crate::vendored)]
        pub(crate) struct Model<'a> {
            /// Its name.
            #[event(required, free_text = "one of the names in the program")]
            name: &'a str,
            /// Number of attempts.
            #[event(default = 1, range(min = 1))]
            attempts: u32,
        }
    };
    check(entry::fields, &input, &expect_file!["expected/part.rs"]);
}

#[test]
fn an_event_with_parts() {
    let input = quote! {
        /// One run.
        #[event(name = "run", schema = "1.0")]
        pub struct Run<'a> {
            #[event(flatten)]
            common: Common,
            /// Exit code of the process.
            exit_code: i64,
            /// The first model.
            #[event(flatten, prefix = "first")]
            first: Model<'a>,
        }
    };
    check(
        entry::event,
        &input,
        &expect_file!["expected/event_with_parts.rs"],
    );
}

#[test]
fn a_part_with_a_part() {
    let input = quote! {
        struct Model {
            /// Its port.
            #[event(required)]
            port: u16,
            #[event(flatten, prefix = "host")]
            host: Host,
        }
    };
    check(
        entry::fields,
        &input,
        &expect_file!["expected/part_with_a_part.rs"],
    );
}

#[test]
fn an_enum() {
    let input = quote! {
        /// How a command ended.
        #[event(name = "OutcomeEnum", rename_all = "snake_case")]
        pub enum Outcome {
            /// Well.
            Success,
            #[event(rename = "too_late")]
            TimedOut,
            #[event(fallback)]
            Undefined,
        }
    };
    check(
        entry::enumeration,
        &input,
        &expect_file!["expected/enum.rs"],
    );
}
