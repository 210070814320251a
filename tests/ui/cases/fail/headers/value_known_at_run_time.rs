// The value of a header is a constant, so that it cannot describe a user.

use telemetry_runtime::{Product, telemetry_headers};

fn product(user: &'static str) -> Product {
    Product::new("tool").headers(telemetry_headers! { "x-user" = user })
}

fn main() {}
