//! Differences of the products from their originals: the list in `examples/README.md`, and those that
//! no other test covers.

use std::fs;

use telemetry_examples::{
    agent_toolkit::AGENT_TOOLKIT, anonymizer::ANONYMIZER, data_designer::DATA_DESIGNER,
    guardrails::GUARDRAILS, registry::REGISTRY, safe_synthesizer::SAFE_SYNTHESIZER,
};
use telemetry_runtime::{Client, Product};
use telemetry_tests::{
    markdown::{rows, section},
    sources::tests,
    vectors::{document, workspace},
};

static PRODUCTS: [&Product; 5] = [
    &AGENT_TOOLKIT,
    &ANONYMIZER,
    &DATA_DESIGNER,
    &GUARDRAILS,
    &SAFE_SYNTHESIZER,
];

/// The original's event class has a default version, which a product that forgets its own inherits.
/// Here an event without one does not compile.
#[test]
fn every_event_carries_the_schema_version_that_is_written_on_it() {
    let recorded = document("events")["schema_version"].clone();
    let recorded = recorded.as_object().unwrap();
    assert_eq!(REGISTRY.events().len(), recorded.len());
    let released = document("released/events")["meta"]["fields"].clone();
    for event in REGISTRY.events() {
        // The released packages decide. The recording of Guardrails is of its release.
        let version = released.get(event.name).map(|it| &it["schema"]);
        let version = version.unwrap_or(&recorded[event.name]);
        assert_eq!(event.schema_version, version, "{}", event.name);
    }
    let refused = "tests/ui/cases/fail/container/missing_schema.stderr";
    let shown = fs::read_to_string(workspace().join(refused)).unwrap();
    assert!(shown.contains("missing key `schema`"), "{shown}");
}

#[test]
fn a_session_without_an_id_is_random() {
    for product in PRODUCTS {
        let session = || {
            let client = Client::builder(product).env(|_| None).disabled();
            client.build().client().session_id().to_string()
        };
        let (one, other) = (session(), session());
        assert_ne!(one, other, "{}", product.name());
        assert!(!one.contains("undefined"), "{}: {one}", product.name());
        // A prefix, where the product has one, and a UUID.
        assert!(one.len() >= 36, "{}: {one}", product.name());
    }
}

#[test]
fn every_difference_has_a_reason_and_a_test_that_keeps_it() {
    let known = tests();
    let page = fs::read_to_string(workspace().join("examples/README.md")).unwrap();
    let title = "## Differences from the original Python modules";
    let rows: Vec<_> = rows(section(&page, title)).collect();
    for (index, row) in rows.iter().enumerate() {
        let [number, difference, reason, kept] = row.as_slice() else {
            unreachable!("not four cells: {row:?}");
        };
        assert_eq!(number.parse(), Ok(index + 1), "{row:?}");
        assert!(!difference.is_empty() && !reason.is_empty(), "{row:?}");
        let names: Vec<_> = kept.split_whitespace().collect();
        assert!(!names.is_empty(), "{row:?}");
        for name in names {
            let name = name.trim_matches('`');
            assert!(
                known.contains(name),
                "row {number}: there is no test {name}"
            );
        }
    }
    assert!(
        rows.len() >= 10,
        "only {} differences were found",
        rows.len()
    );
}
