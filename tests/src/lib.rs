//! Parts that integration tests share: clients under test, the conformance vectors and the events
//! built from them, pages, sources, folders and terminals.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support code of tests: a broken vector file must stop the test"
)]

pub mod client;
pub mod events;
#[cfg(unix)]
pub mod fork;
pub mod generated_crates;
pub mod markdown;
#[cfg(unix)]
pub mod process_state;
pub mod python;
pub mod scratch;
pub mod sources;
#[cfg(target_os = "linux")]
pub mod terminal;
pub mod vectors;

/// The README's example is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The example on the page of the package is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../telemetry-runtime/README.md")]
pub struct PackageReadme;

/// The examples of the products' README are compiled.
#[cfg(doctest)]
#[doc = include_str!("../../examples/README.md")]
pub struct ExamplesReadme;
