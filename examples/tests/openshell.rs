//! OpenShell's program as a process, and its declarations compared with the published facts.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod common;

use std::{collections::BTreeMap, ffi::OsString, fmt::Debug, path::Path, str::FromStr};

use serde_json::{Value, json};
use telemetry_examples::{
    disclosures,
    openshell::{
        ComputeDriver, DenyGroup, ENABLE_VARIABLE, EVENTS, LifecycleEvent, OPENSHELL,
        OPENSHELL_REGISTRY, PolicyDecisionEvent, ProviderLifecycleEvent, ProviderProfile,
        SandboxActivitySummaryEvent, SandboxCreateEvent, value_for_sandboxes,
    },
    validate::Schemas,
};
use telemetry_runtime::{
    Client, TelemetryEvent,
    schema::Document,
    testing::{Collector, ScriptedResponse, UnreachableEndpoint},
    transport::NullTransport,
};

use self::common::{Folder, Run, document, envelopes, events};

/// A script with operations of every kind.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/openshell.txt");

fn openshell(folder: &Folder, env: &[(&str, &str)], args: &[&str]) -> Run {
    folder.run(env!("CARGO_BIN_EXE_openshell"), env, args)
}

fn facts() -> Value {
    document("openshell")
}

/// The events of all envelopes, as name and parameters.
fn arrived(collector: &Collector) -> Vec<(String, Value)> {
    let envelopes = envelopes(collector);
    let events = envelopes.iter().flat_map(events);
    let pair = |event: &Value| {
        let name = event["name"].as_str().unwrap().to_owned();
        (name, event["parameters"].clone())
    };
    events.map(pair).collect()
}

#[test]
fn a_script_sends_each_of_the_five_events_in_order() {
    let folder = Folder::new("openshell-arrives");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let run = openshell(&folder, &[], &[SCRIPT, "--endpoint", &url]);
    run.ended(0, &["on: the default of OpenShell", "19 of 19 recorded"]);
    assert!(
        run.out
            .starts_with("sandboxes start with OPENSHELL_TELEMETRY_ENABLED=true\n")
    );
    assert_eq!(run.out.matches("failed: ").count(), 3, "{}", run.out);

    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let arrived = arrived(&collector);
    for (name, _) in &arrived {
        *counts.entry(name.clone()).or_default() += 1;
    }
    let expected = [
        ("openshell_lifecycle_event", 7),
        ("openshell_policy_decision_event", 4),
        ("openshell_provider_lifecycle_event", 4),
        ("openshell_sandbox_activity_summary_event", 1),
        ("openshell_sandbox_create_event", 3),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counts, BTreeMap::from(expected));

    let of = |name: &str| -> Vec<&Value> {
        let found = arrived.iter().filter(|(found, _)| found == name);
        found.map(|(_, parameters)| parameters).collect()
    };
    let created = of("openshell_sandbox_create_event");
    assert_eq!(
        created[0],
        &json!({
            "nvidiaSource": "openshell",
            "outcome": "success",
            "requestedGpu": true,
            "providerCount": 2,
            "hasCustomPolicy": false,
            "templateSource": "image",
            "computeDriver": "docker",
        })
    );
    assert_eq!(created[2]["templateSource"], "undefined");
    let providers = of("openshell_provider_lifecycle_event");
    let profiles: Vec<_> = providers.iter().map(|it| &it["providerProfile"]).collect();
    assert_eq!(profiles, ["custom", "claude", "github", "claude"]);
    let decided = of("openshell_policy_decision_event");
    let rules: Vec<_> = decided.iter().map(|it| &it["ruleCount"]).collect();
    assert_eq!(rules, [1, 1, 1, 1]);
    assert_eq!(
        of("openshell_sandbox_activity_summary_event")[0],
        &json!({
            "nvidiaSource": "openshell",
            "networkActivityCount": 5,
            "deniedActionCount": 3,
            "denialRatePct": 60.0,
            "denialsByGroup": [
                {"denyGroup": "connect_policy", "deniedCount": 1},
                {"denyGroup": "l7_policy", "deniedCount": 1},
                {"denyGroup": "unknown", "deniedCount": 1},
            ],
        })
    );
}

#[test]
fn no_name_of_a_user_is_sent() {
    let folder = Folder::new("openshell-names");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let args = [SCRIPT, "--endpoint", &url, "--driver", "private-driver"];
    openshell(&folder, &[], &args).ended(0, &["19 of 19 recorded"]);
    for request in collector.requests() {
        let body = request.text();
        for name in [
            "corp-llm",
            "registry.example",
            "acme",
            "private",
            "tests",
            "build",
        ] {
            assert!(!body.contains(name), "{name} in {body}");
        }
    }
}

#[test]
fn the_envelope_has_the_published_constants_and_no_session_id() {
    let folder = Folder::new("openshell-envelope");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    openshell(&folder, &[], &[SCRIPT, "--endpoint", &url]).ended(0, &[]);
    let facts = facts();
    let constants = facts["envelope_constants"].as_object().unwrap();
    let of_a_run = facts["envelope_keys_of_a_run"].as_array().unwrap();
    let schemas = Schemas::checked_in().unwrap();
    for envelope in envelopes(&collector) {
        let envelope_keys = envelope.as_object().unwrap().keys();
        assert_eq!(envelope_keys.count(), constants.len() + of_a_run.len());
        for (key, value) in constants {
            assert_eq!(&envelope[key], value, "{key}");
        }
        for key in of_a_run {
            assert!(!envelope[key.as_str().unwrap()].is_null(), "{key}");
        }
        assert_eq!(schemas.envelope(&envelope), Ok(()));
    }
}

#[test]
fn the_documents_are_those_of_the_declarations() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    for (document, file) in [
        (Document::Events, "openshell_events.json"),
        (Document::Envelope, "openshell_envelope.json"),
    ] {
        let checked = OPENSHELL_REGISTRY.check(document, folder.join(file));
        assert!(checked.is_ok(), "{file}: {checked:?}");
    }
    let names: Vec<_> = EVENTS.iter().map(|event| event.name).collect();
    let registered = OPENSHELL_REGISTRY.events().iter();
    assert_eq!(
        names,
        registered.map(|event| event.name).collect::<Vec<_>>()
    );
}

#[test]
fn published_payloads_are_valid_and_others_are_not() {
    let facts = facts();
    let schemas = Schemas::checked_in().unwrap();
    let check = |vector: &Value| {
        let name = vector["name"].as_str().unwrap();
        schemas.parameters(name, &vector["parameters"])
    };
    let valid = facts["valid"].as_array().unwrap();
    for vector in valid {
        assert_eq!(check(vector), Ok(()), "{}", vector["id"]);
    }
    for event in EVENTS {
        assert!(valid.iter().any(|vector| vector["name"] == event.name));
    }
    for vector in facts["invalid"].as_array().unwrap() {
        assert!(check(vector).is_err(), "{}", vector["id"]);
    }
}

/// The value of a field, as the type that parses it.
fn parsed<T: FromStr<Err: Debug>>(parameters: &Value, field: &str) -> T {
    parameters[field].as_str().unwrap().parse().unwrap()
}

/// The JSON of the event with these parameters.
fn built(name: &str, parameters: &Value) -> String {
    let count = |field: &str| parameters[field].as_u64().unwrap();
    let flag = |field: &str| parameters[field].as_bool().unwrap();
    match name {
        "openshell_lifecycle_event" => LifecycleEvent::builder()
            .resource(parsed(parameters, "resource"))
            .operation(parsed(parameters, "operation"))
            .outcome(parsed(parameters, "outcome"))
            .build()
            .parameters()
            .to_json(),
        "openshell_provider_lifecycle_event" => ProviderLifecycleEvent::builder()
            .operation(parsed(parameters, "operation"))
            .outcome(parsed(parameters, "outcome"))
            .provider_profile(parsed(parameters, "providerProfile"))
            .build()
            .parameters()
            .to_json(),
        "openshell_sandbox_create_event" => SandboxCreateEvent::builder()
            .outcome(parsed(parameters, "outcome"))
            .requested_gpu(flag("requestedGpu"))
            .provider_count(count("providerCount").into())
            .has_custom_policy(flag("hasCustomPolicy"))
            .template_source(parsed(parameters, "templateSource"))
            .compute_driver(parsed(parameters, "computeDriver"))
            .build()
            .parameters()
            .to_json(),
        "openshell_policy_decision_event" => PolicyDecisionEvent::builder()
            .operation(parsed(parameters, "operation"))
            .outcome(parsed(parameters, "outcome"))
            .rule_count(count("ruleCount").into())
            .build()
            .parameters()
            .to_json(),
        _ => {
            let mut summary = SandboxActivitySummaryEvent::default();
            for denials in parameters["denialsByGroup"].as_array().unwrap() {
                for _ in 0..denials["deniedCount"].as_u64().unwrap() {
                    summary.add(Some(parsed(denials, "denyGroup")));
                }
            }
            for _ in count("deniedActionCount")..count("networkActivityCount") {
                summary.add(None);
            }
            summary.parameters().to_json()
        }
    }
}

#[test]
fn each_published_payload_is_what_the_builder_makes_of_its_values() {
    for vector in facts()["valid"].as_array().unwrap() {
        let built = built(vector["name"].as_str().unwrap(), &vector["parameters"]);
        assert_eq!(built, vector["parameters"].to_string(), "{}", vector["id"]);
    }
}

#[test]
fn names_from_outside_select_the_published_values() {
    type Select = fn(&str) -> &'static str;
    let facts = facts();
    let select: [(&str, Select); 3] = [
        ("compute_driver", |name| {
            ComputeDriver::from_name(name).as_str()
        }),
        ("provider_profile", |name| {
            ProviderProfile::from_name(name).as_str()
        }),
        ("deny_group", |name| DenyGroup::from_name(name).as_str()),
    ];
    for (section, select) in select {
        for (name, expected) in facts[section].as_object().unwrap() {
            assert_eq!(
                select(name),
                expected.as_str().unwrap(),
                "{section} {name:?}"
            );
        }
    }
}

#[test]
fn the_disclosure_lists_every_field_of_the_five_events() {
    let text = disclosures::OPENSHELL.text(usize::MAX);
    for event in EVENTS {
        assert!(text.contains(event.name), "{}", event.name);
        for field in event.fields {
            assert!(text.contains(field.wire_name), "{}", field.wire_name);
        }
    }
    for fact in ["Names and ids of sandboxes", "deniedCount", "session"] {
        assert!(text.contains(fact), "{fact} in {text}");
    }
}

/// Values that are neither a yes nor a no turn telemetry off here, and on in the original.
#[test]
fn the_variable_decides_as_in_the_original_or_more_strictly() {
    for vector in facts()["enable_variable"].as_array().unwrap() {
        let value = vector["value"].as_str().map(OsString::from);
        let lookup = move |name: &str| value.clone().filter(|_| name == ENABLE_VARIABLE);
        let builder = Client::builder(&OPENSHELL).env(lookup);
        let telemetry = builder.transport(NullTransport).build();
        let stricter = vector["stricter"] == true;
        let expected = vector["original"] == true && !stricter;
        assert_eq!(telemetry.is_on(), expected, "{vector}");
        assert_eq!(value_for_sandboxes(&telemetry), expected.to_string());
    }
}

#[test]
fn an_opt_out_sends_nothing() {
    let folder = Folder::new("openshell-opt-out");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let here = ("OPENSHELL_TELEMETRY_ENDPOINT", url.as_str());
    for opt_out in [(ENABLE_VARIABLE, "off"), ("DO_NOT_TRACK", "1"), ("CI", "1")] {
        let run = openshell(&folder, &[here, opt_out], &[SCRIPT]);
        run.ended(0, &["telemetry off: "]);
        assert!(
            run.out
                .starts_with("sandboxes start with OPENSHELL_TELEMETRY_ENABLED=false\n")
        );
    }
    assert_eq!(collector.counts().attempts, 0);
    openshell(&folder, &[here], &[SCRIPT]).ended(0, &["19 of 19 recorded"]);
    assert_eq!(collector.counts().requests, 1);
}

#[test]
fn an_unreachable_collector_changes_the_report_only() {
    let folder = Folder::new("openshell-unreachable");
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let run = openshell(&folder, &[], &[SCRIPT, "--endpoint", &refusing.url()]);
    run.ended(0, &["0 of 19 recorded"]);
    assert_eq!(run.out.lines().count(), 25);
}

#[test]
fn a_batch_that_is_not_accepted_at_first_arrives_once() {
    let folder = Folder::new("openshell-503");
    let collector = Collector::script([ScriptedResponse::status(503)]).unwrap();
    let url = collector.url();
    openshell(&folder, &[], &[SCRIPT, "--endpoint", &url]).ended(0, &["19 of 19 recorded"]);
    common::assert_retried_once(&collector);
}

#[test]
fn a_line_that_is_not_an_operation_is_an_error_and_earlier_events_are_sent() {
    let folder = Folder::new("openshell-line");
    let script = folder.file("script.txt", "allow\nfly away\nallow\n");
    let run = openshell(&folder, &[], &[&script]);
    run.ended(
        1,
        &["openshell: not an operation: fly away", "1 of 1 recorded"],
    );
    run.ended(
        1,
        &["by schemas/openshell_events.json and schemas/openshell_envelope.json"],
    );
    let missing = folder.path("missing.txt");
    openshell(&folder, &[], &[&missing]).ended(1, &["openshell: "]);
}

#[test]
fn a_rate_out_of_range_is_not_sent() {
    let mut summary = SandboxActivitySummaryEvent::default();
    for rate in [-1.0, 100.5, f64::NAN, f64::INFINITY] {
        summary.denial_rate_pct = rate;
        let json = summary.parameters().to_json();
        assert!(json.contains(r#""denialRatePct":0.0"#), "{rate}: {json}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn x_output_of_openshell_that_cannot_be_written_is_an_error() {
    let folder = Folder::new("openshell-unwritable");
    let off = [("DO_NOT_TRACK", "1")];
    let program = env!("CARGO_BIN_EXE_openshell");
    let cases: [&[&str]; 2] = [&[SCRIPT], &["--help"]];
    for args in cases {
        common::assert_unwritable_output_fails(&folder, program, &off, args);
    }
}
