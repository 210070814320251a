//! How long the records of a run are, in tokens.
//!
//! One encoding for every run, `cl100k_base`, whatever model reads the records: the numbers are there
//! to be compared. The vocabulary is part of the program, nothing is downloaded; it is unpacked when
//! the first record is counted.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::LazyLock,
};

use telemetry_runtime::privacy::mean;
use tiktoken_rs::CoreBPE;

static TOKENIZER: LazyLock<Option<CoreBPE>> = LazyLock::new(|| tiktoken_rs::cl100k_base().ok());

/// The mean number of tokens of a record, cut to a whole number; -1 when there are no records, or
/// when one cannot be counted.
///
/// Text that reads like a special token (`<|endoftext|>`) counts as the text it is.
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

/// The tokenizer panics when its regular expression gives up on a text; a run must not.
fn tokens(text: &str) -> Option<usize> {
    let tokenizer = TOKENIZER.as_ref()?;
    panic::catch_unwind(AssertUnwindSafe(|| tokenizer.encode_ordinary(text).len())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts_have_their_known_number_of_tokens() {
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
    fn a_mean_is_cut_and_only_no_records_have_none() {
        assert_eq!(avg_tokens_per_record(["hello world", "hello"]), 1);
        assert_eq!(avg_tokens_per_record(["", ""]), 0);
        assert_eq!(avg_tokens_per_record(Vec::<String>::new()), -1);
    }

    #[test]
    fn a_long_run_of_one_character_is_counted_too() {
        for filler in ["a", " ", "\n", "é"] {
            assert!(avg_tokens_per_record([filler.repeat(1 << 14)]) > 0);
        }
    }
}
