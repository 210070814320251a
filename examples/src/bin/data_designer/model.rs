//! A language model small enough to be a function: it writes on with the words of its prompt.

/// Most tokens that a prompt may have.
const CONTEXT: usize = 24;

/// Words that it knows beside those of its prompt.
const WORDS: [&str; 8] = [
    "a", "quiet", "harbour", "and", "the", "old", "bridge", "sings",
];

/// The model's tokens are words.
pub(crate) fn tokens(text: &str) -> usize {
    text.split_whitespace().count()
}

/// What the model says to a prompt.
///
/// # Errors
///
/// When the prompt is too long for it.
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
    let said = (0..count).filter_map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        known.get((state >> 33) % known.len()).copied()
    });
    Ok(said.collect::<Vec<_>>().join(" "))
}

/// The prompt is longer than the model's context.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_prompt_has_the_same_answer_and_a_long_one_has_none() {
        let answer = complete("Tell a story").unwrap();
        assert_eq!(complete("Tell a story").unwrap(), answer);
        assert!((8..32).contains(&tokens(&answer)));
        assert_eq!(complete(&"word ".repeat(CONTEXT + 1)), Err(TooLong));
    }
}
