//! The typestate of builders: each required field has a type parameter, which is `()` until the field
//! is set.

use std::marker::PhantomData;

use crate::event::visitor::Sealed;

/// A required field with a value.
#[derive(Debug, Clone)]
pub struct Set<T>(pub T);

/// Implemented by the state of a required field with a value. The type `F` has the field's name.
#[diagnostic::on_unimplemented(
    message = "required field `{F}` is not set",
    label = "`{F}` is missing",
    note = "call `.{F}(...)` before `.build()`"
)]
pub trait Filled<F, T>: Sealed {
    /// The value.
    fn value(self) -> T;
}

impl<T> Sealed for Set<T> {}

#[diagnostic::do_not_recommend]
impl<F, T> Filled<F, T> for Set<T> {
    fn value(self) -> T {
        self.0
    }
}

/// Implemented by the state of a required field without a value.
#[diagnostic::on_unimplemented(
    message = "required field `{F}` is set twice",
    label = "`{F}` already has a value"
)]
pub trait Empty<F>: Sealed {}

impl Sealed for () {}

#[diagnostic::do_not_recommend]
impl<F> Empty<F> for () {}

/// Never implemented: a required field has no `maybe_` setter.
#[diagnostic::on_unimplemented(
    message = "field `{F}` is required, so it has no setter `maybe_{F}`",
    label = "`{F}` is required",
    note = "call `.{F}(...)` with a value, or remove `required` from the field"
)]
pub trait MayBeUnknown<F>: Sealed {}

/// The argument of a setter for text: everything that converts to `T`.
#[diagnostic::on_unimplemented(
    message = "field `{F}` takes `{T}`, not `{Self}`",
    label = "does not convert to `{T}`",
    note = "for an `Option` call `.maybe_{F}(...)`, which every field has that is not `required`"
)]
pub trait IntoField<F, T> {
    /// The value.
    fn value(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<F, T, V: Into<T>> IntoField<F, T> for V {
    #[inline]
    fn value(self) -> T {
        self.into()
    }
}

/// Checks that an event or a part with required fields does not implement `Default`.
pub struct NoDefault<T>(PhantomData<T>);

impl<T: Default> NoDefault<T> {
    pub fn check()
    where
        T: OnlyBuilt,
    {
    }
}

/// Selected for a type without `Default`.
pub trait NotDefault {
    fn check() {}
}

impl<T> NotDefault for NoDefault<T> {}

/// Never implemented.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has required fields, so it cannot implement `Default`",
    label = "`{Self}` implements `Default`",
    note = "a derived `Default` sets unknown fields to 0 instead of their sentinels: remove it and use the builder, `{Self}::builder()`"
)]
pub trait OnlyBuilt {}

/// Sets an optional field, if there is a value.
#[inline]
pub fn put<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
