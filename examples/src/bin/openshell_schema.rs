//! Writes the generated documents of OpenShell.
//!
//! ```text
//! cargo run -p telemetry-examples --bin openshell_schema -- write schemas/openshell_events.json
//! cargo run -p telemetry-examples --bin openshell_schema -- write --envelope schemas/openshell_envelope.json
//! ```

fn main() -> std::process::ExitCode {
    telemetry_examples::openshell::OPENSHELL_REGISTRY.main()
}
