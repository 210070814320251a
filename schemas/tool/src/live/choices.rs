//! The known values of a field: enum values, labels, and the two booleans.

use crate::{
    document::Shape,
    lock::{LockedField, LockedValue},
    version::Version,
};

/// The kind of known values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoiceKind {
    /// Values of an enum.
    Enum,
    /// Labels of a lock.
    Label,
    /// Labels of buckets.
    Bucket,
    /// `false` and `true`.
    Boolean,
}

impl ChoiceKind {
    /// `value`, `label`, `bucket` or `boolean`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enum => "value",
            Self::Label => "label",
            Self::Bucket => "bucket",
            Self::Boolean => "boolean",
        }
    }
}

/// A known value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value on the wire.
    pub value: String,
    /// Whether full coverage needs it. Values that the lock does not list or has retired, and booleans, do
    /// not count.
    pub is_required: bool,
    /// Whether the lock lists the value, or does not list values. A constant field has one value.
    pub is_declared: bool,
    /// The first version with the value.
    pub since: Option<Version>,
    /// The first version without the value.
    pub retired: Option<Version>,
}

impl Choice {
    fn plain(value: &str, is_required: bool) -> Self {
        Self {
            value: value.to_owned(),
            is_required,
            is_declared: true,
            since: None,
            retired: None,
        }
    }

    fn locked(value: &str, locked: Option<&LockedValue>, version: Version) -> Self {
        let (since, retired) = locked.map_or((None, None), |it| (it.since, it.retired));
        let is_sent = since.is_none_or(|since| since <= version)
            && retired.is_none_or(|retired| retired > version);
        Self {
            value: value.to_owned(),
            is_required: locked.is_some() && is_sent,
            is_declared: locked.is_some(),
            since,
            retired,
        }
    }
}

/// The choices of a shape without its lists.
pub(super) fn choices(
    shape: &Shape,
    locked: Option<&LockedField>,
    version: Version,
) -> (ChoiceKind, Vec<Choice>) {
    match (shape, locked) {
        (Shape::Boolean, _) => {
            let values = ["false", "true"].map(|value| Choice::plain(value, false));
            (ChoiceKind::Boolean, values.to_vec())
        }
        (Shape::Enum(values), locked) => {
            let declared = locked.and_then(|locked| locked.values.as_ref());
            let constant = locked.and_then(LockedField::constant);
            let found = values.iter().map(|value| match (constant, declared) {
                (Some(constant), _) => Choice {
                    is_declared: value == constant,
                    ..Choice::plain(value, value == constant)
                },
                (None, None) => Choice::plain(value, true),
                (None, Some(list)) => {
                    Choice::locked(value, list.iter().find(|it| it.name == *value), version)
                }
            });
            (ChoiceKind::Enum, found.collect())
        }
        (Shape::Text { .. }, Some(locked)) => {
            let kind = if locked.bucket_edges.is_some() {
                ChoiceKind::Bucket
            } else {
                ChoiceKind::Label
            };
            let labels = locked.labels.iter().flatten();
            (kind, labels.map(|it| Choice::plain(it, true)).collect())
        }
        _ => (ChoiceKind::Enum, Vec::new()),
    }
}
