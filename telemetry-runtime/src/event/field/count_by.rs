//! `CountBy`: how often each value of a closed set occurred.

use std::{fmt, iter, marker::PhantomData};

use super::{ClosedField, HasSentinel, TelemetryField};
use crate::event::{
    descriptor::{FieldDescriptor, FieldType},
    schema_version::SchemaVersion,
    visitor::{FieldVisitor, Key, Object},
};

/// A type with a closed set of values, which [`CountBy`] can count.
///
/// Implemented by `#[derive(TelemetryEnum)]`, by [`telemetry_buckets!`](crate::telemetry_buckets) and
/// for [`Allowlisted`](crate::Allowlisted) only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be counted by value",
    label = "not a type with a closed set of values",
    note = "`CountBy` takes a `TelemetryEnum`, `Allowlisted<L>` where `L` is from `telemetry_labels!`, or a bucket of `telemetry_buckets!`"
)]
pub trait CountKey: TelemetryField {
    /// The position of the value in the declaration of its type.
    #[doc(hidden)]
    fn index(&self) -> usize;
}

/// Counts how often each value of a wire enum, a set of labels or a set of buckets occurred.
///
/// On the wire it is a list of closed objects, one for each value with a count above 0, in the order
/// of the declaration: `[{"value":"ok","count":2}]`. Its sentinel is the empty list. A count that would
/// exceed `i64::MAX`, the greatest wire integer, stays `i64::MAX`.
///
/// The memory is bounded: one number for each value of the type, allocated by the first count.
///
/// ```
/// use telemetry_runtime::{TelemetryEnum, TelemetryEvent, field::CountBy};
///
/// /// Result of a request.
/// #[derive(TelemetryEnum)]
/// #[event(name = "StatusEnum")]
/// enum Status { Ok, Busy, #[event(fallback)] Failed }
///
/// /// The requests of ten minutes.
/// #[derive(TelemetryEvent)]
/// #[event(name = "requests", schema = "1.0")]
/// struct Requests {
///     /// Number of requests by result.
///     by_status: CountBy<Status>,
/// }
///
/// let mut event = Requests::default();
/// assert_eq!(event.parameters().to_json(), r#"{"byStatus":[]}"#);
/// event.by_status.count(Status::Failed);
/// event.by_status.add(Status::Ok, 2);
/// assert_eq!(event.by_status.get(&Status::Ok), 2);
/// assert_eq!(event.by_status.total(), 3);
/// assert_eq!(
///     event.parameters().to_json(),
///     r#"{"byStatus":[{"value":"ok","count":2},{"value":"failed","count":1}]}"#
/// );
/// ```
///
/// Counts of values that an event must not write, because they are `retired` or newer than the schema
/// version of the event, are added to the count of the enum's fallback. The event then counts one
/// coerced value.
pub struct CountBy<T> {
    /// Empty until the first count, then one number for each value.
    counts: Vec<u64>,
    value: PhantomData<fn() -> T>,
}

/// The greatest count on the wire.
const MAX: u64 = i64::MAX.unsigned_abs();

impl<T: CountKey> CountBy<T> {
    const LEN: usize = match T::TYPE {
        FieldType::Enum(of) => of.values.len(),
        FieldType::Text(Some(values)) => values.len(),
        _ => 0,
    };

    const FIELDS: &'static [FieldDescriptor] = &[
        FieldDescriptor {
            wire_name: "value",
            docs: "A value that occurred.",
            ..FieldDescriptor::of(T::TYPE, None)
        },
        FieldDescriptor {
            wire_name: "count",
            docs: "How often the value occurred.",
            range: Some((1.0, f64::INFINITY)),
            ..FieldDescriptor::of(FieldType::Integer, None)
        },
    ];

    /// No counts.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            counts: Vec::new(),
            value: PhantomData,
        }
    }

    /// Counts one occurrence of `value`.
    pub fn count(&mut self, value: T) {
        self.add(value, 1);
    }

    /// Counts `occurrences` of `value`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a call names the value; enums are small"
    )]
    pub fn add(&mut self, value: T, occurrences: u64) {
        if self.counts.is_empty() && occurrences > 0 {
            self.counts = vec![0; Self::LEN];
        }
        if let Some(count) = self.counts.get_mut(value.index()) {
            *count = sum(*count, occurrences);
        }
    }

    /// How often `value` was counted.
    #[must_use]
    pub fn get(&self, value: &T) -> u64 {
        self.counts.get(value.index()).copied().unwrap_or_default()
    }

    /// The sum of all counts, at most `i64::MAX`.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().copied().fold(0, sum)
    }

    /// True if nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.iter().all(|count| *count == 0)
    }

    /// The wire texts of the counted values, each with its count, in the order of the declaration.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        let counted = self.counts.iter().enumerate();
        counted
            .filter(|(_, count)| **count > 0)
            .map(|(index, count)| (text_of::<T>(index), *count))
    }

    /// The counts that an event of version `schema` writes, by their index.
    fn written(&self, schema: SchemaVersion, replaced: u64) -> impl Iterator<Item = Entry> + '_ {
        let fallback = fallback_of::<T>().filter(|_| replaced > 0);
        self.counts
            .iter()
            .enumerate()
            .filter_map(move |(index, count)| {
                let count = match fallback {
                    _ if is_replaced::<T>(index, schema) => 0,
                    Some(fallback) if fallback == index => sum(*count, replaced),
                    _ => *count,
                };
                (count > 0).then(|| Entry {
                    value: text_of::<T>(index),
                    count,
                })
            })
    }
}

fn sum(count: u64, more: u64) -> u64 {
    count.saturating_add(more).min(MAX)
}

/// The wire text of the value at this position.
fn text_of<T: CountKey>(index: usize) -> &'static str {
    let text = match T::TYPE {
        FieldType::Enum(of) => of.values.get(index).map(|value| value.wire),
        FieldType::Text(Some(values)) => values.get(index).copied(),
        _ => None,
    };
    text.unwrap_or_default()
}

/// True if events of version `schema` write the fallback instead of the value at this position.
fn is_replaced<T: CountKey>(index: usize, schema: SchemaVersion) -> bool {
    match T::TYPE {
        FieldType::Enum(of) => {
            let value = of.values.get(index);
            value.is_some_and(|value| !value.is_written_in(schema))
        }
        _ => false,
    }
}

/// The position of the enum's fallback.
fn fallback_of<T: CountKey>() -> Option<usize> {
    match T::TYPE {
        FieldType::Enum(of) => {
            let fallback = of.fallback?;
            of.values.iter().position(|value| value.wire == fallback)
        }
        _ => None,
    }
}

/// A value and its count on the wire.
struct Entry {
    value: &'static str,
    count: u64,
}

impl Object for Entry {
    const LEN: usize = 2;

    fn visit_fields<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.text(",\"value\":", self.value);
        visitor.integer(",\"count\":", i64::try_from(self.count).unwrap_or(i64::MAX));
    }
}

#[diagnostic::do_not_recommend]
impl<T: CountKey> TelemetryField for CountBy<T> {
    const TYPE: FieldType = FieldType::List(&FieldType::Object(Self::FIELDS));
    const MAX_ITEMS: Option<usize> = Some(Self::LEN);

    fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
        let schema = visitor.schema();
        let counts = self.counts.iter().enumerate();
        let replaced = counts
            .filter(|(index, _)| is_replaced::<T>(*index, schema))
            .map(|(_, count)| *count)
            .fold(0, sum);
        if replaced > 0 {
            visitor.coerced();
        }
        visitor.objects(key, self.written(schema, replaced));
    }
}

#[diagnostic::do_not_recommend]
impl<T: CountKey> ClosedField for CountBy<T> {}

#[diagnostic::do_not_recommend]
impl<T: CountKey> HasSentinel for CountBy<T> {
    /// No counts: the empty list.
    fn sentinel() -> Self {
        Self::new()
    }
}

impl<T: CountKey> Default for CountBy<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for CountBy<T> {
    fn clone(&self) -> Self {
        Self {
            counts: self.counts.clone(),
            value: PhantomData,
        }
    }
}

impl<T: CountKey> fmt::Debug for CountBy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<T: CountKey> PartialEq for CountBy<T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: CountKey> Eq for CountBy<T> {}

impl<T: CountKey> Extend<T> for CountBy<T> {
    /// Counts each of the values.
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.count(value));
    }
}

impl<T: CountKey> iter::FromIterator<T> for CountBy<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut counts = Self::new();
        counts.extend(values);
        counts
    }
}
