// The type of an argument is inferred from the field, and references coerce.

use std::{borrow::Cow, collections::BTreeSet};

use telemetry_runtime::{Count, Label, TelemetryEnum, TelemetryEvent, Version};

type Name<'a> = Cow<'a, str>;

#[derive(TelemetryEnum, Default)]
#[event(name = "KindEnum")]
enum Kind {
    #[default]
    Fast,
    #[event(fallback)]
    Undefined,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run<'a> {
    #[event(required)]
    exit_code: i64,
    #[event(required)]
    kind: Kind,
    small: i8,
    load: f32,
    files: Count,
    version: Version,
    #[event(free_text = "a name built into the program")]
    command: &'a str,
    #[event(free_text = "a name built into the program")]
    alias: Name<'a>,
    #[event(free_text = "a name built into the program")]
    plugin: String,
    labels: Vec<Label>,
    sorted: BTreeSet<Label>,
}

fn main() {
    let text = String::from("build");
    let names = ["b", "a"];
    let run = Run::builder()
        .exit_code(5_i32.into())
        .kind(Default::default())
        .small(-3)
        .load("0.5".parse().unwrap())
        .files(text.len().into())
        .version(Version::parse_or_unknown("1"))
        .command(&text)
        .alias(text.as_str().into())
        .plugin("x")
        .labels(names.iter().copied().map(Label).collect())
        .sorted(names.map(Label).into_iter().collect())
        .build();
    let wire = r#"{"exitCode":5,"kind":"fast","small":-3,"load":0.5,"files":5,"version":"1","command":"build","alias":"build","plugin":"x","labels":["b","a"],"sorted":["a","b"]}"#;
    assert_eq!(run.parameters().to_json(), wire);
}
