//! The disclosure: built from the declarations, complete, and tied to the prompt version.
//!
//! The texts in `golden/` are shown to users. After a change, `UPDATE_EXPECT=1 cargo test -p
//! telemetry-tests --test privacy` rewrites them; read the diff as a user.

use std::{collections::BTreeSet, time::Duration};

use expect_test::expect_file;
use serde_json::Value;
use telemetry_examples::{
    agent_toolkit::{DISCLOSURE, NatCliCommand},
    anonymizer::ANONYMIZER,
    disclosures,
    guardrails::GUARDRAILS,
    nemo::TaskStatus,
    registry::REGISTRY,
    validate::Schemas,
};
use telemetry_runtime::{
    Client, Disclosure, Label, Product, SessionId, TelemetryEvent, Version,
    descriptor::EventDescriptor,
    schema::{Document, FieldClass},
    testing::{Collector, assert_no_free_text_beyond},
    transport::MemoryTransport,
};
use telemetry_tests::vectors::workspace;

pub(crate) static PRODUCTS: [&Disclosure; 5] = [
    &DISCLOSURE,
    &disclosures::ANONYMIZER,
    &disclosures::DATA_DESIGNER,
    &disclosures::GUARDRAILS,
    &disclosures::SAFE_SYNTHESIZER,
];

/// Each product sends one event of the registry, and together they send all.
#[test]
fn each_product_discloses_its_own_event_and_no_other() {
    let mut disclosed = BTreeSet::new();
    for disclosure in PRODUCTS {
        let text = disclosure.text(usize::MAX);
        let (_, after) = text.split_once("Collected data\n").unwrap();
        let (fields, _) = after.split_once("Each request also contains").unwrap();
        let events: Vec<_> = disclosure.events().collect();
        let [event] = events[..] else {
            panic!("one event: {text}");
        };
        assert!(fields.trim_start().starts_with(event.name), "{text}");
        let bullets = fields.lines().filter_map(|line| {
            let (name, _) = line.strip_prefix("  - ")?.split_once(": ")?;
            Some(name)
        });
        let names = event.fields.iter().map(|field| field.wire_name);
        assert!(bullets.eq(names), "{fields}");
        disclosed.insert(event.name);
    }
    let registered = REGISTRY.events().iter().map(|event| event.name);
    assert_eq!(disclosed, registered.collect());
}

#[test]
fn the_prefix_of_the_session_id_is_disclosed() {
    let told = |disclosure: &Disclosure| disclosure.text(usize::MAX);
    let anonymizer = "It is prefixed with anonymizer-, or with the value of NEMO_SESSION_PREFIX";
    assert!(told(&disclosures::ANONYMIZER).contains(anonymizer));
    let toolkit = "If NAT_SESSION_PREFIX is set, its value is added before the session id.";
    assert!(told(&DISCLOSURE).contains(toolkit));
    assert!(DISCLOSURE.summary(usize::MAX).contains(toolkit));
    let none = told(&disclosures::GUARDRAILS);
    assert!(!none.contains("prefixed") && !none.contains("before the session id"));
}

#[test]
fn the_disclosure_reads_well_in_every_form() {
    expect_file!["../../golden/disclosure-60.txt"].assert_eq(&DISCLOSURE.text(60));
    expect_file!["../../golden/disclosure-100.txt"].assert_eq(&DISCLOSURE.text(100));
    expect_file!["../../golden/disclosure.md"].assert_eq(&DISCLOSURE.markdown());
}

#[test]
fn every_line_keeps_to_its_width_and_no_field_is_left_out() {
    let disclosure = REGISTRY.disclosure(&ANONYMIZER);
    for width in [40, 60, 100] {
        let text = disclosure.text(width);
        for line in text.lines() {
            let fits = line.chars().count() <= width;
            let words = line.trim_start_matches("  - ").split_whitespace();
            assert!(fits || words.count() == 1, "{line}");
        }
    }
    let (text, short) = (disclosure.text(usize::MAX), disclosure.summary(usize::MAX));
    for event in REGISTRY.events() {
        for field in event.fields {
            let name = field.wire_name;
            assert!(text.contains(&format!("  - {name}: ")), "{name}");
            assert!(short.contains(name), "{name}");
        }
        for never in event.never {
            assert!(text.contains(never) && short.contains(never), "{never}");
        }
    }
    assert!(!text.contains('\u{1b}') && !text.contains('`'));
}

#[test]
fn a_constant_field_shows_what_it_always_is() {
    let text = REGISTRY.disclosure(&GUARDRAILS).text(usize::MAX);
    assert!(text.contains("[always guardrails]"), "{text}");
}

fn event() -> NatCliCommand {
    NatCliCommand::builder()
        .command(Label("run"))
        .task_status(TaskStatus::Success)
        .python_version("undefined")
        .build()
}

#[test]
fn a_request_has_the_headers_that_are_disclosed_and_no_others() {
    static PRODUCT: Product = Product::new("headers").default_on(true);
    let collector = Collector::start().unwrap();
    let telemetry = Client::builder(&PRODUCT)
        .env(|_| None)
        .endpoint(format!("{}/events", collector.url()))
        .build();
    // Twice: a cookie or a session of the transport would show in the second request.
    for requests in 1..=2 {
        telemetry.record(&event());
        let _ = telemetry.flush(Duration::from_secs(60));
        let timeout = Duration::from_secs(60);
        collector.wait_for_requests(requests, timeout).unwrap();
    }
    let text = DISCLOSURE.text(usize::MAX);
    for request in collector.requests() {
        assert_eq!(request.method, "POST");
        let names: BTreeSet<String> = request
            .headers
            .iter()
            .map(|(name, _)| name.to_lowercase())
            .collect();
        let disclosed = ["accept", "content-length", "content-type", "host"];
        assert_eq!(names, disclosed.map(str::to_owned).into());
        assert!(names.iter().all(|name| text.contains(name.as_str())));
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.header("accept"), Some("*/*"));
        // The envelope's fields about a device, a user and a browser hold no value.
        let envelope: Value = serde_json::from_slice(&request.body).unwrap();
        for (key, value) in envelope.as_object().unwrap() {
            let personal = ["device", "user", "browser", "idp", "externalUser"];
            if personal.iter().any(|start| key.starts_with(start)) {
                let said = value.as_str();
                assert!(matches!(said, Some("undefined" | "None")), "{key}: {value}");
            }
        }
    }
}

#[test]
fn an_address_with_a_password_adds_one_header_that_holds_it() {
    let collector = Collector::start().unwrap();
    let address = collector.url().replace("http://", "http://me:password@");
    static PRODUCT: Product = Product::new("password").default_on(true);
    let telemetry = Client::builder(&PRODUCT)
        .env(|_| None)
        .endpoint(address)
        .build();
    telemetry.record(&event());
    let _ = telemetry.flush(Duration::from_secs(60));
    let request = &collector.requests()[0];
    assert_eq!(request.headers.len(), 5, "{:?}", request.headers);
    assert_eq!(
        request.header("authorization"),
        Some("Basic bWU6cGFzc3dvcmQ=")
    );
}

#[test]
fn the_version_of_a_client_is_a_version_and_no_other_text() {
    static PRODUCT: Product = Product::new("versioned").default_on(true);
    for (given, sent) in [("2.0.1+local", Some("2.0.1+local")), ("a path/2", None)] {
        let memory = MemoryTransport::new();
        let telemetry = Client::builder(&PRODUCT)
            .env(|_| None)
            .client_version(given)
            .transport(memory.clone())
            .build();
        telemetry.record(&event());
        let _ = telemetry.flush(Duration::from_secs(60));
        let bodies = memory.bodies();
        let sent_version = bodies.first().map(|body| {
            let envelope: Value = serde_json::from_slice(body).unwrap();
            envelope["clientVer"].as_str().unwrap().to_owned()
        });
        assert_eq!(sent_version.as_deref(), sent);
        assert_eq!(telemetry.is_on(), sent.is_some());
    }
}

#[test]
fn missing_statements_of_a_product_are_reported() {
    static COMPLETE: Product = Product::new("complete")
        .events(&[EVENTS])
        .recipient("Example Corporation")
        .responsible("Example Corporation, privacy@example.invalid")
        .retention("13 months");
    static NOTHING: Product = Product::new("nothing");
    const EVENTS: &[&telemetry_runtime::descriptor::EventDescriptor] = &[NatCliCommand::DESCRIPTOR];
    assert!(Disclosure::new(&COMPLETE).check().is_ok());
    let incomplete = Disclosure::new(&NOTHING).check().unwrap_err();
    assert_eq!(
        format!("{incomplete:?}"),
        "nothing does not name the recipient of its events: add `.recipient(\"...\")` to its `Product`\n\
         nothing does not name the party that is responsible for its events: add \
         `.responsible(\"...\")` to its `Product`\n\
         nothing does not specify how long its events are kept: add `.retention(\"...\")` to its \
         `Product`\n\
         nothing discloses no events: list them in `Product::events`"
    );
    // Users see it, too.
    let text = Disclosure::new(&NOTHING).text(72);
    assert!(text.contains("The product does not name a responsible party."));
    assert!(text.contains("The product does not specify a retention period."));
}

/// The five products do not declare yet who is responsible for their events and how long they are
/// kept. A change that declares it for a product removes its name here.
#[test]
fn the_five_products_still_lack_a_responsible_party_and_a_retention() {
    for disclosure in PRODUCTS {
        let name = disclosure.product().name();
        assert_eq!(
            disclosure.check().unwrap_err().sentences,
            [
                format!(
                    "{name} does not name the party that is responsible for its events: add \
                     `.responsible(\"...\")` to its `Product`"
                ),
                format!(
                    "{name} does not specify how long its events are kept: add `.retention(\"...\")` to \
                     its `Product`"
                ),
            ]
        );
        let text = disclosure.text(72);
        assert!(text.contains("Recipient\n  NVIDIA.\n"), "{text}");
    }
}

#[test]
fn declared_texts_end_with_one_full_stop() {
    /// A run of the ledger
    #[derive(TelemetryEvent)]
    #[event(
        name = "run",
        schema = "1.0",
        gdpr(category = "functional", purpose = "Its use")
    )]
    struct Run {}
    static LEDGER: Product = Product::new("ledger")
        .events(&[&[Run::DESCRIPTOR]])
        .recipient("Ledger Inc.")
        .derived_from_connection("the country");
    let text = Disclosure::new(&LEDGER).summary(usize::MAX);
    for part in [
        "): A run of the ledger. Purpose: Its use. It has no fields.",
        "\n  Ledger Inc.\n",
        "\n  The recipient derives from the connection: the country.\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    static STOPPED: Product = Product::new("ledger").derived_from_connection("the country. ");
    let text = Disclosure::new(&STOPPED).text(usize::MAX);
    assert!(text.contains(": the country.\n"), "{text}");
    static PLAIN: Product = Product::new("plain");
    let silent = Disclosure::new(&PLAIN).text(usize::MAX);
    assert!(!silent.contains("derives from"), "{silent}");
}

#[test]
fn a_sample_is_a_valid_event() {
    let schemas = Schemas::checked_in().unwrap();
    for event in REGISTRY.events() {
        let sample = Disclosure::sample(event);
        let value = serde_json::from_str(&sample).unwrap();
        let valid = schemas.parameters(event.name, &value);
        assert!(valid.is_ok(), "{}: {sample}", valid.unwrap_err());
    }
}

#[test]
fn the_privacy_report_is_fresh() {
    let checked = REGISTRY.check(Document::Privacy, workspace().join("schemas/privacy.md"));
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
}

#[test]
fn the_report_counts_the_values_of_a_field() {
    let report = REGISTRY.privacy_report();
    let bits = |event: &str, field: &str| {
        let mut rows = report.fields.iter();
        let row = rows.find(|row| (row.event, row.field) == (event, field));
        row.unwrap().bits
    };
    // Eight values and one for unknown.
    let source = bits("nat_cli_command", "nemoSource").unwrap();
    assert!((source - 9_f64.log2()).abs() < 1e-9, "{source}");
    assert_eq!(
        bits("anonymizer_event", "strictEntityProtection"),
        Some(1.0)
    );
    assert_eq!(bits("guardrails_usage_event", "nemoSource"), Some(0.0));
    assert_eq!(bits("nat_cli_command", "exitCode"), Some(64.0));
    assert_eq!(bits("nat_cli_command", "pythonVersion"), None);
}

/// The whole list. A name that comes into it is a decision of a privacy review.
const FREE_TEXT: [&str; 23] = [
    "inference_event.model",
    "inference_event.modelGroup",
    "train_and_generation_event.model",
    "train_and_generation_event.gpu",
    "nat_cli_command.pythonVersion",
    "guardrails_usage_event.sessionId",
    "guardrails_usage_event.nemoguardrailsVersion",
    "guardrails_usage_event.pythonVersion",
    "guardrails_usage_event.platform",
    "guardrails_usage_event.llmProviders",
    "anonymizer_event.entityDetectorModel",
    "anonymizer_event.entityValidatorModel",
    "anonymizer_event.entityAugmenterModel",
    "anonymizer_event.latentDetectorModel",
    "anonymizer_event.replacementGeneratorModel",
    "anonymizer_event.domainClassifierModel",
    "anonymizer_event.dispositionAnalyzerModel",
    "anonymizer_event.meaningExtractorModel",
    "anonymizer_event.qaGeneratorModel",
    "anonymizer_event.rewriterModel",
    "anonymizer_event.evaluatorModel",
    "anonymizer_event.repairerModel",
    "anonymizer_event.judgeModel",
];

#[test]
fn free_text_is_where_it_was_reviewed_and_nowhere_else() {
    assert_no_free_text_beyond(&REGISTRY, FREE_TEXT);
}

/// `Version` and `SessionId` are bounded in shape, and the name of a user has that shape.
#[test]
fn text_of_an_open_type_is_reported_as_free_text() {
    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "typed", schema = "1.0")]
    struct Typed {
        /// Of a compiler.
        version: Version,
        /// Of a run.
        run: SessionId,
        /// Of plug-ins.
        plugins: Vec<Version>,
        /// Of the program.
        engine: Label,
    }
    static PRODUCT: Product = Product::new("typed").events(&[EVENTS]);
    static EVENTS: &[&EventDescriptor] = &[Typed::DESCRIPTOR];
    let fields = Typed::DESCRIPTOR.fields.iter();
    let classes: Vec<_> = fields.map(|field| FieldClass::of(field).as_str()).collect();
    let free = "free text";
    assert_eq!(classes, [free, free, free, "program text"]);
    let text = Disclosure::new(&PRODUCT).text(usize::MAX);
    let told = "version: Of a compiler. [text: up to 64 letters, digits and .+_-, for a version]";
    assert!(text.contains(told), "{text}");
}

#[test]
fn a_new_field_of_free_text_and_an_outdated_list_are_both_reported() {
    let message = |allowed: &[&str]| {
        let allowed: Vec<&str> = allowed.to_vec();
        let failed = std::panic::catch_unwind(|| {
            assert_no_free_text_beyond(&REGISTRY, allowed);
        });
        *failed.unwrap_err().downcast::<String>().unwrap()
    };
    assert_eq!(
        message(&FREE_TEXT[1..]),
        "the list of fields that hold free text differs from the declarations\n\
         `inference_event.model` holds free text and is not in the list: \"name that a user \
         gave the model\"\n\
         help: use a field type with a closed set of values, or have the reason reviewed and add \
         `inference_event.model` to the list"
    );
    assert_eq!(
        message(&[&FREE_TEXT[..], &["nat_cli_command.command"]].concat()),
        "the list of fields that hold free text differs from the declarations\n\
         `nat_cli_command.command` is in the list and holds no free text\n\
         help: remove it from the list"
    );
}
