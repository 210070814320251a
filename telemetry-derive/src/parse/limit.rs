//! Parses `limit = "100/min"`.

use syn::LitStr;

use crate::{
    attr::Entries,
    diag::{self, Errors},
    model::Limit,
};

/// The words for a window, and its length in seconds.
const WINDOWS: &[(&str, u64)] = &[("s", 1), ("min", 60), ("h", 3600)];

const MOST_EVENTS: u32 = 1_000_000;

pub(super) fn limit(entries: &Entries, errors: &mut Errors) -> Option<Limit> {
    let literal = entries.text("limit")?;
    let text = literal.value();
    let parsed = parse(&text);
    if parsed.is_none() {
        errors.push(bad_limit(literal, &text));
    }
    parsed
}

fn parse(text: &str) -> Option<Limit> {
    let (events, window) = text.split_once('/')?;
    let (_, window_secs) = WINDOWS.iter().find(|(word, _)| *word == window)?;
    Some(Limit {
        events: count(events)?,
        window_secs: *window_secs,
    })
}

/// A number without sign, leading zero or separator.
fn count(text: &str) -> Option<u32> {
    let plain = text.chars().all(|c| c.is_ascii_digit()) && !text.starts_with('0');
    let number = text.parse().ok().filter(|number| *number <= MOST_EVENTS);
    number.filter(|_| plain)
}

fn bad_limit(literal: &LitStr, text: &str) -> syn::Error {
    let events = text.split_once('/').map(|(events, _)| events);
    let digits = events.unwrap_or_default();
    let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    if is_number && count(digits).is_none() {
        return diag::limit_out_of_range(literal, text);
    }
    diag::bad_limit(literal, text, &corrected(text))
}

/// The limit that the text probably means.
fn corrected(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let events = count(&digits).unwrap_or(100);
    let words = text.to_ascii_lowercase();
    let word = words.rsplit(|c: char| !c.is_ascii_alphabetic()).next();
    let window = match word.unwrap_or_default() {
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "h" | "hr" | "hour" | "hours" => "h",
        _ => "min",
    };
    format!("{events}/{window}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_and_a_window() {
        for (text, events, window_secs) in [
            ("1/s", 1, 1),
            ("100/min", 100, 60),
            ("1000000/h", 1_000_000, 3600),
        ] {
            let limit = parse(text).expect(text);
            assert_eq!((limit.events, limit.window_secs), (events, window_secs));
        }
        for bad in [
            "",
            "/",
            "100",
            "/min",
            "100/",
            "100/minute",
            "100/m",
            "100/MIN",
            "100 / min",
            "+1/s",
            "-1/s",
            "1.5/s",
            "1_000/s",
            "0/s",
            "00/s",
            "07/s",
            "1000001/s",
            "99999999999/s",
            "1/s/s",
            "100/min ",
            "١/s",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_correction_keeps_the_number_and_the_window() {
        for (text, fixed) in [
            ("100 per minute", "100/min"),
            ("5/second", "5/s"),
            ("1_000/hour", "1000/h"),
            ("10/m", "10/min"),
            ("often", "100/min"),
            ("", "100/min"),
            ("60", "60/min"),
        ] {
            assert_eq!(corrected(text), fixed);
            assert!(parse(&corrected(text)).is_some());
        }
    }
}
