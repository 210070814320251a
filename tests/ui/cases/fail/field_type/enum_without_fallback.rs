// An enum without a fallback has no sentinel.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    kind: Kind,
}

#[derive(telemetry_runtime::TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    Startup,
    Heartbeat,
}

fn main() {}
