//! C12 and C13: an event that the product does not disclose, and a product without a family.

use std::{
    panic,
    time::{Duration, UNIX_EPOCH},
};

use serde_json::Value;
use telemetry_runtime::{
    Client, Disclosure, Family, Product, TelemetryCommand, TelemetryEvent,
    consent::ProductConsent,
    decision::DecisionSource,
    health::{Loss, RecordError},
    testing::{Capture, VirtualClock},
    transport::MemoryTransport,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// One run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    /// Exit code.
    exit_code: i32,
}

/// A library, which a later version gives another event.
mod library {
    use telemetry_runtime::{TelemetryEvent, descriptor::EventDescriptor};

    /// One table was read.
    #[derive(TelemetryEvent)]
    #[event(name = "table_read", schema = "1.0")]
    pub(super) struct TableRead {
        /// Number of columns.
        columns: i32,
    }

    /// One table was written.
    #[derive(Clone, TelemetryEvent)]
    #[event(name = "table_written", schema = "1.0")]
    pub(super) struct TableWritten {
        /// Number of columns.
        columns: i32,
    }

    pub(super) const EVENTS: &[&EventDescriptor] = &[TableRead::DESCRIPTOR];
}

/// The event `run` in another schema version, and the same event declared twice.
mod variants {
    use telemetry_runtime::TelemetryEvent;

    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.1")]
    pub(super) struct Newer {
        /// Exit code.
        exit_code: i32,
    }

    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.0")]
    pub(super) struct Copied {
        /// Exit code.
        exit_code: i32,
    }
}

static TOOL: Product = Product::new("tool")
    .events(&[&[Run::DESCRIPTOR], library::EVENTS])
    .default_on(true);

static OTHER: Product = Product::new("other")
    .events(&[&[library::TableWritten::DESCRIPTOR]])
    .default_on(true);

fn run() -> Run {
    Run::builder().exit_code(0).build()
}

fn names(memory: &MemoryTransport) -> Vec<String> {
    let mut names = Vec::new();
    for body in memory.bodies() {
        let envelope: Value = serde_json::from_slice(&body).unwrap();
        let events = envelope["events"].as_array().unwrap();
        names.extend(
            events
                .iter()
                .map(|it| it["name"].as_str().unwrap().to_owned()),
        );
    }
    names
}

#[test]
fn c12_an_event_that_the_product_does_not_list_is_refused_and_counted() {
    let memory = MemoryTransport::new();
    let (told, losses) = std::sync::mpsc::channel();
    let builder = Client::builder(&TOOL).env(|_| None);
    let telemetry = builder
        .transport(memory.clone())
        .on_loss(move |report| told.send((report.loss, report.events)).unwrap())
        .build();
    let refused = Err(RecordError::Undisclosed);
    // Between accepted events of both lists, so that the remembered event of the thread changes.
    for _ in 0..3 {
        assert!(telemetry.try_record(&run()).is_ok());
        assert_eq!(
            telemetry.try_record(&library::TableWritten::default()),
            refused
        );
        assert!(telemetry.try_record(&library::TableRead::default()).is_ok());
        assert_eq!(telemetry.try_record(&variants::Newer::default()), refused);
        assert!(telemetry.try_record(&variants::Copied::default()).is_ok());
        telemetry.record(&library::TableWritten::default());
        telemetry.record_with(library::TableWritten::default);
    }
    assert!(telemetry.flush(PATIENCE).is_complete());
    let health = telemetry.health();
    assert_eq!((health.accepted(), health.delivered()), (9, 9));
    assert_eq!(health.refused_for(RecordError::Undisclosed), 12);
    assert_eq!(
        losses.recv_timeout(PATIENCE).unwrap().0,
        Loss::Refused(RecordError::Undisclosed)
    );
    let sent = names(&memory);
    assert_eq!(sent.len(), 9);
    assert!(!sent.iter().any(|name| name == "table_written"), "{sent:?}");
}

#[test]
fn c12_each_client_of_a_thread_checks_the_list_of_its_own_product() {
    static UNCHECKED: Product = Product::new("unchecked").default_on(true);
    let build = |product| {
        let builder = Client::builder(product).env(|_| None);
        builder.transport(MemoryTransport::new()).build()
    };
    let (tool, other, unchecked) = (build(&TOOL), build(&OTHER), build(&UNCHECKED));
    let written = library::TableWritten::default();
    for _ in 0..2 {
        assert!(other.try_record(&written).is_ok());
        assert_eq!(tool.try_record(&written), Err(RecordError::Undisclosed));
        assert!(unchecked.try_record(&written).is_ok());
        assert!(tool.try_record(&run()).is_ok());
        assert_eq!(other.try_record(&run()), Err(RecordError::Undisclosed));
    }
}

#[test]
fn c12_a_heartbeat_of_an_event_that_is_not_listed_sends_nothing() {
    let memory = MemoryTransport::new();
    let clock = VirtualClock::new(UNIX_EPOCH);
    let builder = Client::builder(&TOOL).env(|_| None).clock(&clock);
    let (beaten, beats) = std::sync::mpsc::channel();
    let telemetry = builder.transport(memory.clone()).build();
    let event = library::TableWritten::default();
    assert!(
        telemetry.heartbeat(Duration::from_secs(60), event, move |_, _| {
            let _ = beaten.send(());
        })
    );
    clock.advance(Duration::from_secs(600));
    beats.recv_timeout(PATIENCE).unwrap();
    telemetry.record(&run());
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert!(telemetry.health().refused_for(RecordError::Undisclosed) > 0);
    assert_eq!(names(&memory), ["run"]);
}

fn panic_of(code: impl FnOnce() + panic::UnwindSafe) -> String {
    *panic::catch_unwind(code).unwrap_err().downcast().unwrap()
}

#[test]
fn c12_the_test_kit_fails_for_an_event_that_is_not_listed() {
    let capture = || Capture::with_builder(Client::builder(&TOOL));
    let expected = "does not list the event `table_written` 1.0";
    let message = panic_of(|| {
        let capture = capture();
        capture.client().record(&library::TableWritten::default());
        let _ = capture.events::<Run>();
    });
    assert!(message.contains(expected), "{message}");
    let message = panic_of(|| {
        let capture = capture();
        capture.client().record(&library::TableWritten::default());
        let _ = capture.wait_for::<library::TableWritten>(1, PATIENCE);
    });
    assert!(message.contains(expected), "{message}");
    // A test that looks at nothing.
    let message = panic_of(|| capture().client().record(&library::TableWritten::default()));
    assert!(message.contains(expected), "{message}");

    let capture = capture();
    capture.client().record(&run());
    assert_eq!(capture.events::<Run>().len(), 1);
}

#[test]
fn c12_the_disclosure_and_status_use_the_same_list() {
    let disclosure = Disclosure::new(&TOOL);
    let text = disclosure.text(usize::MAX);
    assert!(
        text.contains("run 1.0") && text.contains("table_read 1.0"),
        "{text}"
    );
    assert!(!text.contains("table_written"), "{text}");

    let builder = Client::builder(&TOOL).env(|_| None);
    let telemetry = builder.transport(MemoryTransport::new()).build();
    telemetry.record(&library::TableWritten::default());
    let status = |words: &[&str]| {
        let matches = TelemetryCommand::command().get_matches_from(words);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let command = TelemetryCommand::new(disclosure)
            .env(|_| None)
            .client(&telemetry);
        assert_eq!(command.width(200).run(&matches, &mut out, &mut err), 0);
        String::from_utf8(out).unwrap()
    };
    let text = status(&["telemetry", "status"]);
    let row = "1 refused, first table_written 1.0; Product::events does not list it";
    assert!(text.contains(row), "{text}");
    let json: Value = serde_json::from_str(&status(&["telemetry", "status", "--json"])).unwrap();
    assert_eq!(json["health"]["undisclosed"], 1);
}

/// The envelope of a product's event, and its decision where each variable has this value.
fn of_product(
    product: &'static Product,
    variable: &'static str,
    value: &'static str,
) -> (bool, String) {
    let memory = MemoryTransport::new();
    let lookup = move |name: &str| (name == variable).then(|| value.into());
    let builder = Client::builder(product).env(lookup);
    let telemetry = builder.transport(memory.clone()).build();
    telemetry.record(&run());
    let _ = telemetry.flush(PATIENCE);
    let body = memory.bodies().concat();
    (telemetry.decision().on, String::from_utf8(body).unwrap())
}

#[test]
fn c13_without_a_family_nothing_of_another_vendor_rules_or_is_sent_or_is_shown() {
    static PLAIN: Product = Product::new("plain").events(&[&[Run::DESCRIPTOR]]);
    static ON: Product = Product::new("on").default_on(true);
    static ASKS: Product =
        Product::new("asks").requires_consent(ProductConsent::new("1.0", "telemetry.toml"));
    let nemo = "NEMO_TELEMETRY_ENABLED";
    for value in ["0", "1"] {
        assert!(!of_product(&PLAIN, nemo, value).0, "{value}");
        assert!(!of_product(&ASKS, nemo, value).0, "{value}");
        let (on, body) = of_product(&ON, nemo, value);
        assert!(
            on && body.contains(r#""eventSysVer":"undefined""#),
            "{body}"
        );
    }
    let decision = |product| Client::builder(product).env(|_| None).build().decision();
    let sentence = |product| decision(product).to_string();
    assert_eq!(decision(&PLAIN).source, DecisionSource::ProductDefault);
    assert_eq!(
        sentence(&PLAIN),
        "off: the default of plain, which no variable enables"
    );
    assert_eq!(sentence(&ASKS), "off: waiting for consent");
    for product in [&PLAIN, &ON, &ASKS] {
        let disclosure = Disclosure::new(product).command("tool telemetry");
        for text in [
            disclosure.text(72),
            disclosure.summary(72),
            disclosure.markdown(),
        ] {
            assert!(!text.to_lowercase().contains("nemo"), "{text}");
        }
    }
}

#[test]
fn c13_a_family_rules_its_products_and_names_the_system_version() {
    const FAMILY: Family = Family::new("EXAMPLE_TELEMETRY").system_version("example/1.0");
    static MEMBER: Product = Product::new("member").family(FAMILY).default_on(true);
    static PLAIN: Product = Product::new("plain").family(FAMILY);
    static OWN: Product = PLAIN.system_version("own/2.0");
    assert!(!of_product(&MEMBER, "EXAMPLE_TELEMETRY", "0").0);
    for (product, version) in [
        (&MEMBER, "example/1.0"),
        (&PLAIN, "example/1.0"),
        (&OWN, "own/2.0"),
    ] {
        let (on, body) = of_product(product, "EXAMPLE_TELEMETRY", "1");
        let member = format!("\"eventSysVer\":\"{version}\"");
        assert!(on && body.contains(&member), "{body}");
    }
    let decision = Client::builder(&PLAIN).env(|_| None).build().decision();
    let expected = "off: the default of plain (EXAMPLE_TELEMETRY=1 enables it)";
    assert_eq!(decision.to_string(), expected);
}
