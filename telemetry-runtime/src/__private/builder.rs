//! The typestate of builders: one type parameter per required field, `()` until it is set.

use crate::event::visitor::Sealed;

/// A required field that has its value.
#[derive(Debug, Clone)]
pub struct Set<T>(pub T);

/// A required field (named by the type `F`) that has its value.
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

/// A required field that has no value yet.
#[diagnostic::on_unimplemented(
    message = "required field `{F}` is set twice",
    label = "`{F}` has a value already"
)]
pub trait Empty<F>: Sealed {}

impl Sealed for () {}

#[diagnostic::do_not_recommend]
impl<F> Empty<F> for () {}

/// Sets a field that is not required, if there is a value.
#[inline]
pub fn put<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
