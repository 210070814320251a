//! Built-in features of a configuration, by the tables of Guardrails 0.24.1.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde::Deserialize;
use serde_json::Value;

use super::rails_config::Rails;

/// Tables of Guardrails. A test checks that the file parses; with empty tables no feature would be
/// reported.
static TABLES: LazyLock<Tables> =
    LazyLock::new(|| serde_json::from_str(include_str!("features.json")).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
struct Tables {
    /// Feature of each built-in flow.
    flows: BTreeMap<String, String>,
    /// Feature and default of each section of `rails.config`.
    fields: BTreeMap<String, Section>,
}

#[derive(Debug, Deserialize)]
struct Section {
    feature: String,
    default: Value,
}

/// The features of sections that differ from their default, and of the flows in use.
pub(super) fn features(rails: &Rails) -> BTreeSet<&'static str> {
    let tables = &*TABLES;
    let differs = |(name, section): &(&String, &Section)| {
        let value = rails.config.get(*name);
        value.is_some_and(|value| !equal(value, &section.default))
    };
    let sections = tables.fields.iter().filter(differs);
    let sections = sections.map(|(_, section)| &*section.feature);
    let flows = rails.lists().into_iter().flat_map(|(_, flows)| flows);
    let flows = flows.filter_map(|flow| tables.flows.get(flow_id(flow)));
    sections.chain(flows.map(String::as_str)).collect()
}

/// The id of a flow without its arguments: `check $model=m` and `check(a=1)` give `check`.
///
/// The text is cut at the first parenthesis, even inside an argument, or else at the first dollar sign.
fn flow_id(text: &str) -> &str {
    let text = text.trim();
    let id = text
        .split_once('(')
        .or_else(|| text.split_once('$'))
        .map_or(text, |(id, _)| id);
    id.trim()
}

/// Equality as in Python, where `30` equals `30.0`: tools that rewrite JSON can drop the fraction.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let same = |(name, a): (&String, &Value)| b.get(name).is_some_and(|b| equal(a, b));
            a.len() == b.len() && a.iter().all(same)
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_tables_are_complete() {
        assert_eq!((TABLES.flows.len(), TABLES.fields.len()), (80, 21));
    }

    #[test]
    fn a_parenthesis_takes_precedence_over_a_dollar_sign() {
        let cases = [
            ("  self check input ", "self check input"),
            ("x $model=m", "x"),
            ("x$foo=1", "x"),
            ("x(a=1)", "x"),
            ("check $v=\"f(x)\"", "check $v=\"f"),
            ("$x", ""),
            ("\u{a0}regex check input\u{a0}", "regex check input"),
        ];
        for (text, id) in cases {
            assert_eq!(flow_id(text), id, "{text:?}");
        }
    }

    #[test]
    fn numbers_compare_by_value_and_objects_without_order() {
        let default = json!({"timeout": 30.0, "list": [1, {"a": null, "b": true}]});
        let same = json!({"list": [1.0, {"b": true, "a": null}], "timeout": 30});
        assert!(equal(&same, &default));
        for other in [
            json!({"timeout": 30.5, "list": [1, {"a": null, "b": true}]}),
            json!({"timeout": 30.0, "list": [1, {"a": null}]}),
            json!({"timeout": 30.0, "list": [1, {"a": null, "b": true}], "extra": 1}),
            json!({"timeout": "30", "list": [1, {"a": null, "b": true}]}),
            json!(null),
        ] {
            assert!(!equal(&other, &default), "{other}");
        }
    }
}
