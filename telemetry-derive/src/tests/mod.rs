//! The derives as functions on tokens: what they expand to, and that nothing makes them panic.

mod code;
pub(crate) mod fuzz;
mod grammar;
mod snapshots;
mod words;
