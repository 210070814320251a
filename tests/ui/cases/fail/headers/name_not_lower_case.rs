// The name of a header has lower-case letters only.

use telemetry_runtime::{Product, telemetry_headers};

static TOOL: Product = Product::new("tool").headers(telemetry_headers! { "X-Team" = "nemo" });

fn main() {}
