//! Replaces numbers outside their range.

use crate::event::{
    field::{RangedField, TelemetryField, WireNumber},
    visitor::{FieldVisitor, Key},
};

pub(super) fn within(wire: impl WireNumber, min: f64, max: f64) -> bool {
    (min..=max).contains(&wire.as_f64())
}

/// The wire value or its replacement: the sentinel, or the nearest bound if the range contains no
/// sentinel. Such a field is required.
pub(super) struct InRange<W> {
    wire: W,
    coerced: bool,
}

pub(super) fn in_range<T: RangedField>(
    value: &T,
    min: f64,
    max: f64,
    sentinel: Option<T::Wire>,
) -> InRange<T::Wire> {
    let wire = value.to_wire();
    if within(wire, min, max) {
        return InRange {
            wire,
            coerced: false,
        };
    }
    let sentinel = sentinel.filter(|sentinel| within(*sentinel, min, max));
    let nearest = || T::Wire::from_bound(if wire.as_f64() > max { max } else { min });
    InRange {
        wire: sentinel.unwrap_or_else(nearest),
        coerced: true,
    }
}

impl<W: TelemetryField> InRange<W> {
    pub(super) fn visit<V: FieldVisitor>(self, key: Key, visitor: &mut V) {
        if self.coerced {
            visitor.coerced();
        }
        self.wire.visit(key, visitor);
    }
}
