//! Tests of whole derives as functions on tokens: their expansions, and arbitrary input.

mod code;
pub(crate) mod fuzz;
mod grammar;
mod layers;
mod snapshots;
mod vocabulary;
