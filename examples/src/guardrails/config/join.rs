//! Several YAML files as one configuration.
//!
//! Lists of models, prompts, instructions, flows and documents grow from file to file; import paths
//! grow without repeats; every other field is replaced whole by the last file that has it.

use super::error::ConfigError;
use super::yaml::{Key, Mapping, Value};

const LISTS: [&str; 5] = ["models", "prompts", "instructions", "flows", "docs"];
const MAPS: [&str; 3] = ["user_messages", "bot_messages", "sensitive_data_detection"];

/// What the files of a configuration say, before validation.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    fields: Mapping,
    import_paths: Vec<String>,
    documents: usize,
}

impl Joined {
    /// One file that is the whole configuration: nothing is added to it, so it must have models.
    pub(crate) fn single(fields: Mapping) -> Self {
        Self {
            fields,
            ..Self::default()
        }
    }

    /// Adds what one file of a folder says.
    pub(crate) fn add(&mut self, file: Mapping) -> Result<(), ConfigError> {
        self.has_a_file();
        for (key, value) in file {
            match &key {
                Key::Text(name) if LISTS.contains(&name.as_str()) => self.extend(key, value)?,
                Key::Text(name) if name == "import_paths" => self.add_imports(&value)?,
                // They are merged into the empty mapping of a configuration that has none.
                Key::Text(name) if MAPS.contains(&name.as_str()) && value.as_map().is_none() => {
                    return Err(ConfigError::Field(format!("/{name}: not a mapping")));
                }
                _ => self.fields.insert(key, value),
            }
        }
        Ok(())
    }

    /// Any file at all gives a folder an empty list of models, also one that is not read.
    pub(crate) fn has_a_file(&mut self) {
        if self.fields.get("models").is_none() {
            self.fields.insert("models".into(), Value::List(Vec::new()));
        }
    }

    pub(crate) fn add_document(&mut self) {
        self.documents += 1;
    }

    pub(crate) fn add_import(&mut self, path: &str) {
        if !self.import_paths.iter().any(|known| known == path) {
            self.import_paths.push(path.to_owned());
        }
    }

    pub(crate) fn import_paths(&self) -> &[String] {
        &self.import_paths
    }

    /// The fields as the model of a configuration gets them.
    pub(crate) fn fields(&self) -> &Mapping {
        &self.fields
    }

    /// Whether there are documents in the knowledge base folder.
    pub(crate) fn has_documents(&self) -> bool {
        self.documents > 0
    }

    /// The flows written in YAML that count as custom ones.
    pub(crate) fn custom_flows(&self) -> usize {
        let flows = self
            .fields
            .get("flows")
            .and_then(Value::as_list)
            .unwrap_or_default();
        flows.iter().filter(|flow| !is_system_flow(flow)).count()
    }

    fn extend(&mut self, key: Key, value: Value) -> Result<(), ConfigError> {
        let Value::List(more) = value else {
            return Err(ConfigError::Field(format!("{key:?}: not a list")));
        };
        let Key::Text(name) = &key else { return Ok(()) };
        let mut items = self
            .fields
            .get(name)
            .and_then(Value::as_list)
            .unwrap_or_default()
            .to_vec();
        items.extend(more);
        self.fields.insert(key, Value::List(items));
        Ok(())
    }

    fn add_imports(&mut self, value: &Value) -> Result<(), ConfigError> {
        let not_paths = || ConfigError::Field("/import_paths: not a list of paths".to_owned());
        for path in value.as_list().ok_or_else(not_paths)? {
            let Value::Text(path) = path else {
                return Err(not_paths());
            };
            self.add_import(path);
        }
        Ok(())
    }
}

/// Any truthy value marks a system flow, the text `"false"` too.
fn is_system_flow(flow: &Value) -> bool {
    let flag = flow.as_map().and_then(|flow| flow.get("is_system_flow"));
    flag.is_some_and(Value::is_truthy)
}
