//! The flows that rails name: which rail has which, and which of them are built in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::error::ConfigError;

const BUILTIN: &str = include_str!("data/builtin_flows.json");

/// The rails that list flows, in the order in which they are reported.
pub(crate) const RAILS: [&str; 5] = ["input", "output", "retrieval", "tool_output", "tool_input"];

/// The flows of one rail in a validated configuration.
pub(crate) fn of_rail<'a>(config: &'a Json, rail: &str) -> impl Iterator<Item = &'a str> {
    let flows = config
        .pointer(&format!("/rails/{rail}/flows"))
        .and_then(Json::as_array);
    flows.into_iter().flatten().filter_map(Json::as_str)
}

/// The features that the named flows belong to. A name counts in whichever rail it stands.
pub(crate) fn features(config: &Json) -> Result<BTreeSet<&'static str>, ConfigError> {
    let known: BTreeMap<&'static str, &'static str> =
        serde_json::from_str(BUILTIN).map_err(|_| ConfigError::Table("flows"))?;
    let named = RAILS.iter().flat_map(|rail| of_rail(config, rail));
    Ok(named
        .filter_map(|text| known.get(normalize(text)).copied())
        .collect())
}

/// The id in the text of a flow: `check $model=m` and `check(a=1)` are `check`.
///
/// A parenthesis decides before a dollar sign does, also one inside an argument.
pub(crate) fn normalize(text: &str) -> &str {
    let text = text.trim();
    let id = text
        .split_once('(')
        .or_else(|| text.split_once('$'))
        .map_or(text, |(id, _)| id);
    id.trim()
}

/// The type of the model that the text of a flow asks for.
pub(crate) fn model(text: &str) -> Option<&str> {
    text.rsplit_once("$model=").map(|(_, model)| model.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parenthesis_goes_before_the_dollar() {
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
            assert_eq!(normalize(text), id, "{text:?}");
        }
    }

    #[test]
    fn the_last_model_counts() {
        assert_eq!(model("a $model=x $model= y "), Some("y"));
        assert_eq!(model("a $x=y"), None);
    }
}
