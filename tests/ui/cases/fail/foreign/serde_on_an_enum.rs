// Keys of serde that suggest an effect on a wire enum are errors that name the key of `event`.

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
