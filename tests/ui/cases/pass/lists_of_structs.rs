// A field with `max_items` may be any kind of list of parts or of text, also in a part.

use std::{borrow::Cow, collections::BTreeSet};
use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent, TelemetryFields};

#[derive(TelemetryEnum, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[event(since = "1.5")]
    B,
    #[event(fallback)]
    Other,
}

/// A step.
#[derive(TelemetryFields, Clone)]
struct Step<'a> {
    #[event(required)]
    kind: Kind,
    #[event(range(min = -1, max = 100))]
    progress: i64,
    #[event(free_text = "one of the names in the program", max_len = 9)]
    name: Cow<'a, str>,
    #[event(flatten, prefix = "host")]
    host: Host,
}

#[derive(TelemetryFields, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Host {
    port: i64,
    is_local: bool,
}

type Hosts = Vec<Host>;

mod other {
    /// Names that user code may have.
    #[allow(dead_code, non_camel_case_types)]
    pub struct usize;
    #[allow(dead_code, non_camel_case_types)]
    pub struct bool;
    #[allow(dead_code, non_camel_case_types)]
    pub struct str;
}

mod shadowed {
    #[allow(unused_imports)]
    use super::other::{bool, str, usize};
    use telemetry_runtime::{TelemetryEnum, TelemetryFields};

    #[derive(TelemetryFields)]
    pub struct Small {
        pub port: i64,
    }

    #[derive(TelemetryEnum)]
    #[event(name = "OneEnum")]
    pub enum One {
        #[event(fallback)]
        It,
    }
}

const TWO: usize = 2;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.2")]
struct Run<'a> {
    #[event(max_items = 2)]
    steps: Vec<Step<'a>>,
    #[event(required, max_items = 2)]
    slice: &'a [Step<'static>],
    #[event(required, max_items = 9)]
    array: [Host; TWO],
    #[event(max_items = 1)]
    hosts: Hosts,
    #[event(max_items = 3)]
    set: BTreeSet<Host>,
    #[event(max_items = 3)]
    borrowed: Vec<&'a Host>,
    #[event(max_items = 1000, free_text = "names in the program")]
    texts: Vec<&'a str>,
    #[event(max_items = 1)]
    kinds: Vec<Kind>,
    #[event(max_items = 2, default = vec![Label("a"), Label("b")])]
    labels: Vec<Label>,
    #[event(flatten, prefix = "more")]
    more: More,
    #[event(max_items = 1)]
    small: Vec<shadowed::Small>,
    one: shadowed::One,
}

#[derive(TelemetryFields)]
struct More {
    #[event(max_items = 1, since = "1.1")]
    hosts: Vec<Host>,
}

fn main() {
    let host = Host { port: 80, is_local: true };
    let step = |kind, progress| {
        Step::builder().kind(kind).progress(progress).name("a long name").host(host).build()
    };
    let run = Run::builder()
        .steps(vec![step(Kind::A, 5), step(Kind::B, 101), step(Kind::A, 7)])
        .slice(&[])
        .array([host; 2])
        .hosts(vec![host, host])
        .set(BTreeSet::from([host]))
        .borrowed(vec![&host])
        .texts(vec!["x"])
        .kinds(vec![Kind::B, Kind::A])
        .more(More { hosts: vec![host; 2] })
        .build();
    let object = r#"{"port":80,"isLocal":true}"#;
    assert_eq!(
        run.parameters().to_json(),
        [
            r#"{"steps":[{"kind":"a","progress":5,"name":"a long na","hostPort":80,"hostIsLocal":true},"#,
            r#"{"kind":"other","progress":-1,"name":"a long na","hostPort":80,"hostIsLocal":true}],"#,
            r#""slice":[],"array":["#, object, ",", object, r#"],"hosts":["#, object, r#"],"#,
            r#""set":["#, object, r#"],"borrowed":["#, object, r#"],"texts":["x"],"#,
            r#""kinds":["other"],"labels":["a","b"],"moreHosts":["#, object,
            r#"],"small":[],"one":"it"}"#,
        ]
        .concat()
    );
    let fields = Run::DESCRIPTOR.fields;
    assert_eq!((fields[0].max_items, fields[2].max_items), (Some(2), Some(9)));
    assert!(fields[0].free_text.is_none() && fields[6].free_text.is_some());
}
