// An event with a part that has required fields has no `Default`.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Common {
    #[event(required)]
    files: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten)]
    common: Common,
}

fn default<T: Default>() -> T {
    T::default()
}

fn main() {
    default::<Run>();
}
