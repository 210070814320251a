// An owner that is not bound to a name is dropped at once.
#![deny(unused_must_use)]

use telemetry_runtime::{Client, Product, TelemetryGuard};

static MY_TOOL: Product = Product::new("my-tool");

fn start() -> TelemetryGuard {
    Client::builder(&MY_TOOL).build()
}

fn main() {
    Client::builder(&MY_TOOL).build();
    start();
}
