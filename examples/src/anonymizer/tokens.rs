//! Mean length of the records of a run, in tokens.
//!
//! All runs use the encoding `cl100k_base`, regardless of their models, so that the numbers are
//! comparable. The vocabulary is part of the program and is unpacked at the first call.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::LazyLock,
};

use telemetry_runtime::privacy::mean;
use tiktoken_rs::CoreBPE;

static TOKENIZER: LazyLock<Option<CoreBPE>> = LazyLock::new(|| tiktoken_rs::cl100k_base().ok());

/// The mean number of tokens per record, rounded down; -1 when there are no records or a record
/// cannot be counted.
///
/// A special token in the text (`<|endoftext|>`) counts as ordinary text.
///
/// ```
/// use telemetry_examples::anonymizer::avg_tokens_per_record;
///
/// assert_eq!(avg_tokens_per_record(["hello world"]), 2);
/// assert_eq!(avg_tokens_per_record([""; 0]), -1);
/// ```
#[must_use]
pub fn avg_tokens_per_record<R: AsRef<str>>(records: impl IntoIterator<Item = R>) -> i64 {
    records
        .into_iter()
        .map(|record| tokens(record.as_ref()))
        .collect::<Option<Vec<usize>>>()
        .map_or(-1, |counts| mean(counts).get())
}

/// The tokenizer panics if its regular expression exceeds its limits; the panic must not fail a run.
fn tokens(text: &str) -> Option<usize> {
    let tokenizer = TOKENIZER.as_ref()?;
    panic::catch_unwind(AssertUnwindSafe(|| tokenizer.encode_ordinary(text).len())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_counts_match_the_reference_tokenizer() {
        for (text, tokens) in [
            ("", 0),
            ("tiktoken is great!", 6),
            ("antidisestablishmentarianism", 6),
            ("2 + 2 = 4", 7),
            ("お誕生日おめでとう", 9),
            ("<|endoftext|>", 7),
        ] {
            assert_eq!(avg_tokens_per_record([text]), tokens, "{text}");
        }
    }

    #[test]
    fn the_mean_is_rounded_down_and_unknown_without_records() {
        assert_eq!(avg_tokens_per_record(["hello world", "hello"]), 1);
        assert_eq!(avg_tokens_per_record(["", ""]), 0);
        assert_eq!(avg_tokens_per_record(Vec::<String>::new()), -1);
    }

    #[test]
    fn a_long_run_of_one_character_is_counted() {
        for filler in ["a", " ", "\n", "é"] {
            assert!(avg_tokens_per_record([filler.repeat(1 << 14)]) > 0);
        }
    }
}
