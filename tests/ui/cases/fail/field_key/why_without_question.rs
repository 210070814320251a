// `why` needs the question that the field answers.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0")]
struct CommandRun {
    #[event(why)]
    exit_code: i64,
    #[event(question = "How often do commands fail?")]
    failures: i64,
}

fn main() {}
