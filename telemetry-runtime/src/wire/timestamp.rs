//! Timestamps of the envelope: UTC, RFC 3339, exactly three decimals.
//!
//! **Invariants.** Fractions of a millisecond are rounded down, even before 1970, so that a timestamp
//! is never later than its event. Years outside 0000 to 9999 cannot be represented and saturate.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

const SECONDS_PER_DAY: i64 = 86_400;
/// 0000-01-01 and 9999-12-31, in days since 1970-01-01.
const FIRST_DAY: i64 = -719_528;
const LAST_DAY: i64 = 2_932_896;
/// 9999-12-31T23:59:59, in seconds since 1970.
const LAST_SECOND: u64 = 253_402_300_799;

const NANOS_PER_MILLI: u32 = 1_000_000;

/// A point in time in wire format: `2026-04-22T18:34:56.789Z`.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use telemetry_runtime::envelope::Timestamp;
///
/// let almost = UNIX_EPOCH + Duration::from_nanos(1_999_999);
/// assert_eq!(Timestamp::from(almost).as_str(), "1970-01-01T00:00:00.001Z");
///
/// let before = UNIX_EPOCH - Duration::from_nanos(1);
/// assert_eq!(Timestamp::from(before).as_str(), "1969-12-31T23:59:59.999Z");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp([u8; 24]);

impl Timestamp {
    /// The current time.
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// The text, 24 ASCII characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 24] {
        &self.0
    }
}

impl From<SystemTime> for Timestamp {
    fn from(at: SystemTime) -> Self {
        let (seconds, millis) = floor_to_millis(at);
        let day = seconds.div_euclid(SECONDS_PER_DAY);
        if day < FIRST_DAY {
            return Self(*b"0000-01-01T00:00:00.000Z");
        }
        if day > LAST_DAY {
            return Self(*b"9999-12-31T23:59:59.999Z");
        }
        let second = seconds.rem_euclid(SECONDS_PER_DAY);
        Self(render(civil_date(day), second, millis))
    }
}

/// Formats consecutive timestamps. Within the same millisecond it only compares, and within the same
/// second it replaces only the three digits of the milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Formatter {
    /// The second of `last` since 1970.
    second: u64,
    last: Timestamp,
    /// The times with the text `last`, without the end.
    from: SystemTime,
    until: SystemTime,
}

impl Formatter {
    pub(crate) const fn new() -> Self {
        Self {
            second: 0,
            last: Timestamp(*b"1970-01-01T00:00:00.000Z"),
            from: UNIX_EPOCH,
            until: UNIX_EPOCH,
        }
    }

    #[inline]
    pub(crate) fn format(&mut self, at: SystemTime) -> Timestamp {
        if self.from <= at && at < self.until {
            return self.last;
        }
        self.format_next(at)
    }

    fn format_next(&mut self, at: SystemTime) -> Timestamp {
        match at.duration_since(UNIX_EPOCH) {
            Ok(after) if after.as_secs() == self.second => {
                let millis = after.subsec_millis();
                let [hundreds, tens, ones] = [millis / 100, millis / 10, millis];
                let text = &mut self.last.0;
                text[20] = digit(hundreds.into());
                text[21] = digit(tens.into());
                text[22] = digit(ones.into());
                self.set_bounds(at, after);
            }
            Ok(after) if after.as_secs() < LAST_SECOND => {
                self.second = after.as_secs();
                self.last = at.into();
                self.set_bounds(at, after);
            }
            // Saturated timestamps must not be modified.
            _ => return at.into(),
        }
        self.last
    }

    /// Sets the bounds of the millisecond of `at`, which is `after` 1970.
    fn set_bounds(&mut self, at: SystemTime, after: Duration) {
        let nanos = after.subsec_nanos() % NANOS_PER_MILLI;
        let (before, left) = (nanos.into(), (NANOS_PER_MILLI - nanos).into());
        let from = at.checked_sub(Duration::from_nanos(before));
        let until = at.checked_add(Duration::from_nanos(left));
        (self.from, self.until) = from.zip(until).unwrap_or((UNIX_EPOCH, UNIX_EPOCH));
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whole seconds since 1970 and the milliseconds after them, both rounded down.
fn floor_to_millis(at: SystemTime) -> (i64, u32) {
    match at.duration_since(UNIX_EPOCH) {
        Ok(after) => (
            i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            after.subsec_millis(),
        ),
        Err(error) => {
            let before = error.duration();
            let seconds = i64::try_from(before.as_secs()).map_or(i64::MIN, |seconds| -seconds);
            match before.subsec_nanos() {
                0 => (seconds, 0),
                nanos => (
                    seconds.saturating_sub(1),
                    (1_000_000_000 - nanos) / NANOS_PER_MILLI,
                ),
            }
        }
    }
}

/// Year, month and day of the proleptic Gregorian calendar, from the number of days since 1970-01-01.
/// Method: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn civil_date(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let day_of_era = day.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Years start in March here, so that the leap day is the last day of a year.
    let month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_month)
}

fn render((year, month, day): (i64, i64, i64), second: i64, millis: u32) -> [u8; 24] {
    let millis = i64::from(millis);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    [
        digit(year / 1_000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(day / 10),
        digit(day),
        b'T',
        digit(hour / 10),
        digit(hour),
        b':',
        digit(minute / 10),
        digit(minute),
        b':',
        digit(second / 10),
        digit(second),
        b'.',
        digit(millis / 100),
        digit(millis / 10),
        digit(millis),
        b'Z',
    ]
}

/// The last decimal digit of a non-negative number.
fn digit(number: i64) -> u8 {
    b'0' + (number % 10) as u8
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: i64, nanos: u32) -> String {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let base = if seconds < 0 {
            UNIX_EPOCH - whole
        } else {
            UNIX_EPOCH + whole
        };
        Timestamp::from(base + Duration::from_nanos(nanos.into())).to_string()
    }

    #[test]
    fn leap_days_and_century_ends_are_right() {
        assert_eq!(at(951_782_400, 0), "2000-02-29T00:00:00.000Z");
        assert_eq!(at(951_868_799, 999_999_999), "2000-02-29T23:59:59.999Z");
        assert_eq!(at(4_107_542_399, 0), "2100-02-28T23:59:59.000Z");
        assert_eq!(at(4_107_542_400, 0), "2100-03-01T00:00:00.000Z");
        assert_eq!(at(-2_203_891_200, 0), "1900-03-01T00:00:00.000Z");
    }

    #[test]
    fn milliseconds_are_rounded_down_before_and_after_1970() {
        assert_eq!(at(0, 999_999), "1970-01-01T00:00:00.000Z");
        assert_eq!(at(-1, 999_999_999), "1969-12-31T23:59:59.999Z");
        assert_eq!(at(-1, 1), "1969-12-31T23:59:59.000Z");
        assert_eq!(at(-1, 0), "1969-12-31T23:59:59.000Z");
    }

    #[test]
    fn times_without_a_four_digit_year_saturate() {
        assert_eq!(at(253_402_300_799, 999_999_999), "9999-12-31T23:59:59.999Z");
        assert_eq!(at(253_402_300_800, 0), "9999-12-31T23:59:59.999Z");
        assert_eq!(at(-62_167_219_200, 0), "0000-01-01T00:00:00.000Z");
        assert_eq!(at(-62_167_219_201, 0), "0000-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_formatter_returns_the_same_text_as_timestamps() {
        let mut formatter = Formatter::new();
        let seconds = [0, 0, 1, 1, 86_399, 86_400, 253_402_300_798, 253_402_300_799];
        let past_the_end = [253_402_300_800, 253_402_300_800, 1];
        for (second, nanos) in seconds.into_iter().chain(past_the_end).flat_map(|second| {
            [0, 999_999, 1_000_000, 56_789_000, 999_999_999].map(|n| (second, n))
        }) {
            let at = UNIX_EPOCH + Duration::new(second, nanos);
            assert_eq!(formatter.format(at), Timestamp::from(at));
        }
        let before = UNIX_EPOCH - Duration::from_nanos(1);
        assert_eq!(formatter.format(before), Timestamp::from(before));
    }

    #[test]
    fn every_day_of_800_years_follows_the_day_before() {
        let mut last = String::new();
        for day in -146_097..146_097 {
            let text = at(day * SECONDS_PER_DAY, 0);
            assert!(text > last, "{text} does not follow {last}");
            last = text;
        }
    }
}
