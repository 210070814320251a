//! Parses `owner`, `review` and `expires`. Only their form is checked: whether a declaration compiles
//! must not depend on the date.

use syn::LitStr;

use crate::{
    attr::Entries,
    diag::{self, Errors},
    model::Ownership,
};

/// The expiry of an event that needs no second review.
const NEVER: &str = "never";

pub(super) fn ownership(entries: &Entries, errors: &mut Errors) -> Ownership {
    let mut read = |key: &str, check: fn(&LitStr, &mut Errors)| {
        let literal = entries.text(key)?;
        check(literal, errors);
        Some(literal.clone())
    };
    Ownership {
        owner: read("owner", check_owner),
        review: read("review", check_review),
        expires: read("expires", check_expires),
    }
}

fn check_owner(literal: &LitStr, errors: &mut Errors) {
    if literal.value().trim().is_empty() {
        errors.push(diag::empty_text(literal, "`owner`"));
    }
}

fn check_review(literal: &LitStr, errors: &mut Errors) {
    let link = literal.value();
    let rest = link.strip_prefix("https://").unwrap_or_default();
    if rest.is_empty() || link.contains(|c: char| c.is_whitespace() || c.is_control()) {
        errors.push(diag::bad_review(literal, &link));
    }
}

fn check_expires(literal: &LitStr, errors: &mut Errors) {
    let day = literal.value();
    if day != NEVER && !is_date(&day) {
        errors.push(diag::bad_expiry(literal, &day));
    }
}

/// True for `YYYY-MM-DD` of an existing day.
fn is_date(text: &str) -> bool {
    let number = |part: &str, digits: usize| -> Option<u32> {
        let plain = part.len() == digits && part.chars().all(|c| c.is_ascii_digit());
        plain.then(|| part.parse().ok()).flatten()
    };
    let mut parts = text.splitn(3, '-');
    let mut next = |digits| parts.next().and_then(|part| number(part, digits));
    match (next(4), next(2), next(2)) {
        (Some(year), Some(month), Some(day)) => (1..=days(year, month)).contains(&day),
        _ => false,
    }
}

/// The number of days in a month; 0 for a month that does not exist.
fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_an_existing_day() {
        for good in ["2027-01-31", "2028-02-29", "2000-02-29", "2027-12-01"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "",
            "2027",
            "2027-1-31",
            "2027-02-29",
            "2100-02-29",
            "2027-04-31",
            "2027-13-01",
            "2027-00-10",
            "2027-01-00",
            "31-01-2027",
            "2027/01/31",
            "2027-01-31T00:00",
            "+027-01-01",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
