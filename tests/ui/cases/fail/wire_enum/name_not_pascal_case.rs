// The name of a wire enum must be PascalCase.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "kind_enum")]
enum Kind {
    A,
}

fn main() {}
