// A wire value stands once, whatever it is made of.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "KindEnum", rename_all = "lowercase")]
enum Kind {
    TimedOut,
    Timedout,
}

fn main() {}
