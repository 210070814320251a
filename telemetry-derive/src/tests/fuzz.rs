//! No tokens make a derive panic, and whatever it answers is made of items.
//!
//! A plain run tries some declarations, always the same. A long one:
//!
//! ```sh
//! FUZZ_CASES=2000000 FUZZ_SEED=$RANDOM cargo test --release -p telemetry-derive fuzz
//! ```
//!
//! A failure names its seed: `FUZZ_CASES=1 FUZZ_SEED=that` runs it alone.

use std::{env, panic};

use fastrand::Rng;
use proc_macro2::TokenStream;

use super::{code, grammar};
use crate::entry;

const CASES: u64 = 1_500;

/// The seeds of this run: what a fuzz test of any part iterates over.
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
fn no_tokens_make_a_derive_panic() {
    let mut right = 0;
    for seed in seeds() {
        let input = grammar::input(&mut Rng::with_seed(seed));
        for derive in [entry::event, entry::enumeration] {
            right += u64::from(answers_with_items(derive, &input, seed));
        }
    }
    // With all of them refused at the door, nothing behind it would have been tried.
    let few = setting("FUZZ_CASES").is_some_and(|cases| cases < CASES);
    assert!(right > 0 || few, "no declaration was right");
}

/// True when the declaration was right.
fn answers_with_items(
    derive: fn(TokenStream) -> TokenStream,
    input: &TokenStream,
    seed: u64,
) -> bool {
    let told = || format!("FUZZ_SEED={seed}\n{input}");
    let code = panic::catch_unwind(|| derive(input.clone()))
        .unwrap_or_else(|_| panic!("a panic went past the guard: {}", told()));
    let text = code.to_string();
    assert!(
        !text.contains("please report"),
        "a panic in the macro: {}",
        told()
    );
    if let Err(error) = code::items(code) {
        panic!("no items ({error}): {}\n{text}", told());
    }
    !text.contains("compile_error")
}
