//! Writes the generated documents in `schemas/`.
//!
//! ```text
//! cargo run -p telemetry-examples --bin schema -- write schemas/anonymous_events.json \
//!     --lock schemas/events.lock.json --privacy schemas/privacy.md --envelope schemas/envelope.json
//! ```

fn main() -> std::process::ExitCode {
    telemetry_examples::registry::REGISTRY.main()
}
