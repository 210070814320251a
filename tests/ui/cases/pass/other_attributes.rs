// The derives work with other derives and attributes.

use std::fmt;

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[must_use]
#[derive(Clone, Debug, TelemetryEvent, PartialEq)]
#[event(name = "run")]
#[allow(clippy::all)]
#[event(schema = "1.0")]
#[repr(C)]
struct Run {
    #[allow(unused)]
    #[event(required)]
    #[event(range(min = -1))]
    exit_code: i64,
}

#[repr(u8)]
#[derive(TelemetryEnum, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[event(name = "KindEnum")]
enum Kind {
    #[default]
    A = 1,
    #[allow(unused)]
    #[event(rename = "the b", fallback)]
    B = 2,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn main() {
    let run = Run::builder().exit_code(1).build();
    assert_eq!(run.clone(), run);
    assert_eq!(E::NAME, "run");
    assert_eq!(Kind::default().to_string(), "a");
}

struct E;
impl E {
    const NAME: &'static str = Run::EVENT_NAME;
}
