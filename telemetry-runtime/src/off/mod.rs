//! A build without telemetry: the feature `off`.
//!
//! `lib.rs` and a few other files replace a module by a file of this folder:
//! `#[cfg_attr(feature = "off", path = "off/client/mod.rs")] mod client;`. Such a file declares the public
//! items of the module that it replaces, as types without content whose methods ignore their
//! arguments. Their documentation is that of the replaced items. Modules that only describe or compute,
//! such as events, field types and `privacy`, are the same in both builds.
//!
//! **Invariants.** No thread, no I/O, no environment, no call of a dependency. An argument is dropped
//! before the call returns; a closure is never called. A type keeps a value only if the host can
//! read it back, such as the path of a file.

/// Setters that ignore their argument.
macro_rules! ignored {
    (const $($name:ident($($ty:ty)?)),+ $(,)?) => {
        $(#[must_use] pub const fn $name(self $(, _: $ty)?) -> Self { self })+
    };
    ($($name:ident($($ty:ty)?)),+ $(,)?) => {
        $(pub fn $name(self $(, _: $ty)?) -> Self { self })+
    };
}
pub(crate) use ignored;

/// Written for users.
pub(crate) const SENTENCE: &str = "This program was compiled without telemetry.";
