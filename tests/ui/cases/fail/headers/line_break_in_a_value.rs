// The value of a header must not end its line.

use telemetry_runtime::{Product, telemetry_headers};

static TOOL: Product = Product::new("tool").headers(telemetry_headers! { "x-team" = "nemo\r\nhost: other.example" });

fn main() {}
