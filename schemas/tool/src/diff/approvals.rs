//! The approvals of a reviewer for privacy: the changes that they match, and those that match none.

use std::fmt;

use super::{Change, Comparison};
use crate::rules::{Bump, rule, rules};

/// The changes of a rule, or one of them: `RULE` or `RULE:POINTER`.
fn parts(approval: &str) -> (&str, Option<&str>) {
    match approval.split_once(':') {
        Some((rule, pointer)) => (rule, Some(pointer)),
        None => (approval, None),
    }
}

fn matches(approval: &str, change: &Change) -> bool {
    let (id, pointer) = parts(approval);
    change.rule.sign_off
        && id == change.rule.id
        && pointer.is_none_or(|pointer| pointer == change.pointer)
}

/// An approval lowers a forbidden change to the version that a change of the schema needs.
pub(super) fn approve(change: &mut Change, signed_off: &[String]) {
    if signed_off.iter().any(|it| matches(it, change)) {
        change.needs_sign_off = false;
        if change.is_forbidden() {
            change.bump = Bump::Minor;
        }
    }
}

/// An approval that matches no change: a mistake in it, or a change that is released or was taken back. A later
/// change of the same place would pass without a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedApproval {
    /// The mistake.
    pub wrong: String,
    /// The correction, with the most similar approval that matches a change.
    pub instead: String,
}

impl fmt::Display for UnusedApproval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhelp: {}", self.wrong, self.instead)
    }
}

/// The approvals of [`Options::signed_off`](super::Options::signed_off) that match no change of any comparison,
/// in their order.
#[must_use]
pub fn unused_approvals(
    comparisons: &[Comparison<'_>],
    signed_off: &[String],
) -> Vec<UnusedApproval> {
    let changes = || comparisons.iter().flat_map(|it| &it.changes);
    let unused = signed_off
        .iter()
        .filter(|approval| !changes().any(|change| matches(approval, change)));
    unused
        .map(|approval| describe(approval, changes()))
        .collect()
}

fn describe<'c>(approval: &str, changes: impl Iterator<Item = &'c Change>) -> UnusedApproval {
    let (id, _) = parts(approval);
    if !rule(id).is_some_and(|rule| rule.sign_off && rule.id == id) {
        let names: Vec<_> = rules()
            .filter(|rule| rule.sign_off)
            .map(|rule| rule.id)
            .collect();
        return UnusedApproval {
            wrong: format!("`{id}` is not a rule that needs an approval"),
            instead: format!("write one of: {}", names.join(", ")),
        };
    }
    let approvable = changes.filter(|change| change.rule.sign_off);
    let exact = approvable.map(|change| format!("{}:{}", change.rule.id, change.pointer));
    // An approval of the same rule is closer than any other.
    let nearest = exact.min_by_key(|it| (parts(it).0 != id, distance(approval, it)));
    UnusedApproval {
        wrong: format!("the approval `{approval}` matches no change"),
        instead: match nearest {
            Some(nearest) => format!("remove it, or write the nearest match: `{nearest}`"),
            None => "remove it: no change needs an approval".to_owned(),
        },
    }
}

/// The longest text that is compared, in characters.
const LONGEST: usize = 400;

/// The number of characters to insert, remove or replace.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(LONGEST).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, left) in one.chars().take(LONGEST).enumerate() {
        let mut corner = at;
        let mut last = at + 1;
        let mut next = vec![last];
        for (right, above) in other.iter().zip(row.iter().skip(1)) {
            let replaced = corner + usize::from(left != *right);
            last = replaced.min(last + 1).min(above + 1);
            corner = *above;
            next.push(last);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_changed_characters() {
        for (one, other, count) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "abc", 0),
            ("abc", "abd", 1),
            ("abc", "ac", 1),
            ("kitten", "sitting", 3),
            ("/a/mode", "/a/model", 1),
        ] {
            assert_eq!(distance(one, other), count, "{one} {other}");
        }
    }
}
