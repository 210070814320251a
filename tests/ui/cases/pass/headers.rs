// Headers are constants wherever a product is declared, and their values may be computed by the compiler.

use telemetry_runtime::{Product, telemetry_headers, transport::Headers};

const TEAM: &str = "nemo";
const HEADERS: Headers = telemetry_headers! {
    "x-team" = TEAM,
    "x-crate" = concat!(env!("CARGO_PKG_NAME"), "/1"),
};
static TOOL: Product = Product::new("tool").headers(HEADERS).api_key_header("x-api-key");

fn main() {
    let _local = Product::new("local").headers(telemetry_headers! { "x-team" = "nemo" });
    let _: &Product = &TOOL;
    assert_eq!(HEADERS.iter().next(), Some(("x-team", "nemo")));
}
