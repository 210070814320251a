// An event has the fields of its parts: in place, in order, under a prefix, in parts of parts, with
// lifetimes, aliases and macros by example.

use std::borrow::Cow;
use telemetry_runtime::{TelemetryEnum, TelemetryEvent, TelemetryFields};

#[derive(TelemetryEnum, Clone, Copy, PartialEq, Debug)]
#[event(name = "StatusEnum")]
enum Status {
    Success,
    Failure,
    #[event(fallback)]
    Undefined,
}

mod shared {
    use telemetry_runtime::TelemetryFields;

    /// Fields of every event, with private fields.
    #[derive(TelemetryFields, Clone, Debug, PartialEq)]
    pub struct Common {
        /// Number of attempts.
        #[event(default = 1, range(min = 1))]
        attempts: u32,
        /// Wall-clock time.
        #[event(unit = "ms", since = "1.2")]
        duration_ms: i64,
    }
}
use shared::Common;

/// A model.
#[derive(TelemetryFields)]
struct Model<'a> {
    /// Its name.
    #[event(required, free_text = "one of the names in the program", max_len = 20)]
    name: &'a str,
    /// Its host.
    #[event(flatten, prefix = "host")]
    host: Host,
    /// Always the same.
    #[event(constant = "model")]
    kind: Cow<'a, str>,
}

/// A host.
#[derive(TelemetryFields)]
struct Host {
    /// Its status.
    status: Status,
    /// Its port.
    #[event(rename = "tcpPort")]
    port: i64,
}
type AnyHost = Host;

/// One run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.2")]
struct Run<'a> {
    /// Outcome.
    #[event(required)]
    status: Status,
    #[event(flatten)]
    common: Common,
    #[event(flatten, prefix = "first")]
    first: Model<'a>,
    /// The second model, if there are two.
    #[event(flatten, prefix = "secondBest")]
    second: Model<'static>,
    /// Exit code.
    exit_code: i64,
    #[event(prefix = "local", flatten)]
    host: AnyHost,
}

/// No field is required.
#[derive(TelemetryEvent)]
#[event(name = "small", schema = "1.2")]
struct Small {
    #[event(flatten)]
    common: Common,
    #[event(flatten)]
    host: Host,
}

macro_rules! event {
    ($name:ident, $field:ident: $ty:ty, $prefix:literal) => {
        #[derive(TelemetryEvent)]
        #[event(name = "by_macro", schema = "1.2")]
        struct $name {
            #[event(flatten, prefix = $prefix)]
            $field: $ty,
            rest: i64,
        }
    };
}
event!(ByMacro, host: Host, "the");

fn names<E: TelemetryEvent>() -> Vec<&'static str> {
    E::DESCRIPTOR.fields.iter().map(|field| field.wire_name).collect()
}

fn main() {
    let name = String::from("small");
    let model = |name| Model::builder().name(name).build();
    let run = Run::builder()
        .second(Model::builder().name("large").host(Host::builder().port(80).build()).build())
        .first(model(name.as_str()))
        .exit_code(3)
        .status(Status::Success)
        .maybe_host(None)
        .build();
    assert_eq!(
        run.parameters().to_json(),
        concat!(
            r#"{"status":"success","attempts":1,"durationMs":-1,"firstName":"small","#,
            r#""firstHostStatus":"undefined","firstHostTcpPort":-1,"firstKind":"model","#,
            r#""secondBestName":"large","secondBestHostStatus":"undefined","#,
            r#""secondBestHostTcpPort":80,"secondBestKind":"model","exitCode":3,"#,
            r#""localStatus":"undefined","localTcpPort":-1}"#
        )
    );
    assert_eq!(
        names::<Run<'_>>(),
        [
            "status", "attempts", "durationMs", "firstName", "firstHostStatus",
            "firstHostTcpPort", "firstKind", "secondBestName", "secondBestHostStatus",
            "secondBestHostTcpPort", "secondBestKind", "exitCode", "localStatus", "localTcpPort",
        ]
    );
    let fields = Run::DESCRIPTOR.fields;
    assert_eq!(fields[2].since, Some("1.2"));
    assert_eq!(fields[3].max_len, Some(20));
    assert!(fields[3].required && !fields[4].required);
    let expected = r#"{"attempts":1,"durationMs":-1,"status":"undefined","tcpPort":-1}"#;
    assert_eq!(Small::default().parameters().to_json(), expected);
    let common = Common::builder().duration_ms(5).build();
    let small = Small::builder().common(common.clone()).build();
    assert_eq!(small.common, common);
    assert_eq!(names::<ByMacro>(), ["theStatus", "theTcpPort", "rest"]);
    assert_eq!(ByMacro::default().parameters().to_json(), r#"{"theStatus":"undefined","theTcpPort":-1,"rest":-1}"#);
}
