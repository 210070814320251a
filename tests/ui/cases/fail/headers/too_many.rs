// A product has at most eight headers.

use telemetry_runtime::{Product, telemetry_headers};

static TOOL: Product = Product::new("tool").headers(telemetry_headers! {
    "a" = "1", "b" = "1", "c" = "1", "d" = "1", "e" = "1", "f" = "1", "g" = "1", "h" = "1", "i" = "1",
});

fn main() {}
