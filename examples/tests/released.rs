//! The documents of the products, compared with their released versions.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

#[test]
fn a_changed_document_has_the_version_that_the_change_needs() {
    telemetry_tool::assert_released("../schemas/anonymous_events.json", "../schemas/history");
}
