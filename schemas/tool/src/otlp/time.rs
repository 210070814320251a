//! Times of envelopes.

const SECONDS_OF_DAY: i64 = 24 * 60 * 60;

/// Nanoseconds since 1970 of a time such as `2026-01-02T03:04:05.678Z`, or with an offset such as `+01:00`.
/// `None` for another text, and for a time before 1970 or after 2262.
pub(crate) fn nanoseconds(text: &str) -> Option<u64> {
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, rest) = rest.split_at_checked(8)?;
    let [year, month, day] = numbers(date, b'-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, b':', [2, 2, 2])?;
    let is_day = (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
    // 60 is a leap second, which counts as the one before.
    if !is_day || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.find(|it: char| !it.is_ascii_digit())?),
        None => ("0", rest),
    };
    if fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let nanoseconds = format!("{fraction:0<9}").parse::<u64>().ok()?;
    let offset = match (zone, zone.get(..1)?, zone.get(1..)?) {
        ("Z" | "z", ..) => 0,
        (_, sign @ ("+" | "-"), offset) => {
            let [hours, minutes] = numbers(offset, b':', [2, 2])?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = (hours * 60 + minutes) * 60;
            if sign == "-" { -seconds } else { seconds }
        }
        _ => return None,
    };
    let of_day = (hour * 60 + minute) * 60 + second.min(59);
    let seconds = since_1970(year, month, day) * SECONDS_OF_DAY + of_day - offset;
    let nanoseconds = u64::try_from(seconds)
        .ok()?
        .checked_mul(1_000_000_000)?
        .checked_add(nanoseconds)?;
    i64::try_from(nanoseconds).ok().map(|_| nanoseconds)
}

/// Numbers of fixed lengths with a separator between them.
fn numbers<const N: usize>(text: &str, between: u8, lengths: [usize; N]) -> Option<[i64; N]> {
    let mut found = [0; N];
    let mut rest = text.as_bytes();
    for (at, (slot, length)) in found.iter_mut().zip(lengths).enumerate() {
        if at > 0 {
            rest = rest.strip_prefix(&[between])?;
        }
        let (digits, after) = rest.split_at_checked(length)?;
        for digit in digits {
            *slot = *slot * 10 + i64::from(char::from(*digit).to_digit(10)?);
        }
        rest = after;
    }
    rest.is_empty().then_some(found)
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date.
fn since_1970(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leaps = before / 4 - before / 100 + before / 400;
    // The same for the years before 1970: 719,162 days.
    let years = before * 365 + leaps - 719_162;
    years + (1..month).map(|month| days(year, month)).sum::<i64>() + day - 1
}

#[cfg(test)]
mod tests {
    use super::nanoseconds;

    #[test]
    fn times_are_nanoseconds_since_1970() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-01-02T03:04:05.678Z", 1_767_323_045_678_000_000),
            ("2026-04-22T18:33:16.789Z", 1_776_882_796_789_000_000),
            ("2024-02-29T23:59:59.123456789Z", 1_709_251_199_123_456_789),
            ("2000-03-01T01:00:00.5+01:00", 951_868_800_500_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_799_000_000_000),
        ] {
            assert_eq!(nanoseconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn another_text_is_not_a_time() {
        for text in [
            "",
            "2026-01-02",
            "2026-01-02T03:04:05",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05.1234567890Z",
            "2026-02-29T03:04:05Z",
            "2026-13-01T03:04:05Z",
            "2026-01-02T24:04:05Z",
            "1969-12-31T23:59:59Z",
            "9999-12-31T23:59:59Z",
            "2026-01-02T03:04:05+1:00",
            "2026-01-02T03:04:05\u{e9}",
            "+026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.678Z ",
        ] {
            assert_eq!(nanoseconds(text), None, "{text}");
        }
    }
}
