// A static that is set later cannot contain the owner either.

use std::sync::OnceLock;

use telemetry_runtime::{Client, Product, TelemetryGuard};

static MY_TOOL: Product = Product::new("my-tool");
static TELEMETRY: OnceLock<TelemetryGuard> = OnceLock::new();

fn main() {
    let _ = TELEMETRY.set(Client::builder(&MY_TOOL).build());
}
