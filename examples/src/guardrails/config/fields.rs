//! The features that sections of `rails.config` turn on.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde_json::{Map, Value as Json};

use super::error::ConfigError;
use super::schema::Schema;

/// The sections by name; `None` when the table is broken.
static SECTIONS: LazyLock<Option<BTreeMap<String, Map<String, Json>>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/config_fields.json")).ok());

/// The features whose section is not what it is by default.
///
/// Compared after validation: `30`, `30.0` and `"30.0"` are one number, an empty section and one
/// that spells out the defaults are no features, and an explicit null is one where the default is
/// not null.
pub(crate) fn features(
    schema: &Schema,
    config: &Json,
) -> Result<BTreeSet<&'static str>, ConfigError> {
    let broken = || ConfigError::Table("config_fields");
    let sections = SECTIONS.as_ref().ok_or_else(broken)?;
    let mut features = BTreeSet::new();
    for (name, section) in sections {
        let default = section.get("default").ok_or_else(broken)?;
        let default = schema.section_default(name, default).ok_or_else(broken)?;
        let value = config
            .pointer(&format!("/rails/config/{name}"))
            .ok_or_else(broken)?;
        if *value != default {
            let feature = section
                .get("feature")
                .and_then(Json::as_str)
                .ok_or_else(broken)?;
            features.insert(feature);
        }
    }
    Ok(features)
}
