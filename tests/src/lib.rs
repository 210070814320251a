//! What the integration tests share: the conformance vectors and the events made of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support code of tests: a broken vector file must stop the test"
)]

pub mod events;
pub mod markdown;
pub mod scratch;
pub mod sources;
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
