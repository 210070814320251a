//! Random changes of JSON text.

/// The text with a few random changes.
pub(crate) fn mutated(random: &mut fastrand::Rng, text: &str) -> Vec<u8> {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u00",
        "null",
        "-",
        "1e9",
        "\"$ref\"",
        "\"type\"",
        "\"enum\": []",
        "\"#/definitions/types/Count\"",
        "\u{e9}",
        "\n",
        "true",
        "\"minimum\": 1",
        "18446744073709551616",
    ];
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..random.usize(1..=3) {
        if bytes.is_empty() {
            break;
        }
        let at = random.usize(0..bytes.len());
        let end = (at + random.usize(0..24)).min(bytes.len());
        match random.u8(0..5) {
            0 => bytes[at] = random.u8(..),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at.max(1)),
            3 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            _ => {
                let piece = pieces[random.usize(0..pieces.len())];
                bytes.splice(at..end, piece.bytes());
            }
        }
    }
    bytes
}
