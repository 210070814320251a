//! Usage of a loaded configuration of NeMo Guardrails 0.24.1.
//!
//! [`RailsConfig`] is the part of a loaded configuration that telemetry reads, and [`Usage`] has the
//! values that are reported about it. As in the original, the loader reads YAML and Colang.
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
