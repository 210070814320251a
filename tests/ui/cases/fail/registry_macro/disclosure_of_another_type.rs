// The `disclosures` of a registry are disclosures, not products.

use telemetry_runtime::{Product, TelemetryEvent, telemetry_registry};

/// One run.
#[derive(TelemetryEvent)]
#[event(name = "run_event", schema = "1.0")]
struct RunEvent {
    /// Exit code.
    exit_code: i32,
}

static TOOL: Product = Product::new("tool").events(&[&[RunEvent::DESCRIPTOR]]);

telemetry_registry! {
    static REGISTRY = {
        client_name = "Test_Client",
        client_id = "42",
        version = "1.0",
        description = "Events.",
        events = [RunEvent],
        disclosures = [TOOL],
    }
}

fn main() {}
