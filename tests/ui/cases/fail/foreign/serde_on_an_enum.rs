// A serde key that suggests an effect on a wire enum is an error, which names the `event` key to use.

use telemetry_runtime::TelemetryEnum;

#[derive(TelemetryEnum, serde::Serialize)]
#[event(name = "OutcomeEnum")]
#[serde(rename_all = "UPPERCASE")]
enum Outcome {
    #[serde(rename = "ok")]
    Success,
    #[serde(skip)]
    Secret,
    #[serde(other)]
    Undefined,
}

fn main() {}
