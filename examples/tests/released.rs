//! The declarations of the products, compared with their released versions.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use telemetry_examples::{openshell::OPENSHELL_REGISTRY, registry::REGISTRY};

#[test]
fn a_changed_declaration_has_the_version_that_the_change_needs() {
    telemetry_tool::assert_released(&REGISTRY, "../schemas");
}

#[test]
fn a_changed_declaration_of_openshell_has_the_version_that_the_change_needs() {
    telemetry_tool::assert_released(&OPENSHELL_REGISTRY, "../schemas/history/openshell");
}
