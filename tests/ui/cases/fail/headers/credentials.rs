// A header must not contain credentials.

use telemetry_runtime::{Product, telemetry_headers};

static TOOL: Product = Product::new("tool").headers(telemetry_headers! { "authorization" = "Bearer abc" });

fn main() {}
