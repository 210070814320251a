// Keys of serde that suggest an effect on the event are errors that name the key of `event`.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent, serde::Serialize)]
#[event(name = "command_run", schema = "1.0")]
#[serde(rename_all = "snake_case", default)]
struct Run {
    #[serde(skip)]
    secret: i64,
    #[serde(rename = "code")]
    exit_code: i64,
    #[event(required)]
    #[serde(skip_serializing_if = "is_zero")]
    attempts: i64,
    #[serde(alias = "old", serialize_with = "redacted")]
    duration: i64,
    #[serde(default = "five")]
    retries: i64,
    #[serde(flatten)]
    rest: i64,
}

fn main() {}
