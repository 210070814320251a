// Every number takes a unit, `Count` included.

use std::time::Duration;

use telemetry_runtime::{Count, TelemetryEvent, descriptor::Unit};

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(unit = "bytes")]
    sent_bytes: Count,
    #[event(unit = "tokens", range(min = -1, max = 100))]
    tokens: Count,
    #[event(unit = "bytes", default = 5)]
    kept: Count,
    #[event(unit = "ms", required)]
    wall_ms: Count,
    #[event(unit = "us")]
    slept_us: Duration,
}

fn main() {
    let run = Run::builder().wall_ms(Count::from(7_u64)).tokens(Count::from(101_u8)).build();
    let wire = r#"{"sentBytes":-1,"tokens":-1,"kept":5,"wallMs":7,"sleptUs":-1}"#;
    assert_eq!(run.parameters().to_json(), wire);
    assert_eq!(Run::DESCRIPTOR.fields[0].unit, Some(Unit::Bytes));
}
