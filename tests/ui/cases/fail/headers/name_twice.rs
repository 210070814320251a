// A product has a header once.

use telemetry_runtime::{Product, telemetry_headers};

static TOOL: Product = Product::new("tool").headers(telemetry_headers! { "x-team" = "nemo", "x-team" = "other" });

fn main() {}
