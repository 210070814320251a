//! Envelopes of the five products, as their recorded originals send them: some events have the version of a
//! released document.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::client::View;

#[test]
fn events_of_the_five_products_are_valid() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/envelopes.json");
    let vectors: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let view = View::with(&[
        "--registry",
        "../anonymous_events.json",
        "--registry",
        "../history/1.9.json",
    ]);
    let mut products = BTreeSet::new();
    for vector in vectors["vectors"].as_array().unwrap() {
        if vector["case"] != "one_event" {
            continue;
        }
        let body = vector["request_body_text"].as_str().unwrap();
        assert_eq!(
            view.request("POST", "ingest", &[], body.as_bytes()).status,
            200
        );
        products.insert(vector["event"].as_str().unwrap());
    }
    assert_eq!(products.len(), 5, "{products:?}");
    let found = view.get_json("events");
    assert_eq!(
        found["totals"]["invalid"],
        0,
        "{}",
        view.get("events?verdict=invalid").body
    );
    let seen: BTreeSet<_> = found["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(seen, products);
    // Each has the descriptions of its document.
    for event in found["events"].as_array().unwrap() {
        let detail = view.get_json(&format!("events/{}", event["id"]));
        let rows = detail["rows"].as_array().unwrap();
        assert!(
            rows.iter()
                .all(|row| row["description"].is_string() && row["type"].is_string())
        );
        assert!(detail["rust"].as_str().unwrap().contains("::builder()"));
    }
}
