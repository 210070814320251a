//! Compares and builds strings in constants.
//!
//! The declaration macros use it for labels and for compile errors that name the wrong text.
//!
//! **Invariants.** Used at compile time only: every function is slower than its counterpart in `std`.

/// `a == b`.
#[must_use]
pub(crate) const fn eq(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    // From the end: names with the same length often have the same start.
    while let ([rest_of_a @ .., x], [rest_of_b @ .., y]) = (a, b) {
        if *x != *y {
            return false;
        }
        a = rest_of_a;
        b = rest_of_b;
    }
    true
}

/// The hash of the empty text: the start of [`hash_on`].
#[cfg(any(feature = "schema", feature = "spool"))]
pub(crate) const HASH_START: u64 = 0xcbf2_9ce4_8422_2325;

/// The 64-bit FNV-1a hash of `text`.
#[cfg(feature = "schema")]
pub(crate) const fn hash(text: &str) -> u64 {
    hash_on(HASH_START, text)
}

/// The hash of a prefix and `text`, where `hash` is the hash of the prefix.
#[cfg(any(feature = "schema", feature = "spool"))]
pub(crate) const fn hash_on(mut hash: u64, text: &str) -> u64 {
    let mut bytes = text.as_bytes();
    while let [byte, rest @ ..] = bytes {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        bytes = rest;
    }
    hash
}

/// True when `text` is in `list`.
#[must_use]
pub const fn contains(mut list: &[&str], text: &str) -> bool {
    while let [head, rest @ ..] = list {
        if eq(head, text) {
            return true;
        }
        list = rest;
    }
    false
}

/// The text at `index`; empty if the list is shorter.
#[must_use]
pub(crate) const fn nth<'t>(mut list: &[&'t str], mut index: usize) -> &'t str {
    while let [head, rest @ ..] = list {
        if index == 0 {
            return head;
        }
        index -= 1;
        list = rest;
    }
    ""
}

/// The text of an optional macro argument: a list with one text, or an empty list.
#[must_use]
pub const fn given<'t>(list: &[&'t str]) -> Option<&'t str> {
    match list {
        [text, ..] => Some(text),
        [] => None,
    }
}

/// The text of an optional macro argument, or `default`.
#[must_use]
pub const fn given_or<'t>(list: &[&'t str], default: &'t str) -> &'t str {
    match given(list) {
        Some(text) => text,
        None => default,
    }
}

/// Text of at most `N` bytes, built in a constant. Bytes that do not fit are omitted.
#[derive(Clone, Copy, Debug)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Text<N> {
    /// The empty text.
    pub const EMPTY: Self = Self {
        bytes: [0; N],
        len: 0,
    };

    /// Appends `text`.
    pub const fn push(&mut self, text: &str) {
        let mut bytes = text.as_bytes();
        while let [byte, rest @ ..] = bytes {
            self.push_byte(*byte);
            bytes = rest;
        }
    }

    /// Appends `text` with ASCII letters in upper case.
    pub(crate) const fn push_uppercase(&mut self, text: &str) {
        let mut bytes = text.as_bytes();
        while let [byte, rest @ ..] = bytes {
            self.push_byte(byte.to_ascii_uppercase());
            bytes = rest;
        }
    }

    /// Appends `number` in decimal.
    pub const fn push_number(&mut self, number: u64) {
        if number >= 10 {
            self.push_number(number / 10);
        }
        self.push_byte(b'0' + (number % 10) as u8);
    }

    pub(crate) const fn push_byte(&mut self, byte: u8) {
        if self.len < N
            && let [slot, ..] = self.bytes.split_at_mut(self.len).1
        {
            *slot = byte;
            self.len += 1;
        }
    }

    /// True when nothing was appended.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text, without a last character that did not fit completely.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        let text = self.bytes.split_at(self.len).0;
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(error) => match std::str::from_utf8(text.split_at(error.valid_up_to()).0) {
                Ok(text) => text,
                Err(_) => "",
            },
        }
    }
}

/// Joins the lines of a doc comment, each ended by `\n`, into one line.
#[must_use]
pub const fn join_doc_lines<const N: usize>(lines: &str) -> Text<N> {
    let mut text = Text::EMPTY;
    let mut gap = false;
    let mut bytes = lines.as_bytes();
    while let [byte, rest @ ..] = bytes {
        if matches!(*byte, b' ' | b'\n' | b'\t' | b'\r') {
            gap = !text.is_empty();
        } else {
            if gap {
                text.push_byte(b' ');
                gap = false;
            }
            text.push_byte(*byte);
        }
        bytes = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_built_compared_and_cut_between_characters() {
        const WIDE: Text<3> = {
            let mut text = Text::EMPTY;
            text.push("aéé");
            text
        };
        const LINES: &str = " One  run\n of a command.\n";
        const DOCS: Text<{ LINES.len() }> = join_doc_lines(LINES);
        assert_eq!(WIDE.as_str(), "aé");
        assert_eq!(DOCS.as_str(), "One run of a command.");
        assert!(eq("ab", "ab") && !eq("ab", "ac") && !eq("ab", "a"));
        assert!(contains(&["a", "b"], "b") && !contains(&[], ""));
        assert_eq!(given_or(&[], "x"), "x");
        assert_eq!((nth(&["a", "b"], 1), nth(&["a", "b"], 2)), ("b", ""));
        let mut number = Text::<20>::EMPTY;
        number.push_number(u64::MAX);
        assert_eq!(number.as_str(), u64::MAX.to_string());
    }

    #[cfg(feature = "schema")]
    #[test]
    fn the_hash_matches_the_published_vectors() {
        // Test vectors of the authors of FNV.
        for (text, expected) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(hash(text), expected, "{text}");
        }
    }
}
