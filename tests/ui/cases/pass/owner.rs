// The owner of a client may move to another thread, and a static may contain it in a `Mutex`.

use std::{sync::Mutex, thread};

use telemetry_runtime::{Client, Product, TelemetryGuard, global};

static MY_TOOL: Product = Product::new("my-tool");
static OWNER: Mutex<Option<TelemetryGuard>> = Mutex::new(None);

fn main() {
    let telemetry = Client::builder(&MY_TOOL).build();
    global::install(&telemetry).unwrap();
    let client = telemetry.client();
    let moved = thread::spawn(move || telemetry);
    let caught = std::panic::catch_unwind(|| client.is_on());
    assert!(!caught.unwrap() && !global::client().is_on());
    *OWNER.lock().unwrap() = Some(moved.join().unwrap());
    drop(OWNER.lock().unwrap().take());
}
