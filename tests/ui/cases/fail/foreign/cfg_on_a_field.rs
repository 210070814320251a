// A field exists in every build.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0")]
struct Run {
    exit_code: i64,
    #[cfg(not(windows))]
    umask: i64,
    #[cfg_attr(not(windows), cfg(not(windows)))]
    nice: i64,
}

fn main() {}
