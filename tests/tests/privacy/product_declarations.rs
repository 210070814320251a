//! Headers and envelope constants of a product: sent as declared, disclosed, and part of the digest.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    time::Duration,
};

use serde_json::Value;
use telemetry_examples::{
    agent_toolkit::NatCliCommand,
    nemo::{CLIENT_ID, TaskStatus},
    validate::Schemas,
};
use telemetry_runtime::{
    Client, Disclosure, Label, Product, TelemetryEvent,
    decision::DecisionSource,
    descriptor::{EventDescriptor, GdprCategory},
    health::FlushOutcome,
    telemetry_headers,
    testing::{Collector, ScriptedResponse},
    transport::{ApiKey, FileTransport, HttpTransport, MemoryTransport, Request, Transport},
};
use telemetry_tests::scratch::Scratch;

const PATIENCE: Duration = Duration::from_secs(60);
const EVENTS: &[&EventDescriptor] = &[NatCliCommand::DESCRIPTOR];

static PLAIN: Product = Product::new("tool")
    .client_id(CLIENT_ID)
    .version("1.2.3")
    .events(&[EVENTS])
    .default_on(true);

/// Declares everything that this file tests.
static FULL: Product = PLAIN
    .endpoint("https://collector.example/V1")
    .headers(telemetry_headers! { "x-team" = "nemo", "x-note" = "a b; c=\"d\"" })
    .api_key_header("x-api-key")
    .device_os("linux")
    .product_name("My Tool")
    .product_version("2026.1")
    .gdpr_opt_in(GdprCategory::Functional, "Full")
    .no_session();

fn event() -> NatCliCommand {
    NatCliCommand::builder()
        .command(Label("run"))
        .task_status(TaskStatus::Success)
        .python_version("undefined")
        .build()
}

#[test]
fn a_request_has_the_headers_of_the_product_and_no_others() {
    // A request that is sent again has them, too.
    let again = ScriptedResponse::status(503).header("Retry-After", "0");
    let collector = Collector::script([again]).unwrap();
    let telemetry = Client::builder(&FULL)
        .env(|_| None)
        .endpoint(format!("{}/events", collector.url()))
        .api_key(ApiKey::new("secret"))
        .build();
    telemetry.record(&event());
    let _ = telemetry.flush(PATIENCE);
    telemetry.record(&event());
    let _ = telemetry.flush(PATIENCE);
    let requests = collector.wait_for_requests(2, PATIENCE).unwrap();
    let text = Disclosure::new(&FULL).text(usize::MAX);
    for request in requests {
        let names = request.headers.iter().map(|(name, _)| name.to_lowercase());
        let names: BTreeSet<_> = names.collect();
        let expected = [
            "accept",
            "content-length",
            "content-type",
            "host",
            "x-note",
            "x-team",
        ];
        assert_eq!(names, expected.map(str::to_owned).into());
        assert!(
            names.iter().all(|name| text.contains(name.as_str())),
            "{text}"
        );
        assert_eq!(request.header("x-team"), Some("nemo"));
        assert_eq!(request.header("x-note"), Some("a b; c=\"d\""));
    }
}

#[test]
fn other_transports_get_no_header_of_the_product() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "product-headers");
    let file = scratch.join("envelopes");
    let collector = Collector::start().unwrap();
    let builder = || Client::builder(&FULL).env(|_| None);
    let clients = [
        builder().transport(FileTransport::new(&file)).build(),
        builder()
            .transport(HttpTransport::new(&collector.url()).unwrap())
            .build(),
    ];
    for telemetry in clients {
        telemetry.record(&event());
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    }
    let written = fs::read_to_string(file).unwrap();
    assert!(
        !written.contains("x-team") && !written.contains("nemo\""),
        "{written}"
    );
    assert_eq!(collector.take_requests()[0].header("x-team"), None);
}

#[test]
fn a_transport_with_headers_sends_them_and_so_does_that_of_a_child() {
    let collector = Collector::start().unwrap();
    let headers = telemetry_headers! { "x-team" = "nemo" };
    let mut transport = HttpTransport::new(&collector.url())
        .unwrap()
        .headers(headers);
    let deadline = || std::time::Instant::now() + PATIENCE;
    let _ = transport.send(&Request::new(b"{}", 1), deadline());
    let mut of_child = transport.for_child().unwrap()();
    let _ = of_child.send(&Request::new(b"{}", 1), deadline());
    let requests = collector.wait_for_requests(2, PATIENCE).unwrap();
    for request in requests {
        assert_eq!(request.header("x-team"), Some("nemo"));
    }
}

/// The envelope of one event of a client of this product.
fn envelope(product: &'static Product) -> Value {
    let memory = MemoryTransport::new();
    let builder = Client::builder(product).env(|_| None);
    let telemetry = builder.transport(memory.clone()).build();
    telemetry.record(&event());
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    serde_json::from_slice(&memory.bodies()[0]).unwrap()
}

#[test]
fn the_envelope_has_the_constants_of_the_product_and_conforms_to_its_schema() {
    let (plain, full) = (envelope(&PLAIN), envelope(&FULL));
    let keys = |envelope: &Value| {
        let keys = envelope.as_object().unwrap().keys();
        keys.cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys(&plain), keys(&full));
    let mut different = BTreeMap::new();
    for (key, value) in full.as_object().unwrap() {
        let varies = ["sentTs", "events"].contains(&key.as_str());
        if !varies && plain[key] != *value {
            different.insert(key.as_str(), value.as_str().unwrap());
        }
    }
    let expected = [
        ("deviceOS", "linux"),
        ("productName", "My Tool"),
        ("productVersion", "2026.1"),
        ("gdprFuncOptIn", "Full"),
        ("sessionId", "undefined"),
    ];
    assert_eq!(different, expected.into());
    let schemas = Schemas::checked_in().unwrap();
    for envelope in [&plain, &full] {
        schemas.envelope(envelope).unwrap();
    }
    let mut invalid = full.clone();
    invalid["deviceOS"] = "a path/x".into();
    assert!(schemas.envelope(&invalid).is_err());
}

#[test]
fn a_declaration_that_is_not_valid_turns_telemetry_off_with_a_sentence() {
    const VERSION: &str = "expected 1 to 64 characters of `0-9 A-Z a-z . + _ -`";
    let both = "the product declares both `no_session` and a session prefix; remove one of them";
    let header = "the product's header for the API key is not valid; use `authorization` or a name such \
                  as `x-api-key`";
    let twice = "the product's header for the API key is also one of its headers";
    let rows = [
        (
            PLAIN.device_os("my os"),
            format!("the product's operating system is not valid: {VERSION}"),
        ),
        (
            PLAIN.product_name("a/b"),
            format!(
                "the product's name in the envelope is not valid: {VERSION} and single spaces between \
                 them"
            ),
        ),
        (
            PLAIN.product_version(""),
            format!("the product's version in the envelope is not valid: {VERSION}"),
        ),
        (
            PLAIN.gdpr_opt_in(GdprCategory::Behavioral, "Full\""),
            format!("the product's opt-in value for behavioral data is not valid: {VERSION}"),
        ),
        (PLAIN.no_session().session_prefix("tool-"), both.to_owned()),
        (
            PLAIN.session_prefix_variable("PREFIX").no_session(),
            both.to_owned(),
        ),
        (PLAIN.api_key_header("cookie"), header.to_owned()),
        (
            PLAIN.api_key_header("proxy-authorization"),
            header.to_owned(),
        ),
        (PLAIN.api_key_header("Authorization"), header.to_owned()),
        (FULL.api_key_header("x-team"), twice.to_owned()),
    ];
    for (product, sentence) in rows {
        let product: &'static Product = Box::leak(Box::new(product));
        let builder = Client::builder(product).env(|_| None);
        let telemetry = builder.transport(MemoryTransport::new()).build();
        let decision = telemetry.decision();
        assert_eq!(decision.to_string(), format!("off: {sentence}"));
        assert_eq!(decision.source, DecisionSource::Misconfigured);
    }
}

#[test]
fn the_disclosure_names_what_the_product_declares_and_nothing_else() {
    let plain = Disclosure::new(&PLAIN);
    let full = Disclosure::new(&FULL);
    for expected in [
        "- deviceOS: Operating system of the machine.\n",
        "- productName: Name of the product. [always My Tool]\n",
        "- productVersion: Version of the product, as its publisher counts.\n",
        "- gdprFuncOptIn: Opt-in value of the product for functional data. [always Full]\n",
        "Requests have no session id. Fields of a request",
        "- Each request also has the header x-team, which is always nemo.\n",
        "a request to https://collector.example/V1 also has the header x-api-key with the key.",
        "It is sent only by https and to no other address, and it is neither stored nor logged.\n",
        "- Events that are waiting to be sent: only in memory, until the program ends.\n",
    ] {
        let text = full.text(usize::MAX);
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    for markdown in [full.markdown(), full.summary(usize::MAX)] {
        for expected in [
            "deviceOS",
            "productName",
            "gdprFuncOptIn",
            "x-team",
            "x-api-key",
        ] {
            assert!(markdown.contains(expected), "{expected}\n{markdown}");
        }
        assert!(!markdown.contains("sessionId") && !markdown.contains("session id is"));
    }
    let page = plain.text(usize::MAX);
    for absent in [
        "deviceOS",
        "productName",
        "OptIn",
        "x-team",
        "API key",
        "no session",
    ] {
        assert!(!page.contains(absent), "{absent}\n{page}");
    }
    assert!(page.contains("sessionId"), "{page}");
}

#[test]
fn the_question_names_the_headers_and_the_api_key() {
    let prompt = format!("{:?}", Disclosure::new(&FULL).prompt(79, "Allow it?"));
    let words = prompt.replace("\\n", " ");
    let words: Vec<_> = words.split_whitespace().collect();
    let words = words.join(" ");
    let expected = "Every server also sees your IP address and the headers x-team, x-note, x-api-key (an \
                    API key).";
    assert!(words.contains(expected), "{words}");
    assert!(words.contains("There is no session id."), "{words}");
}

#[test]
fn the_digest_changes_with_each_declaration_and_not_with_the_values_of_a_build() {
    let digest = |product: Product| {
        let product: &'static Product = Box::leak(Box::new(product));
        Disclosure::new(product).digest("1.0")
    };
    let all = [
        PLAIN,
        PLAIN.headers(telemetry_headers! { "x-team" = "nemo" }),
        PLAIN.headers(telemetry_headers! { "x-note" = "nemo" }),
        PLAIN.headers(telemetry_headers! { "x-team" = "nemo", "x-note" = "nemo" }),
        PLAIN.api_key_header("x-team"),
        PLAIN.api_key_header("authorization"),
        PLAIN.device_os("linux"),
        PLAIN.product_name("A"),
        PLAIN.product_name("B"),
        PLAIN.product_version("1"),
        PLAIN.gdpr_opt_in(GdprCategory::Functional, "Full"),
        PLAIN.gdpr_opt_in(GdprCategory::Functional, "Part"),
        PLAIN.gdpr_opt_in(GdprCategory::Technical, "Full"),
        PLAIN.no_session(),
    ];
    let digests: BTreeSet<_> = all.into_iter().map(digest).collect();
    assert_eq!(digests.len(), all.len(), "{digests:?}");
    let same = [
        (PLAIN.device_os("linux"), PLAIN.device_os("windows")),
        (PLAIN.product_version("1"), PLAIN.product_version("2")),
        (
            PLAIN.headers(telemetry_headers! { "x-a" = "1", "x-b" = "2" }),
            PLAIN.headers(telemetry_headers! { "x-b" = "3", "x-a" = "4" }),
        ),
    ];
    for (one, other) in same {
        assert_eq!(digest(one), digest(other));
    }
}
