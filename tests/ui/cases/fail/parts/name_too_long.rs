// A wire name with a prefix must have at most 64 characters.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Common {
    number_of_files_that_the_program_read_from_the_disk: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten, prefix = "synchronizationOfBackups")]
    common: Common,
}

fn main() {}
