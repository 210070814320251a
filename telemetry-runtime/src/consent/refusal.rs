//! Whether a text that is no valid answer still holds a refusal.
//!
//! Must never take a refusal for less than one: a typo, a wrong table, a torn or re-encoded file
//! must not opt in a person who had said no. So it looks at bytes, not at TOML: a key `consent`,
//! `telemetry` or `enabled` with a word for no behind it, anywhere but in a line that is a comment. The
//! other way round there is no such generosity: only a file that is valid in every respect holds a yes.

/// Keys whose value can be a refusal: the file's own, and what people write by hand.
const KEYS: [&[u8]; 3] = [b"consent", b"telemetry", b"enabled"];

/// Words for no: the file's own, those that mean no in a variable, and what people write by hand.
const WORDS: [&[u8]; 12] = [
    b"disabled",
    b"false",
    b"no",
    b"off",
    b"0",
    b"n",
    b"disable",
    b"never",
    b"none",
    b"denied",
    b"declined",
    b"refused",
];

/// The file's own word, also when the rest of the file is missing after some of its letters.
const WORD: &[u8] = b"disabled";

/// True when `text` says no, in whatever encoding that keeps ASCII recognisable.
pub(super) fn holds_refusal(text: &[u8]) -> bool {
    // UTF-16 without its zeros is ASCII again.
    let ascii = text.iter().filter(|byte| **byte != 0);
    let text: Vec<u8> = ascii.map(u8::to_ascii_lowercase).collect();
    without_comments(&text).any(|rest| KEYS.iter().any(|key| key_refuses(rest, key)))
}

/// The text from every place that is not in a comment line to its end.
fn without_comments(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut in_comment = false;
    let mut at_start = true;
    (0..text.len()).filter_map(move |at| {
        let (before, rest) = text.split_at_checked(at)?;
        let byte = rest.first()?;
        if matches!(byte, b'\n' | b'\r') {
            (in_comment, at_start) = (false, true);
        } else if at_start && *byte == b'#' {
            in_comment = true;
        }
        at_start &= byte.is_ascii_whitespace();
        let starts_word = before.last().is_none_or(|byte| !is_word(*byte));
        (!in_comment && starts_word).then_some(rest)
    })
}

/// True when `rest` starts with the key and goes on with a word for no.
fn key_refuses(rest: &[u8], key: &[u8]) -> bool {
    let after_key = rest.strip_prefix(key).map(|rest| skip(rest, is_around));
    let Some([b'=' | b':', assigned @ ..]) = after_key else {
        return false;
    };
    let value = skip(assigned, is_around);
    if let Some(list) = value.strip_prefix(b"[") {
        let items = list.split(|byte| *byte == b']').next();
        return items.is_some_and(|items| words(items).any(|word| WORDS.contains(&word)));
    }
    let word = words(value).next().unwrap_or_default();
    let is_torn = !word.is_empty() && word.len() == value.len();
    WORDS.contains(&word) || (is_torn && WORD.starts_with(word))
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !is_word(*byte))
}

fn skip(text: &[u8], skipped: impl Fn(u8) -> bool) -> &[u8] {
    let end = text.iter().position(|byte| !skipped(*byte));
    end.and_then(|end| text.get(end..)).unwrap_or_default()
}

/// What may stand around a key or a value: quotes of a word processor and its spaces, too.
fn is_around(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'') || !byte.is_ascii()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_no_is_a_refusal() {
        let refusals = [
            "[telemetry]\nconsent = disabled\n",
            "[telemetry]\nconsent = \"Disabled\"\n",
            "[telemetry\nconsent = 'disabled'\n",
            "[TELEMETRY]\nconsent=\"disabled\"",
            "[telemetry]\rconsent = \"disabled\"\r",
            "telemetry = \"disabled\"",
            "telemetry.consent = \"\"\"disabled\"\"\"",
            "telemetry = { consent = false }",
            "[telemetry]\nenabled = false\n",
            "{\"telemetry\": {\"consent\": \"disabled\"}}",
            "consent =\n \"disabled\"",
            "consent = [\"disabled\"]",
            "consent = [\n  'enabled',\n  'disabled' ]",
            "consent = \u{201c}disabled\u{201d}",
            "consent\u{a0}=\u{a0}\"disabled\"",
            "consent = \"disable\"",
            "consent = \"n\"",
            "telemetry: never",
            "consent = no",
            "consent = 0",
            "consent: off",
            "# consent = \"enabled\"\nconsent = \"disabled\"",
            "consent = \"enabled\"\nconsent = \"disabled\"",
            "[telemetry]\nconsent = \"disab",
            "[telemetry]\nconsent = d",
        ];
        for text in refusals {
            assert!(holds_refusal(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_says_nothing_is_no_refusal() {
        let others = [
            "",
            "[telemetry]\n",
            "consent = \"enabled\"",
            "consent = \"disabled_never\"",
            "consent = \"not sure\"",
            "consent = ",
            "consent = []\nother = 0",
            "consent",
            "consent disabled",
            "# consent = \"disabled\"\n",
            "  # consent = \"disabled\"\r\n[telemetry]",
            "consented_at = \"disabled\"",
            "noconsent = \"disabled\"",
            "consent = \"enab",
        ];
        for text in others {
            assert!(!holds_refusal(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn another_encoding_hides_no_refusal() {
        let text = "[telemetry]\nconsent = \"disabled\"\n";
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
        let encodings: [Vec<u8>; 3] = [
            wide(u16::to_le_bytes),
            wide(u16::to_be_bytes),
            [b"\0\xff", text.as_bytes()].concat(),
        ];
        for encoded in encodings {
            assert!(holds_refusal(&encoded), "{encoded:?}");
        }
    }
}
