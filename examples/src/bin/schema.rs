//! Writes the generated documents in `schemas/`.
//!
//! ```text
//! cargo run -p telemetry-examples --bin schema -- write schemas/anonymous_events.json
//! cargo run -p telemetry-examples --bin schema -- write --envelope schemas/envelope.json
//! cargo run -p telemetry-examples --bin schema -- write --privacy schemas/privacy.md
//! ```

fn main() -> std::process::ExitCode {
    telemetry_examples::registry::REGISTRY.main()
}
