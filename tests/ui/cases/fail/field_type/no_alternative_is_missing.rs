// The error of every frequent type names the type to use instead.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    nested: Nested,
    #[event(required)]
    kind: Kind,
    map: HashMap<String, i64>,
    id: uuid::Uuid,
    boxed: Box<str>,
    #[event(free_text = "a name built into the program")]
    shared: Arc<str>,
    durations: Vec<i64>,
    address: IpAddr,
}

struct Nested {
    _depth: i64,
}

enum Kind {
    _Fast,
}

fn main() {}
