// An event can also derive serde's traits, with keys that serde alone reads or that `event` decides.

use serde::{Deserialize, Serialize};
use telemetry_runtime::{TelemetryEnum, TelemetryEvent, TelemetryFields};

#[derive(TelemetryEnum, Serialize, Deserialize)]
#[event(name = "KindEnum", rename_all = "kebab-case")]
#[serde(rename_all = "snake_case")]
enum Kind {
    LocalRun,
    #[event(fallback)]
    #[serde(other)]
    Undefined,
}

#[derive(TelemetryFields, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Common {
    #[serde(alias = "d")]
    duration: i64,
}

#[derive(TelemetryEvent, Serialize, Deserialize)]
#[event(name = "run", schema = "1.0")]
#[serde(rename_all = "camelCase")]
struct Run {
    #[event(required)]
    kind: Kind,
    #[event(rename = "code")]
    #[serde(rename = "exit-code", alias = "exit")]
    exit_code: i64,
    #[event(default = 1)]
    #[serde(default)]
    attempts: u32,
    #[event(flatten)]
    #[serde(flatten)]
    common: Common,
}

fn main() {
    let run = Run::builder().kind(Kind::LocalRun).build();
    let wire = r#"{"kind":"local-run","code":-1,"attempts":1,"duration":-1}"#;
    assert_eq!(run.parameters().to_json(), wire);
}
