// A static cannot contain the owner of a client: Rust never drops a static.

use std::sync::LazyLock;

use telemetry_runtime::{Client, Product, TelemetryGuard};

static MY_TOOL: Product = Product::new("my-tool");
static TELEMETRY: LazyLock<TelemetryGuard> = LazyLock::new(|| Client::builder(&MY_TOOL).build());

fn main() {
    assert!(!TELEMETRY.is_on());
}
