//! The `Retry-After` header, in seconds or as an HTTP date.
//!
//! The value is a collector's and not trusted: what is not understood, or lies in the past, is as if
//! it was not there. How long is believed is the policy's business.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// How long `value` asks to wait, seen from `now`.
pub(super) fn parse(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse().ok().map(Duration::from_secs);
    }
    http_date(value)?.duration_since(now).ok()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that is sent today (RFC 9110, section 5.6.7).
fn http_date(text: &str) -> Option<SystemTime> {
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let day: u64 = parts.next()?.parse().ok()?;
    let month_name = parts.next()?;
    let month = MONTHS.iter().position(|month| *month == month_name)? as u64 + 1;
    let year: u64 = parts.next()?.parse().ok()?;
    let mut clock = parts
        .next()?
        .split(':')
        .map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let valid = parts.next() == Some("GMT")
        && (1970..=9999).contains(&year)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !valid {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Days since 1970-01-01, for years from 1970 on.
fn days(year: u64, month: u64, day: u64) -> u64 {
    // Years that begin in March have their leap day at the end.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year.saturating_sub(1), month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let to_march = (153 * month + 2) / 5;
    (365 * year + leap_days + to_march + day).saturating_sub(719_469)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_understood() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777 - 60);
        assert_eq!(parse("120", now), Some(Duration::from_secs(120)));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(parse(date, now), Some(Duration::from_secs(60)));
        let leap = UNIX_EPOCH + Duration::from_secs(951_782_400);
        assert_eq!(http_date("Tue, 29 Feb 2000 00:00:00 GMT"), Some(leap));
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(UNIX_EPOCH));
    }

    #[test]
    fn what_cannot_be_meant_is_ignored() {
        let now = UNIX_EPOCH + Duration::from_secs(800_000_000);
        let odd = [
            "",
            "NaN",
            "-5",
            "1e99",
            "99999999999999999999999",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 99 Nov 2094 08:49:37 GMT",
            "Sun, 06 Nov 18446744073709551615 08:49:37 GMT",
            "x, y",
        ];
        for value in odd {
            assert_eq!(parse(value, now), None, "{value}");
        }
    }
}
