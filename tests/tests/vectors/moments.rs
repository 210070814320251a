//! Points in time in the notation of the vectors.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Seconds since 1970, to the nearest nanosecond: as a host's clock would have shown them.
pub(crate) fn from_unix(seconds: f64) -> SystemTime {
    let length = Duration::from_secs_f64(seconds.abs());
    if seconds < 0.0 {
        UNIX_EPOCH - length
    } else {
        UNIX_EPOCH + length
    }
}

/// `2026-04-22T18:34:56.789999`; an offset after it is not applied, as in the modules.
pub(crate) fn from_iso(text: &str) -> SystemTime {
    let number = |from: usize, to: usize| -> i64 { text[from..to].parse().unwrap() };
    let days = days_since_1970(number(0, 4), number(5, 7), number(8, 10));
    let seconds = days * 86_400 + number(11, 13) * 3_600 + number(14, 16) * 60 + number(17, 19);
    let micros = u64::try_from(number(20, 26)).unwrap();
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let base = if seconds < 0 {
        UNIX_EPOCH - whole
    } else {
        UNIX_EPOCH + whole
    };
    base + Duration::from_micros(micros)
}

/// Counted year by year and month by month: slow, and nothing like the runtime's own arithmetic.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let year_days = |year| 365 + i64::from(leap(year));
    let years: i64 = if year >= 1970 {
        (1970..year).map(year_days).sum()
    } else {
        -(year..1970).map(year_days).sum::<i64>()
    };
    let february = 28 + i64::from(leap(year));
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30];
    let months: i64 = lengths
        .iter()
        .take(usize::try_from(month - 1).unwrap())
        .sum();
    years + months + day - 1
}
