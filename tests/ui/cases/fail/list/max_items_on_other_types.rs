// `max_items` applies to lists.

use telemetry_runtime::{Allowlisted, TelemetryEvent, field::CountBy, telemetry_labels};

telemetry_labels! { Commands = ["build"] }

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 20)]
    files: i64,
    #[event(max_items = 20, free_text = "a constant")]
    name: String,
    #[event(max_items = 20)]
    runs: CountBy<Allowlisted<Commands>>,
}

fn main() {}
