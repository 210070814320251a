//! What a configuration of NeMo Guardrails tells about how it is used.
//!
//! Reads a configuration folder (or one YAML file) as the original does and counts: providers,
//! rails, built-in features, custom flows. It runs nothing of the configuration, keeps nothing of
//! its prompts, flows and documents, and refuses with an error what the original refuses, so that
//! there is no event for it.
//!
//! `load` finds the files, `yaml` reads them, `join` makes one configuration of several,
//! `schema` validates it, `rules` checks what goes across fields, `colang` counts flows,
//! `fields` and `flows` find features, and [`Usage`] is what comes out. The tables in `data/`
//! were recorded from the original.

mod colang;
mod error;
mod fields;
mod flows;
mod join;
mod load;
mod rules;
mod schema;
mod usage;
mod yaml;

pub use error::ConfigError;
pub use usage::Usage;
pub use yaml::YamlError;
