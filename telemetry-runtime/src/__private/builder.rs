//! The typestate of builders: each required field has a type parameter, which is `()` until the field
//! is set.

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

/// Sets an optional field, if there is a value.
#[inline]
pub fn set_if_some<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
