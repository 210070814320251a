//! Faults of the network, of consent sources and of event values, and the table that maps every
//! fault to its tests (`tests/FAULTS.md`). Faults that need a separate process are in `processes`.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod consent;
mod disclosed;
mod network;
mod table;
mod values;
