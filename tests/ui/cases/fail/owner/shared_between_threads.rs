// Threads share a client, not its owner: the last `Arc` may be dropped after the end of `main`.

use std::{sync::Arc, thread};

use telemetry_runtime::{Client, Product};

static MY_TOOL: Product = Product::new("my-tool");

fn main() {
    let telemetry = Arc::new(Client::builder(&MY_TOOL).build());
    let shared = Arc::clone(&telemetry);
    thread::spawn(move || assert!(!shared.is_on()));
}
