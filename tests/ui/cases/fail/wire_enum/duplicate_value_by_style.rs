// A wire value must not occur twice, even if `rename_all` produces it.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum", rename_all = "lowercase")]
enum Kind {
    TimedOut,
    Timedout,
}

fn main() {}
