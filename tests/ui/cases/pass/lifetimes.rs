// An event may borrow, with any lifetimes and bounds.

use std::borrow::Cow;

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent, Clone)]
#[event(name = "run", schema = "1.0")]
struct Run<'a, 'b: 'a, 'longer>
where
    'longer: 'a + 'b,
{
    #[event(required, free_text = "built in")]
    command: &'a str,
    #[event(required, free_text = "built in")]
    model: Cow<'b, str>,
    #[event(free_text = "built in")]
    name: &'longer str,
    #[event(default = "x", free_text = "built in", max_len = 9)]
    other: &'a str,
    #[event(constant = "tool")]
    source: &'static str,
    count: i64,
}

fn make<'a>(command: &'a str, name: &'static str) -> Run<'a, 'a, 'static> {
    let model = format!("{command}-{name}");
    Run::builder().model(model).command(command).name(name).maybe_other(Some(command)).build()
}

fn main() {
    let command = String::from("build");
    let run = make(&command, "name");
    assert_eq!((run.command, &*run.model, run.name, run.other), ("build", "build-name", "name", "build"));
    assert_eq!((run.source, run.count), ("tool", -1));
}
