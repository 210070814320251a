//! Text for fields whose values are not known at compile time.

/// Length in characters of the longest text, if the field does not limit it.
const LONG: usize = 1000;
/// The longest text even if the field allows more.
const LONGEST: usize = 1 << 16;

/// Every text with its name. A text that is longer than `max_len` characters is divided.
pub(super) fn texts(max_len: Option<usize>) -> Vec<(String, String)> {
    let most = max_len.unwrap_or(LONG).clamp(1, LONGEST);
    let mut texts = vec![("empty text".to_owned(), String::new())];
    let controls = ('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}');
    let kinds = [
        ("control characters", controls.collect::<String>()),
        ("quotes and backslashes", "\"\\/'\\u0041".to_owned()),
        (
            "invisible characters",
            "\u{200b}\u{202e}\u{2028}\u{2029}\u{feff}".to_owned(),
        ),
    ];
    let kinds = kinds.map(|(name, text)| (name.to_owned(), text));
    let planes = (0..=16).map(|plane| (format!("plane {plane} of Unicode"), ends_of(plane)));
    for (name, text) in kinds.into_iter().chain(planes) {
        let characters: Vec<char> = text.chars().collect();
        let parts = characters.chunks(most).map(String::from_iter);
        texts.extend(parts.map(|part| (name.clone(), part)));
    }
    let longest = "\u{10ffff}".repeat(most);
    texts.push((format!("text of {most} characters"), longest));
    texts
}

/// The first and the last characters of a plane, and those around the surrogates, which are not characters.
fn ends_of(plane: u32) -> String {
    let codes = [0x0000, 0x0020, 0xd7ff, 0xe000, 0xfffe, 0xffff];
    let codes = codes.into_iter().map(|code| (plane << 16) | code);
    codes.filter_map(char::from_u32).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_plane_and_every_control_character_occurs_at_each_length() {
        for max_len in [None, Some(1), Some(2), Some(40)] {
            let texts = texts(max_len);
            let characters: BTreeSet<char> =
                texts.iter().flat_map(|(_, text)| text.chars()).collect();
            let planes: BTreeSet<u32> = characters.iter().map(|it| u32::from(*it) >> 16).collect();
            assert_eq!(planes, (0..=16).collect());
            assert!(
                ('\0'..='\u{10ffff}')
                    .filter(|it| it.is_control())
                    .all(|it| characters.contains(&it))
            );
            assert!(
                characters.contains(&'\u{10ffff}') && texts.iter().any(|(_, it)| it.is_empty())
            );
            let longest = texts.iter().map(|(_, text)| text.chars().count()).max();
            assert_eq!(longest, Some(max_len.unwrap_or(LONG)));
        }
    }
}
