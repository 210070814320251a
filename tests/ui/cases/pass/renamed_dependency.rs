// The runtime dependency may be renamed.

pub extern crate telemetry_runtime as other;

mod telemetry_runtime {}

mod vendored {
    pub mod deep {
        pub use other as rt;
    }
}

use other::{TelemetryEnum, TelemetryEvent, TelemetryFields};

#[derive(TelemetryEnum)]
#[event(name = "KindEnum", crate = ::other)]
enum Kind {
    A,
    #[event(fallback)]
    B,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", crate = ::other)]
struct Run<'a> {
    #[event(required)]
    kind: Kind,
    #[event(free_text = "built in", max_len = 9)]
    text: &'a str,
    #[event(default = 1, range(min = 0))]
    count: u8,
}

#[derive(TelemetryEvent)]
#[event(name = "stop", schema = "1.0", crate = crate::vendored::deep::rt)]
struct Stop {
    #[event(constant = 1)]
    code: i64,
}

#[derive(TelemetryFields)]
#[event(crate = crate::vendored::deep::rt)]
struct Common<'a> {
    #[event(free_text = "built in", max_len = 9)]
    text: &'a str,
}

#[derive(TelemetryEvent)]
#[event(name = "pause", schema = "1.0", crate = ::other)]
struct Pause<'a> {
    #[event(flatten, prefix = "first")]
    first: Common<'a>,
    #[event(flatten)]
    second: &'a Common<'a>,
}

other::telemetry_buckets! { Files = [0, 5] }
other::telemetry_labels! { Commands = ["build"] }

fn main() {
    let _ = Run::builder().kind(Kind::A).build().text;
    let second = Common::builder().text("x").build();
    let pause = Pause::builder().second(&second).build();
    assert_eq!((pause.first.text, pause.second.text), ("undefined", "x"));
    let _ = (Stop::default().code, Files::of(1), Commands::get("build"));
}
