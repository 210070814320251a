//! The items that `telemetry_buckets!` expands to.
//!
//! Edges, labels and schema text come from one declaration, so that they always agree.
//!
//! **Invariants.** Every count has a bucket. The count cannot be recovered from its bucket.

use crate::{
    event::descriptor::{EnumDescriptor, EnumValue},
    util::const_str::Text,
};

/// The longest label of a bucket in bytes, including the two quotes of its JSON string.
pub const LABEL_BYTES: usize = 64;

/// The index of a value's label in its declaration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(pub usize);

/// The constants of a bucket declaration.
pub trait Buckets: 'static {
    /// The greatest count of each bucket except the last.
    const EDGES: &'static [u64];
    /// The labels, then that of "unknown".
    const ALL: &'static [&'static str];
    /// [`ALL`](Self::ALL) as JSON strings.
    const QUOTED: &'static [&'static str];
}

/// An integer that can be a count. Negative numbers become zero.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a count",
    label = "a bucket counts whole numbers"
)]
pub trait IntoCount: sealed::Sealed {
    /// The count; a greater number becomes [`u64::MAX`].
    #[doc(hidden)]
    fn count(self) -> u64;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! counts {
    ($($ty:ty)*) => {$(
        impl sealed::Sealed for $ty {}
        impl IntoCount for $ty {
            #[allow(unused_comparisons, reason = "the unsigned types are in the list too")]
            fn count(self) -> u64 {
                u64::try_from(self).unwrap_or(if self < 0 { 0 } else { u64::MAX })
            }
        }
    )*};
}

counts!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

/// The bucket that contains `count`.
pub fn index_of<B: Buckets>(count: impl IntoCount) -> Bucket {
    let count = count.count();
    Bucket(B::EDGES.partition_point(|edge| *edge < count))
}

/// The labels of buckets with these edges, then `unknown`, each as a JSON string.
///
/// The edges 0, 5, 10 give `"0"`, `"1-5"`, `"6-10"`, `"11+"` and `"undefined"`.
#[must_use]
pub const fn texts<const N: usize>(
    mut edges: &[u64],
    mut lowest: Option<&str>,
    unknown: &str,
) -> [Text<LABEL_BYTES>; N] {
    let mut texts = [Text::EMPTY; N];
    let mut slots: &mut [Text<LABEL_BYTES>] = &mut texts;
    let mut from = 0;
    while let [slot, slots_left @ ..] = slots {
        slot.push("\"");
        match (edges, lowest) {
            ([_, ..], Some(label)) => slot.push(label),
            ([edge, ..], None) if from == *edge => slot.push_number(from),
            ([edge, ..], None) => {
                slot.push_number(from);
                slot.push("-");
                slot.push_number(*edge);
            }
            ([], _) if slots_left.is_empty() => slot.push(unknown),
            ([], _) => {
                slot.push_number(from);
                slot.push("+");
            }
        }
        slot.push("\"");
        if let [edge, edges_left @ ..] = edges {
            from = edge.saturating_add(1);
            edges = edges_left;
        }
        lowest = None;
        slots = slots_left;
    }
    texts
}

/// The texts as string slices.
#[must_use]
pub const fn quoted<const N: usize>(texts: &'static [Text<LABEL_BYTES>; N]) -> [&'static str; N] {
    let mut strings = [""; N];
    let mut slots: &mut [&'static str] = &mut strings;
    let mut texts: &[Text<LABEL_BYTES>] = texts;
    while let ([slot, slots_left @ ..], [text, texts_left @ ..]) = (slots, texts) {
        *slot = text.as_str();
        slots = slots_left;
        texts = texts_left;
    }
    strings
}

/// The texts without their quotes.
#[must_use]
pub const fn inner<const N: usize>(quoted: &[&'static str; N]) -> [&'static str; N] {
    let mut strings = *quoted;
    let mut slots: &mut [&'static str] = &mut strings;
    while let [slot, slots_left @ ..] = slots {
        if let Some((_, tail)) = slot.split_at_checked(1)
            && let Some((text, _)) = tail.split_at_checked(tail.len().saturating_sub(1))
        {
            *slot = text;
        }
        slots = slots_left;
    }
    strings
}

/// The labels as values of a wire enum.
#[must_use]
pub const fn enum_values<const N: usize>(labels: &[&'static str; N]) -> [EnumValue; N] {
    let mut values = [value(""); N];
    let mut slots: &mut [EnumValue] = &mut values;
    let mut labels: &[&'static str] = labels;
    while let ([slot, slots_left @ ..], [label, labels_left @ ..]) = (slots, labels) {
        *slot = value(label);
        slots = slots_left;
        labels = labels_left;
    }
    values
}

const fn value(wire: &'static str) -> EnumValue {
    EnumValue {
        wire,
        docs: "",
        since: None,
        retired: false,
    }
}

/// The descriptor of the wire enum.
#[must_use]
pub const fn descriptor(
    name: &'static str,
    docs: &'static str,
    values: &'static [EnumValue],
    unknown: &'static str,
) -> EnumDescriptor {
    EnumDescriptor {
        name,
        docs,
        values,
        fallback: Some(unknown),
    }
}

/// Holds for an edge that is greater than the one before it. The error points at the wrong edge.
#[diagnostic::on_unimplemented(
    message = "bucket edges must increase",
    label = "not greater than the edge before it",
    note = "an edge is the greatest count of its bucket: `[0, 5, 10]` is `0`, `1-5`, `6-10`, `11+`"
)]
pub trait Increasing<const INCREASES: bool> {}

impl Increasing<true> for i128 {}

/// Compiles when `INCREASES` is true.
pub const fn increasing<const INCREASES: bool>(_: impl Copy + Increasing<INCREASES>) {}

/// Holds for an edge that a count can have. The error points at the wrong literal.
#[diagnostic::on_unimplemented(
    message = "an edge is a count",
    label = "below 0 or above `u64::MAX`",
    note = "start with the edge 0; a negative count is in the lowest bucket, and `unknown()` is not a bucket"
)]
pub trait Edge<const VALID: bool> {}

impl Edge<true> for i128 {}

/// Compiles when `VALID` is true.
pub const fn edge<const VALID: bool>(_: impl Copy + Edge<VALID>) {}

/// True for a number that a count can have.
#[must_use]
pub const fn is_edge(edge: i128) -> bool {
    0 <= edge && edge <= u64::MAX as i128
}

/// The edges as counts; an invalid one is reported by [`edge`].
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`is_edge` holds for every edge of a program that compiles"
)]
pub const fn edges<const N: usize>(edges: [i128; N]) -> [u64; N] {
    let mut counts = [0; N];
    let (mut slots, mut edges): (&mut [u64], &[i128]) = (&mut counts, &edges);
    while let ([slot, slots_left @ ..], [edge, edges_left @ ..]) = (slots, edges) {
        *slot = *edge as u64;
        slots = slots_left;
        edges = edges_left;
    }
    counts
}

/// Holds for a label that needs no escape in JSON. The error points at the wrong literal.
#[diagnostic::on_unimplemented(
    message = "a bucket label is plain text",
    label = "empty, longer than 62 bytes, or with a character that is not plain",
    note = "printable ASCII without quotes and backslashes"
)]
pub trait PlainLabel<const PLAIN: bool> {}

impl<T> PlainLabel<true> for T {}

/// Compiles when `PLAIN` is true.
pub const fn plain_label<const PLAIN: bool>(_: impl Copy + PlainLabel<PLAIN>) {}

/// True for text of at most 62 bytes that needs no escape in JSON.
#[must_use]
pub const fn is_plain(label: &str) -> bool {
    let mut bytes = label.as_bytes();
    if bytes.is_empty() || bytes.len() > LABEL_BYTES - 2 {
        return false;
    }
    while let [byte, rest @ ..] = bytes {
        if !matches!(*byte, b' '..=b'~') || matches!(*byte, b'"' | b'\\') {
            return false;
        }
        bytes = rest;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{
        TelemetryEnum,
        descriptor::{FieldType, Sentinel},
        field::{HasSentinel, TelemetryField, TextField, wire_value::wire_value},
    };

    crate::telemetry_buckets! {
        /// Files touched
        /// by one command.
        FileCount("FileCountEnum") = [0, 5, 10], unknown = "none";
        Records = [200, 1_000, 10_000, 100_000], lowest = "1-200";
        Columns = [5, 10, 20, 50], lowest = "1-5", unknown = "undefined";
    }

    #[test]
    fn labels_are_derived_from_the_edges() {
        assert_eq!(FileCount::VALUES, ["0", "1-5", "6-10", "11+", "none"]);
        crate::telemetry_buckets! { Steps = [0, 1, 2, 9] }
        assert_eq!(Steps::VALUES, ["0", "1", "2", "3-9", "10+", "undefined"]);
        crate::telemetry_buckets! { Wide = [9, 18446744073709551615] }
        assert_eq!(Wide::of(u128::MAX).as_str(), "10-18446744073709551615");
    }

    #[test]
    fn every_count_has_a_bucket() {
        for (count, label) in [
            (-1000, "1-200"),
            (0, "1-200"),
            (200, "1-200"),
            (201, "201-1000"),
            (1000, "201-1000"),
            (1001, "1001-10000"),
            (10_000, "1001-10000"),
            (10_001, "10001-100000"),
            (100_000, "10001-100000"),
            (100_001, "100001+"),
            (i64::MAX, "100001+"),
        ] {
            assert_eq!(Records::of(count).as_str(), label, "{count}");
        }
        for (count, label) in [
            (-5, "1-5"),
            (0, "1-5"),
            (5, "1-5"),
            (6, "6-10"),
            (11, "11-20"),
            (50, "21-50"),
            (51, "51+"),
        ] {
            assert_eq!(Columns::of(count).as_str(), label, "{count}");
        }
        assert_eq!(Columns::of(usize::MAX), Columns::of(i128::MAX));
        assert_eq!(Columns::of(i128::MIN).as_str(), "1-5");
    }

    #[test]
    fn a_named_bucket_is_a_wire_enum_and_an_unnamed_one_closed_text() {
        let descriptor = <FileCount as TelemetryEnum>::DESCRIPTOR;
        assert!(matches!(FileCount::TYPE, FieldType::Enum(it) if std::ptr::eq(it, descriptor)));
        assert_eq!(descriptor.name, "FileCountEnum");
        assert_eq!(descriptor.docs, "Files touched by one command.");
        assert_eq!(descriptor.fallback, Some("none"));
        assert_eq!(<FileCount as TelemetryEnum>::VALUES, FileCount::VALUES);
        assert_eq!(FileCount::of(3).quoted(), "\"1-5\"");
        assert!(matches!(Records::TYPE, FieldType::Text(Some(it)) if it == Records::VALUES));
        assert!(FileCount::of(1) < FileCount::of(6));
        assert_eq!(FileCount::of(0).as_text(), "0");
    }

    #[test]
    fn unknown_is_parsed_as_itself() {
        assert_eq!(FileCount::unknown().as_str(), "none");
        assert_eq!(Records::sentinel().as_str(), "undefined");
        assert_eq!(wire_value(&Records::of(7)), Sentinel::Text("1-200".into()));
        assert_eq!(format!("{:?}", Records::of(7)), "Records(\"1-200\")");
    }

    #[test]
    fn labels_that_need_an_escape_are_not_plain() {
        assert!(is_plain("1-200"));
        assert!(!is_plain("") && !is_plain("\"") && !is_plain("a\\") && !is_plain("é"));
        assert!(is_plain(&"x".repeat(62)) && !is_plain(&"x".repeat(63)));
    }
}
