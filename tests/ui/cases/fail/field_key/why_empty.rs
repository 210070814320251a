// `why` states a question; an empty text states none.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0")]
struct CommandRun {
    #[event(why = " ")]
    exit_code: i64,
}

fn main() {}
