//! Usage of a loaded configuration of NeMo Guardrails 0.24.1.
//!
//! The original's telemetry is handed a configuration that is loaded already; reading YAML and
//! Colang is the loader's task. [`RailsConfig`] is the part of a loaded configuration that
//! telemetry looks at, [`Usage`] the values that are reported about it.
//!
//! `examples/README.md` shows the Python statement that writes a loaded configuration to a file that
//! [`RailsConfig::read`] accepts.

mod error;
mod features;
mod rails_config;
mod usage;

pub use error::ConfigError;
pub use rails_config::RailsConfig;
pub use usage::Usage;
