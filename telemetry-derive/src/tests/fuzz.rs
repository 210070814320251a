//! Arbitrary tokens never make a derive panic, and every expansion parses as items.
//!
//! A normal run tries the same few declarations every time. A long run:
//!
//! ```sh
//! FUZZ_CASES=2000000 FUZZ_SEED=$RANDOM cargo test --release -p telemetry-derive fuzz
//! ```
//!
//! A failure reports its seed; `FUZZ_CASES=1 FUZZ_SEED=<seed>` runs that case alone.

use std::{env, panic};

use fastrand::Rng;
use proc_macro2::TokenStream;

use super::{code, grammar};
use crate::entry;

const CASES: u64 = 1_500;

/// The seeds of this run, for every fuzz test.
pub(crate) fn seeds() -> impl Iterator<Item = u64> {
    let first = setting("FUZZ_SEED").unwrap_or(0);
    let cases = setting("FUZZ_CASES").unwrap_or(CASES);
    first..first.saturating_add(cases)
}

fn setting(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().expect("a whole number"))
}

#[test]
fn arbitrary_tokens_never_make_a_derive_panic() {
    let mut valid = 0;
    for seed in seeds() {
        let input = grammar::input(&mut Rng::with_seed(seed));
        for derive in [entry::event, entry::fields, entry::enumeration] {
            valid += u64::from(expands_to_items(derive, &input, seed));
        }
    }
    // If every declaration were invalid, the later stages would not be tested.
    let few = setting("FUZZ_CASES").is_some_and(|cases| cases < CASES);
    assert!(valid > 0 || few, "no declaration was valid");
}

/// True if the declaration was valid.
fn expands_to_items(
    derive: fn(TokenStream) -> TokenStream,
    input: &TokenStream,
    seed: u64,
) -> bool {
    let case = || format!("FUZZ_SEED={seed}\n{input}");
    let code = panic::catch_unwind(|| derive(input.clone()))
        .unwrap_or_else(|_| panic!("a panic was not caught: {}", case()));
    let text = code.to_string();
    assert!(
        !text.contains("please report"),
        "a panic in the macro: {}",
        case()
    );
    if let Err(error) = code::items(code) {
        panic!("not items ({error}): {}\n{text}", case());
    }
    !text.contains("compile_error")
}
