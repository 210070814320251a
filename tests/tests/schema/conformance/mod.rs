//! Generated payloads of every registered event, compared with the committed documents, and captured events
//! as the input of `telemetry-tool live-check`.

mod narrowed;

use std::{collections::BTreeSet, fs};

use serde_json::Value;
use telemetry_examples::{
    agent_toolkit::NatCliCommand, openshell::OPENSHELL_REGISTRY, registry::REGISTRY,
    validate::Schemas,
};
use telemetry_runtime::{
    Registry,
    testing::{Capture, Conformance, conformance},
};
use telemetry_tests::{
    events::Event,
    scratch::Scratch,
    vectors::{load, released, workspace},
};
use telemetry_tool::{
    assert_conforms, check_conforms,
    cli::{Console, FINDING, FINE, run},
};

/// The registries with their committed documents.
const GUARDRAILS: &str = "guardrails_usage_event";

const REGISTRIES: [(&Registry, &str); 2] = [
    (&REGISTRY, "schemas/anonymous_events.json"),
    (&OPENSHELL_REGISTRY, "schemas/openshell_events.json"),
];

fn committed(document: &str) -> String {
    let path = workspace().join(document);
    path.to_str().unwrap().to_owned()
}

/// The payloads of every event of a registry.
fn generated(registry: &Registry) -> String {
    let events = registry.events().iter();
    events
        .map(|event| Conformance::of(event).to_ndjson())
        .collect()
}

/// Runs `live-check` on these events: exit code and output.
fn live_check(folder: &Scratch, events: &str, arguments: &[&str]) -> (u8, String) {
    let file = folder.join("events.ndjson");
    fs::write(&file, events).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        colour: false,
    };
    let command = ["telemetry-tool", "live-check", file.to_str().unwrap()];
    let code = run(
        command.iter().chain(arguments).map(Into::into),
        &mut console,
    );
    out.extend(err);
    (code, String::from_utf8(out).unwrap())
}

/// The line of a product's own test.
#[test]
fn the_payloads_of_an_event_conform_to_its_document() {
    assert_conforms(
        committed("schemas/anonymous_events.json"),
        &conformance::<NatCliCommand>().to_ndjson(),
    );
}

#[test]
fn the_payloads_of_every_event_conform_to_the_committed_documents() {
    let schemas = Schemas::checked_in().unwrap();
    for (registry, document) in REGISTRIES {
        for event in registry.events() {
            let cases = Conformance::of(event);
            let conforms = check_conforms(committed(document), &cases.to_ndjson());
            assert_eq!(conforms, Ok(()), "{}", event.name);
            for case in cases.cases() {
                let payload: Value = serde_json::from_str(&case.parameters).unwrap();
                let valid = schemas.parameters(event.name, &payload);
                assert_eq!(valid, Ok(()), "{} {}", event.name, case.name);
                let names = payload.as_object().unwrap().keys();
                assert!(names.eq(event.fields.iter().map(|field| field.wire_name)));
            }
            let names: BTreeSet<&str> = cases.cases().iter().map(|it| it.name.as_str()).collect();
            assert!(names.len() > event.fields.len(), "{}", event.name);
        }
    }
}

/// `live-check` computes the coverage from documents and locks, which the generator does not read.
#[test]
fn the_payloads_have_every_value_that_the_documents_and_the_locks_list() {
    let folder = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "conformance-coverage");
    for (registry, document) in REGISTRIES {
        let document = committed(document);
        let arguments = ["--registry", document.as_str(), "--require-all"];
        let events = generated(registry);
        let (code, out) = live_check(&folder, &events, &arguments);
        assert_eq!(code, FINE, "{out}");
        // Without one value of one field, the coverage is not complete.
        let value = r#""deploymentType":"sdk""#;
        let fewer = events.lines().filter(|line| !line.contains(value));
        let fewer: String = fewer.map(|line| format!("{line}\n")).collect();
        if fewer != events {
            let (code, out) = live_check(&folder, &fewer, &arguments);
            assert_eq!(code, FINDING);
            assert!(
                out.contains("deploymentType never had the value sdk"),
                "{out}"
            );
        }
    }
}

/// Every recorded event of the five products, recorded by a client.
#[test]
fn captured_events_are_the_input_of_live_check() {
    let capture = Capture::new();
    let client = capture.client();
    let mut recorded = 0;
    // The packages released now, and Guardrails, whose event is the one of the earlier vectors.
    let guardrails = load("events")
        .into_iter()
        .filter(|it| it.text("event") == GUARDRAILS);
    for vector in released().into_iter().chain(guardrails) {
        let input = vector.get("input").as_object().unwrap();
        let event = match vector.text("event") {
            GUARDRAILS => Event::recorded(GUARDRAILS, input),
            name => Event::build(name, vector.text("schema"), input),
        };
        if let Ok(event) = event {
            event.record(&client);
            recorded += 1;
        }
    }
    assert!(recorded > 50, "{recorded}");
    let events = capture.to_ndjson();
    assert_eq!(events.lines().count(), recorded);

    let folder = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "conformance-capture");
    let document = committed("schemas/anonymous_events.json");
    let registry = ["--registry", document.as_str()];
    let (code, out) = live_check(&folder, &events, &registry);
    assert_eq!(code, FINE, "{out}");
    assert!(
        out.contains(&format!("events.ndjson: {recorded} events, 0 violations\n")),
        "{out}"
    );
    for event in REGISTRY.events() {
        let row = out.lines().find(|line| line.starts_with(event.name));
        let fields = format!(" {0}/{0} ", event.fields.len());
        assert!(row.is_some_and(|row| row.contains(&fields)), "{out}");
    }
    // The vectors do not have every value of each shared enum; the generated payloads have the others.
    let all = [&registry[..], &["--require-all"]].concat();
    let (code, out) = live_check(&folder, &events, &all);
    assert_eq!(code, FINDING, "{out}");
    let both = format!("{events}{}", generated(&REGISTRY));
    let (code, out) = live_check(&folder, &both, &all);
    assert_eq!(code, FINE, "{out}");
}

#[test]
fn no_events_are_a_mistake() {
    let document = committed("schemas/anonymous_events.json");
    let expected = "there is no event to compare with the document";
    assert_eq!(check_conforms(&document, ""), Err(expected.to_owned()));
    assert!(
        check_conforms("missing.json", "")
            .unwrap_err()
            .contains("cannot be read")
    );
    let unreadable = check_conforms(&document, "{").unwrap_err();
    assert!(unreadable.contains("events:1:2"), "{unreadable}");
}
