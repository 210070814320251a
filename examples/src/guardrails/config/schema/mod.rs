//! A configuration after validation, as the original sees it through its models.
//!
//! Two steps: [`coerce`] turns YAML into the types that the schema names and fills in the defaults
//! (what pydantic does in its lax mode), then a JSON schema validator checks what JSON Schema can
//! say (patterns, limits, closed sets). Both read the same schema: the recorded one of
//! `rails.config` and a short one of the rest.

mod coerce;
mod scalar;

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Map, Value as Json};

use super::error::ConfigError;
use super::yaml::{Mapping, Value};

const CONFIG: &str = include_str!("../data/config_schema.json");
const RAILS_CONFIG_DATA: &str = include_str!("../data/config_fields_schema.json");

/// The schema of a whole configuration.
pub(crate) struct Schema {
    root: Json,
    validator: Validator,
}

impl Schema {
    /// The one schema of the process: compiling it costs more than all the rest.
    pub(crate) fn get() -> Result<&'static Self, ConfigError> {
        static SCHEMA: LazyLock<Option<Schema>> = LazyLock::new(Schema::compile);
        SCHEMA.as_ref().ok_or(ConfigError::Table("schema"))
    }

    fn compile() -> Option<Self> {
        let root = joined()?;
        let validator = jsonschema::validator_for(&root).ok()?;
        Some(Self { root, validator })
    }

    /// The validated configuration: every field that the schema names, with its default if absent.
    pub(crate) fn validate(&self, raw: &Mapping) -> Result<Json, ConfigError> {
        let config = coerce::model(&self.root, &self.root, raw)
            .map_err(|mismatch| ConfigError::Field(mismatch.to_string()))?;
        match self.validator.validate(&config) {
            Ok(()) => Ok(config),
            Err(error) => Err(ConfigError::Field(error.instance_path().to_string())),
        }
    }

    /// The default of a section of `rails.config`, in the form in which validated ones are.
    pub(crate) fn section_default(&self, section: &str, default: &Json) -> Option<Json> {
        let schema = self
            .root
            .pointer("/$defs/RailsConfigData/properties")?
            .get(section)?;
        coerce::coerce(&self.root, schema, &Value::from(default)).ok()
    }
}

/// One schema: `rails.config` and its definitions among those of the rest.
fn joined() -> Option<Json> {
    let mut root: Json = serde_json::from_str(CONFIG).ok()?;
    let mut sections: Map<String, Json> = serde_json::from_str(RAILS_CONFIG_DATA).ok()?;
    let Some(Json::Object(mut definitions)) = sections.remove("$defs") else {
        return None;
    };
    definitions.insert("RailsConfigData".to_owned(), Json::Object(sections));
    root.get_mut("$defs")?.as_object_mut()?.extend(definitions);
    Some(root)
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(value) => Self::Int(value),
                None => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Json::Object(fields) => {
                let pairs = fields
                    .iter()
                    .map(|(key, value)| (key.as_str().into(), value.into()));
                Self::Map(pairs.collect())
            }
        }
    }
}
