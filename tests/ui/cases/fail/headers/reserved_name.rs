// A header must not belong to HTTP, a connection or an identity.

use telemetry_runtime::{Product, telemetry_headers};

static TOOL: Product = Product::new("tool").headers(telemetry_headers! { "User-Agent" = "tool/1.0" });

fn main() {}
