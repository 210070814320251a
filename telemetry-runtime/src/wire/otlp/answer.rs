//! The number of rejected records in the answer of a collector.
//!
//! **Invariants.** An answer that is not understood has no number. The scanner uses no memory and reads each
//! byte at most twice.

/// `partialSuccess.rejectedLogRecords` of an answer, a number or a text of digits.
///
/// The scanner does not check that the answer is valid JSON: it follows texts and brackets only.
pub(crate) fn rejected_records(answer: &[u8]) -> Option<u64> {
    let partial = member(answer, b"partialSuccess")?;
    let number = member(partial, b"rejectedLogRecords")?;
    let (digits, quoted) = match number.strip_prefix(b"\"") {
        Some(text) => (text, true),
        None => (number, false),
    };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit());
    let (digits, rest) = digits.split_at_checked(length.count())?;
    let ends = match rest.first()? {
        b'"' => quoted,
        b',' | b'}' | b' ' | b'\t' | b'\r' | b'\n' => !quoted,
        _ => false,
    };
    let digits = std::str::from_utf8(digits).ok().filter(|_| ends)?;
    digits.parse().ok()
}

/// The text from the value of the member `name` on. `text` starts with an object, which may be incomplete.
fn member<'t>(text: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut rest = text.trim_ascii_start();
    let mut depth = 0_u32;
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'"' => {
                let (content, after) = split_text(after)?;
                rest = after;
                let value = after.trim_ascii_start().strip_prefix(b":");
                if let Some(value) = value.filter(|_| depth == 1 && content == name) {
                    return Some(value.trim_ascii_start());
                }
            }
            b'{' => depth = depth.checked_add(1)?,
            // The member of an object in a list is at another depth than that of the outer object.
            b'[' if depth > 0 => depth = depth.checked_add(1)?,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return None;
        }
    }
    None
}

/// The content of a text whose opening quote was read, with its escapes, and the text after its closing
/// quote.
fn split_text(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_found_as_a_number_and_as_a_text() {
        for (answer, expected) in [
            (r#"{"partialSuccess":{"rejectedLogRecords":3}}"#, Some(3)),
            (r#"{"partialSuccess":{"rejectedLogRecords":"3"}}"#, Some(3)),
            (r#"{"partialSuccess":{"rejectedLogRecords":"0"}}"#, Some(0)),
            (
                "\r\n { \"a\" : [ { \"partialSuccess\" : 1 } , \"]\" ] , \"partialSuccess\" :\t{ \
                 \"errorMessage\" : \"a \\\" } \\\\\" , \"rejectedLogRecords\" : 12 } }\n",
                Some(12),
            ),
            (
                r#"{"partialSuccess":{"rejectedLogRecords":18446744073709551615}}"#,
                Some(u64::MAX),
            ),
        ] {
            assert_eq!(rejected_records(answer.as_bytes()), expected, "{answer}");
        }
    }

    #[test]
    fn an_answer_that_is_not_understood_has_no_number() {
        for answer in [
            "",
            "{}",
            "[]",
            "null",
            "OK",
            "<html>\"partialSuccess\"</html>",
            r#"{"partialSuccess":null}"#,
            r#"{"partialSuccess":{}}"#,
            r#"{"partialSuccess":{"errorMessage":"rejectedLogRecords"}}"#,
            r#"{"partialSuccess":{"errorMessage":"\"rejectedLogRecords\":3"}}"#,
            r#"{"partialSuccess":{"a":{"rejectedLogRecords":3}}}"#,
            r#"{"partialSuccess":{},"rejectedLogRecords":3}"#,
            r#"{"rejectedLogRecords":3}"#,
            r#"[{"partialSuccess":{"rejectedLogRecords":3}}]"#,
            r#"{"a":{"partialSuccess":{"rejectedLogRecords":3}}}"#,
            r#"{"a":[{"partialSuccess":{"rejectedLogRecords":3}}]}"#,
            r#"{"partialSuccess":{"rejectedLogRecords":-3}}"#,
            r#"{"partialSuccess":{"rejectedLogRecords":3.5}}"#,
            r#"{"partialSuccess":{"rejectedLogRecords":3e9}}"#,
            r#"{"partialSuccess":{"rejectedLogRecords":"3}}"#,
            r#"{"partialSuccess":{"rejectedLogRecords":""}}"#,
            r#"{"partialSuccess":{"rejectedLogRecords":18446744073709551616}}"#,
            r#"{"partialSuccess":{"rejectedLogRecords":3"#,
            r#"{"partialSuccess":{"rejectedLogRec"#,
            r#"{"partialSuccess\""#,
        ] {
            assert_eq!(rejected_records(answer.as_bytes()), None, "{answer}");
        }
    }

    #[test]
    fn arbitrary_bytes_have_an_end() {
        let mut random = fastrand::Rng::with_seed(3);
        let pieces = [
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\\",
            ":",
            ",",
            " ",
            "3",
            "partialSuccess",
            "\"partialSuccess\":",
            "\"rejectedLogRecords\":",
        ];
        for _ in 0..20_000 {
            let length = random.usize(0..20);
            let text: String = (0..length)
                .map(|_| pieces[random.usize(0..pieces.len())])
                .collect();
            // Any number is one of the digits of the text.
            let number = rejected_records(text.as_bytes());
            assert!(number.is_none_or(|number| text.contains(&number.to_string())));
        }
    }
}
