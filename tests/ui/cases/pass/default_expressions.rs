// A default may be any expression, including one with commas.

use std::{borrow::Cow, collections::BTreeMap, time::Duration};

use telemetry_runtime::{Count, Label, SessionId, TelemetryEvent, Version};

const LIMIT: i64 = 7;
const fn twice(n: i64) -> i64 {
    n * 2
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(default = LIMIT)]
    constant: i64,
    #[event(default = crate::twice(LIMIT), range(min = 0))]
    call: i64,
    #[event(default = { let n = 3; n + 1 })]
    block: i64,
    #[event(default = if LIMIT > 3 { 1 } else { 2 })]
    choice: i64,
    #[event(default = BTreeMap::<i64, Vec<(i64, i64)>>::new().len() as i64, range(max = 5))]
    turbofish: i64,
    #[event(default = (|a: i64, b: i64| -> i64 { a - b })(5, 2))]
    closure: i64,
    #[event(default = match LIMIT { 7 => 1, _ => 2 })]
    matched: i64,
    #[event(default = i64::from(LIMIT == 7 && LIMIT >= 2))]
    compared: i64,
    #[event(default = -3)]
    negative: i64,
    #[event(default = concat!("a", "b"), free_text = "built in")]
    text: String,
    #[event(default = "b", free_text = "built in")]
    cow: Cow<'static, str>,
    #[event(default = Duration::from_millis(5), unit = "ms")]
    time_ms: Duration,
    #[event(default = "label")]
    label: Label,
    #[event(default = "1.2")]
    version: Version,
    #[event(default = "s-1")]
    session: SessionId,
    #[event(default = 3)]
    count: Count,
    #[event(default = 1.5e3)]
    float: f64,
    #[event(default = 1 << 3)]
    shifted: i64,
}

fn main() {
    let run = Run::default();
    assert_eq!((run.constant, run.call, run.block, run.choice), (7, 14, 4, 1));
    assert_eq!((run.turbofish, run.closure, run.matched, run.compared), (0, 3, 1, 1));
    assert_eq!((run.negative, run.text.as_str(), &*run.cow), (-3, "ab", "b"));
    assert_eq!((run.time_ms, run.label.as_str(), run.count.get()), (Duration::from_millis(5), "label", 3));
    assert_eq!((run.version.as_str(), run.session.as_str()), ("1.2", "s-1"));
    assert_eq!((run.float, run.shifted), (1500.0, 8));
}
