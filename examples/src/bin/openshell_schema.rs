//! Writes the generated documents of OpenShell.
//!
//! ```text
//! cargo run -p telemetry-examples --bin openshell_schema -- write schemas/openshell_events.json \
//!     --lock schemas/openshell_events.lock.json --envelope schemas/openshell_envelope.json
//! ```

fn main() -> std::process::ExitCode {
    telemetry_examples::openshell::OPENSHELL_REGISTRY.main()
}
