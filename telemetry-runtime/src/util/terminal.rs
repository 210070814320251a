//! Makes JSON text safe to read on a terminal.
//!
//! **Invariants.** The result has the same JSON value. Only characters that control a terminal or
//! reorder its text change.

use std::borrow::Cow;

/// The control characters in `json` as JSON escapes: DEL, C1, line separators and the controls of
/// text direction. JSON writers escape the other control characters themselves.
///
/// Such characters occur only inside of strings, so an escape does not change the value.
pub(crate) fn escape_controls(json: &[u8]) -> Cow<'_, [u8]> {
    let mut escaped: Vec<u8> = Vec::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(rest) = json.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((length, code)) = control(rest) else {
            at += 1;
            continue;
        };
        escaped.extend(json.get(copied..at).unwrap_or_default());
        escaped.extend(format!("\\u{code:04x}").into_bytes());
        at += length;
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    escaped.extend(json.get(copied..).unwrap_or_default());
    Cow::Owned(escaped)
}

/// The length and the code of the control character that starts UTF-8 text.
fn control(text: &[u8]) -> Option<(usize, u32)> {
    let (length, code) = match *text {
        [0x7F, ..] => (1, 0x7F),
        // Two bytes hold 5 and 6 bits of the code, three bytes 4, 6 and 6 bits.
        [first @ (0xC2 | 0xD8), second @ 0x80..=0xBF, ..] => {
            (2, (u32::from(first) & 0x1F) << 6 | u32::from(second) & 0x3F)
        }
        [0xE2, second @ (0x80 | 0x81), third @ 0x80..=0xBF, ..] => (
            3,
            0x2000 | (u32::from(second) & 0x3F) << 6 | u32::from(third) & 0x3F,
        ),
        _ => return None,
    };
    is_control(code).then_some((length, code))
}

const fn is_control(code: u32) -> bool {
    matches!(
        code,
        0x7F..=0x9F | 0x061C | 0x200E | 0x200F | 0x2028..=0x202E | 0x2066..=0x2069
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_keeps_its_json_value_and_controls_are_escaped() {
        for c in (' '..='\u{FFFF}').filter(|c| !"\"\\".contains(*c)) {
            let json = format!("\"a{c}b{c}\"");
            let escaped = escape_controls(json.as_bytes());
            let text = std::str::from_utf8(&escaped).unwrap();
            let value: String = serde_json::from_str(text).unwrap();
            assert_eq!(value, format!("a{c}b{c}"));
            let raw = text.contains(c);
            assert_eq!(raw, !is_control(u32::from(c)), "U+{:04X}", u32::from(c));
        }
    }
}
