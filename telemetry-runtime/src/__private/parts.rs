//! Parts of events: the fields of an event or a part that contains parts.

use std::marker::PhantomData;

use super::{builder::Set, checks::Wire, facts::NO_FIELD};
use crate::{
    event::{
        descriptor::FieldDescriptor,
        fields::{Prefix, TelemetryFields, push_joined},
        visitor::{FieldVisitor, Sealed},
    },
    util::const_str::Text,
};

/// The type of a field with `flatten`.
pub struct Part<T>(PhantomData<T>);

impl<T: TelemetryFields> Part<T> {
    pub const FIELDS: &'static [FieldDescriptor] = T::FIELDS;

    pub fn unset(_: &Wire) {}

    pub fn visit<P: Prefix, V: FieldVisitor>(value: &T, visitor: &mut V) {
        value.visit::<P, V>(visitor);
    }
}

impl<T> Part<Option<T>> {
    pub fn unset(_: &dyn Always<T>) {}
}

impl<T> Part<Vec<T>> {
    pub fn unset(_: &dyn OnePart<Vec<T>>) {}
}

impl<T, const N: usize> Part<[T; N]> {
    pub fn unset(_: &dyn OnePart<[T; N]>) {}
}

/// Never implemented.
#[diagnostic::on_unimplemented(
    message = "the fields of a part are never missing; `Option<{T}>` cannot be a part of an event",
    label = "not a part",
    note = "use `{T}`: its fields that are not set contain their sentinels, and the builder has a `maybe_` setter that takes an `Option`"
)]
pub trait Always<T> {}

/// Never implemented.
#[diagnostic::on_unimplemented(
    message = "`{T}` is a list, not a part of an event",
    label = "a list",
    note = "write `#[event(max_items = 20)]` instead of `flatten`: the field contains one object for each part"
)]
pub trait OnePart<T> {}

/// Never implemented: only the functions for types that are not parts require it.
#[diagnostic::on_unimplemented(
    message = "`{T}` is not a part of an event",
    label = "not a part",
    note = "declare its fields with `#[derive(TelemetryFields)]`; for a single field remove `flatten`"
)]
pub trait PartOf<T> {}

/// The operations of a type that is not a part: an error in `unset`, no error elsewhere.
pub trait NotPart<T>: Sized {
    const FIELDS: &'static [FieldDescriptor] = &[];

    fn unset(_: &dyn PartOf<T>) {}
    fn visit<P, V>(_: &T, _: &mut V) {}
}

impl<T> NotPart<T> for Part<T> {}

/// Implemented by the state of a part with a value, and by the state of a part without one if none of
/// its fields is required. The type `F` has the field's name.
#[diagnostic::on_unimplemented(
    message = "required field `{F}` is not set",
    label = "`{F}` is missing",
    note = "call `.{F}(...)` before `.build()`: `{T}` has required fields"
)]
pub trait Given<F, T>: Sealed {
    /// The value.
    fn value(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<F, T> Given<F, T> for Set<T> {
    fn value(self) -> T {
        self.0
    }
}

#[diagnostic::do_not_recommend]
impl<F, T: Default> Given<F, T> for () {
    fn value(self) -> T {
        T::default()
    }
}

/// Implemented by parts without required fields. The type `F` has the name of the part's field. rustc
/// evaluates a bound with the lifetime at its use, other bounds on the type of a part at their declaration.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has required fields, so it has no setter `maybe_{F}`",
    label = "`{F}` is required",
    note = "call `.{F}(...)` with a value"
)]
pub trait Omissible<'part, F>: Sized {
    /// The value, or the default.
    fn or_default(value: Option<Self>) -> Self;
}

#[diagnostic::do_not_recommend]
impl<F, T: Default> Omissible<'_, F> for T {
    fn or_default(value: Option<T>) -> T {
        value.unwrap_or_default()
    }
}

/// As [`Omissible`], for the `Default` of the struct that contains the part. `F` separates the bounds of
/// parts whose types differ only in lifetimes, which are ambiguous for rustc otherwise.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has required fields, so a struct with this part has no `Default`",
    label = "`{Self}` has required fields",
    note = "set the part with the builder"
)]
pub trait DefaultPart<'part, F>: Sized {
    /// The default.
    fn value() -> Self;
}

#[diagnostic::do_not_recommend]
impl<F, T: Default> DefaultPart<'_, F> for T {
    fn value() -> T {
        T::default()
    }
}

/// A field of a struct with parts: one field on the wire, or the fields of a part.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// Name of the field in Rust.
    pub(super) name: &'static str,
    pub(super) prefix: &'static str,
    pub(super) fields: &'static [FieldDescriptor],
    pub(super) is_part: bool,
}

impl Piece {
    /// A field on the wire.
    #[must_use]
    pub const fn field(name: &'static str, field: &'static [FieldDescriptor]) -> Self {
        Self {
            name,
            prefix: "",
            fields: field,
            is_part: false,
        }
    }

    /// A part; `prefix` may be empty.
    #[must_use]
    pub const fn part(
        name: &'static str,
        prefix: &'static str,
        fields: &'static [FieldDescriptor],
    ) -> Self {
        Self {
            name,
            prefix,
            fields,
            is_part: true,
        }
    }
}

/// The number of fields on the wire.
#[must_use]
pub const fn count(mut pieces: &[Piece]) -> usize {
    let mut count = 0;
    while let [piece, rest @ ..] = pieces {
        count += piece.fields.len();
        pieces = rest;
    }
    count
}

/// The length of [`names`].
#[must_use]
pub const fn names_len(mut pieces: &[Piece]) -> usize {
    let mut len = 0;
    while let [piece, rest @ ..] = pieces {
        let mut fields = piece.fields;
        while let [field, more @ ..] = fields {
            len += name_len(piece, field);
            fields = more;
        }
        pieces = rest;
    }
    len
}

/// The length of a field's wire name in [`names`]; 0 for a name without a prefix.
const fn name_len(piece: &Piece, field: &FieldDescriptor) -> usize {
    match piece.prefix.len() {
        0 => 0,
        prefix => prefix + field.wire_name.len(),
    }
}

/// The wire names under a prefix, one after another.
#[must_use]
pub const fn names<const LEN: usize>(mut pieces: &[Piece]) -> Text<LEN> {
    let mut text = Text::EMPTY;
    while let [piece, rest @ ..] = pieces {
        let mut fields = piece.fields;
        while let [field, more @ ..] = fields {
            if !piece.prefix.is_empty() {
                push_joined(&mut text, piece.prefix, field.wire_name);
            }
            fields = more;
        }
        pieces = rest;
    }
    text
}

/// The fields on the wire. `names` are those of [`names`].
#[must_use]
pub const fn flatten<const N: usize>(
    mut pieces: &[Piece],
    mut names: &'static str,
) -> [FieldDescriptor; N] {
    let mut fields = [*NO_FIELD; N];
    let mut filled = 0;
    while let [piece, rest @ ..] = pieces {
        let mut declared = piece.fields;
        while let [field, more @ ..] = declared {
            if let [slot, ..] = fields.split_at_mut(filled).1 {
                *slot = *field;
                if !piece.prefix.is_empty()
                    && let Some((name, after)) = names.split_at_checked(name_len(piece, field))
                {
                    slot.wire_name = name;
                    names = after;
                }
            }
            filled += 1;
            declared = more;
        }
        pieces = rest;
    }
    fields
}
