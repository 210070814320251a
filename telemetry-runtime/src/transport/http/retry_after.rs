//! The `Retry-After` header, in seconds or as an HTTP date.
//!
//! The value comes from the collector and is not trusted. An invalid value, or a date in the past,
//! is ignored. The policy limits how long a valid value is honoured.

use std::time::{Duration, SystemTime};

/// The pause that `value` requests, counted from `now`.
pub(super) fn parse(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse().ok().map(Duration::from_secs);
    }
    httpdate::parse_http_date(value)
        .ok()?
        .duration_since(now)
        .ok()
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn seconds_and_dates_are_parsed() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777 - 60);
        assert_eq!(parse("120", now), Some(Duration::from_secs(120)));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(parse(date, now), Some(Duration::from_secs(60)));
    }

    #[test]
    fn invalid_delays_are_ignored() {
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
