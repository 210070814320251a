//! What the integration tests share.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support code of tests: a broken vector file must stop the test"
)]

pub mod scratch;
