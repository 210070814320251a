// A field may be any kind of list, owned or borrowed.

use std::{borrow::Cow, collections::BTreeSet};

use telemetry_runtime::{Allowlisted, Label, TelemetryEnum, TelemetryEvent, telemetry_labels};

telemetry_labels! { Commands = ["build", "check"] }

#[derive(TelemetryEnum, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[event(fallback)]
    B,
}

const ONE: usize = 1;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run<'a> {
    #[event(required)]
    kinds: &'a [Kind],
    others: Vec<Kind>,
    set: BTreeSet<Kind>,
    #[event(required)]
    array: [Kind; 2],
    #[event(required)]
    long_array: [Kind; ONE + { 1 + 1 }],
    #[event(required, free_text = "built in")]
    texts: &'a [&'a str],
    #[event(free_text = "built in")]
    owned: Vec<String>,
    #[event(free_text = "built in")]
    cows: Vec<Cow<'a, str>>,
    commands: Vec<Allowlisted<Commands>>,
    labels: Vec<Label>,
    #[event(default = vec![Kind::A])]
    chosen: Vec<Kind>,
}

fn main() {
    let text = String::from("x");
    let texts = [text.as_str(), "y"];
    let run = Run::builder()
        .kinds(&[Kind::A, Kind::B])
        .array([Kind::A; 2])
        .long_array([Kind::B; 3])
        .texts(&texts)
        .others(vec![Kind::A])
        .commands(vec![Commands::get("build")])
        .build();
    assert_eq!((run.kinds.len(), run.others.len(), run.set.len()), (2, 1, 0));
    assert_eq!((run.array.len(), run.texts.len(), run.owned.len()), (2, 2, 0));
    assert_eq!((run.cows.len(), run.commands.len(), run.labels.len()), (0, 1, 0));
    assert_eq!((run.chosen.len(), run.long_array.len()), (1, 3));
}
