//! A stand-in for a language model: it returns pseudo-random words from a list and the prompt.

/// Maximum length of a prompt in tokens.
const CONTEXT: usize = 24;

/// Words in addition to those of the prompt.
const WORDS: [&str; 8] = [
    "a", "quiet", "harbour", "and", "the", "old", "bridge", "sings",
];

/// The number of tokens of a text: its words.
pub(crate) fn tokens(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The model's answer. The same prompt always has the same answer.
///
/// # Errors
///
/// When the prompt is longer than [`CONTEXT`].
pub(crate) fn complete(prompt: &str) -> Result<String, TooLong> {
    let words: Vec<&str> = prompt.split_whitespace().collect();
    if words.len() > CONTEXT {
        return Err(TooLong);
    }
    let mut state = prompt.bytes().fold(7_usize, |state, byte| {
        state.wrapping_mul(31).wrapping_add(byte.into())
    });
    let known: Vec<&str> = WORDS.iter().copied().chain(words).collect();
    let count = 8 + state % 24;
    let words = (0..count).filter_map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        known.get((state >> 33) % known.len()).copied()
    });
    Ok(words.collect::<Vec<_>>().join(" "))
}

/// The prompt is longer than the model's context.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_deterministic_and_a_long_prompt_is_an_error() {
        let answer = complete("Tell a story").unwrap();
        assert_eq!(complete("Tell a story").unwrap(), answer);
        assert!((8..32).contains(&tokens(&answer)));
        assert_eq!(complete(&"word ".repeat(CONTEXT + 1)), Err(TooLong));
    }
}
