// A value of a wire enum exists in every build.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum)]
#[event(name = "SystemEnum")]
enum System {
    Windows,
    #[cfg(not(windows))]
    Unix,
}

fn main() {}
