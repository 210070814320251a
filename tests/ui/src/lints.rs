//! One declaration of every kind, in a module that denies every lint.
//!
//! `cargo build` checks the expansion against the compiler's lints, `cargo clippy --workspace` against
//! clippy's. `cases/pass/lints_denied.rs` compiles this file as a crate.

#![deny(
    warnings,
    keyword_idents,
    let_underscore_drop,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    nonstandard_style,
    redundant_lifetimes,
    rust_2018_idioms,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unreachable_pub,
    unsafe_code,
    unused,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    rustdoc::all,
    variant_size_differences,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::cargo,
    clippy::absolute_paths,
    clippy::allow_attributes_without_reason,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::default_trait_access,
    clippy::exhaustive_structs,
    clippy::exhaustive_enums,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::impl_trait_in_params,
    clippy::indexing_slicing,
    clippy::missing_inline_in_public_items,
    clippy::missing_trait_methods,
    clippy::mod_module_files,
    clippy::module_name_repetitions,
    clippy::multiple_inherent_impl,
    clippy::panic,
    clippy::partial_pub_fields,
    clippy::pattern_type_mismatch,
    clippy::pub_use,
    clippy::same_name_method,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::single_call_fn,
    clippy::single_char_lifetime_names,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::wildcard_enum_match_arm
)]
// A lint about dependencies, which an expansion cannot cause.
#![allow(
    clippy::multiple_crate_versions,
    reason = "the expansion does not choose the versions of dependencies"
)]

use core::time::Duration;

use telemetry_runtime::{TelemetryEnum, TelemetryEvent, TelemetryFields};

/// A kind.
#[derive(TelemetryEnum, Clone, Copy, Debug)]
#[event(name = "KindEnum", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// One.
    OneOf,
    /// Another.
    #[event(fallback)]
    Undefined,
    /// A deprecated kind.
    #[deprecated]
    Old,
}

/// A run.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "run",
    schema = "1.0",
    gdpr(category = "technical", purpose = "to see what is used"),
    never("paths")
)]
#[non_exhaustive]
pub struct Run<'event> {
    /// The kind.
    #[event(required)]
    pub kind: Kind,
    /// A command.
    #[event(required, free_text = "a name built into the program", max_len = 12)]
    pub command: &'event str,
    /// A code.
    #[deprecated]
    pub exit_code: i64,
    /// Another.
    #[event(default = 5, range(min = 0, max = 9.5))]
    pub retries: u32,
    /// Duration: see [`Self::is_long`]. Like [the kind](Self::kind), a field of [`Self`].
    #[event(unit = "ms")]
    pub wall_ms: Duration,
    /// Progress.
    #[event(range(min = -1))]
    pub progress: f64,
    /// The program.
    #[event(constant = "tool")]
    pub source: &'static str,
}

impl Run<'_> {
    /// True for a run of more than a minute.
    #[must_use]
    #[inline]
    pub const fn is_long(&self) -> bool {
        self.wall_ms.as_secs() > 60
    }
}

/// Without required fields.
#[derive(TelemetryEvent, Clone, Copy, Debug)]
#[event(name = "stop", schema = "1.0")]
pub(crate) struct Stop {
    /// The kind.
    #[event(default = Kind::OneOf)]
    kind: Kind,
    /// A flag.
    quiet: bool,
    /// Not used yet.
    _reserved: i64,
    /// Not used yet either.
    #[event(default = 1)]
    _spare: u32,
}

/// A model: see [`Self::is_named`].
#[derive(TelemetryFields, Clone, Debug)]
#[non_exhaustive]
pub struct Model<'event> {
    /// The name.
    #[event(required, free_text = "a name built into the program", max_len = 12)]
    pub name: &'event str,
    /// Number of attempts.
    #[event(default = 1, range(min = 0))]
    pub attempts: u32,
    /// A part of the part.
    #[event(flatten, prefix = "model")]
    pub host: Host,
}

impl Model<'_> {
    /// True for a model with a name.
    #[must_use]
    #[inline]
    pub const fn is_named(&self) -> bool {
        !self.name.is_empty()
    }
}

/// A host.
#[derive(TelemetryFields, Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Host {
    /// A port.
    pub port: i64,
}

/// A call of a model.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(name = "call", schema = "1.0")]
#[non_exhaustive]
pub struct Call<'event> {
    /// The model in [`Self`].
    #[event(flatten)]
    pub model: Model<'event>,
    /// A part that is deprecated.
    #[event(flatten, prefix = "old")]
    #[deprecated]
    pub old: Model<'event>,
    /// A part without required fields.
    #[event(flatten)]
    pub host: Host,
}

/// Parts without required fields only.
#[derive(TelemetryEvent, Clone, Copy, Debug)]
#[event(name = "ping", schema = "1.0")]
pub(crate) struct Ping {
    /// A host.
    #[event(flatten, prefix = "local")]
    host: Host,
}

/// Uses the events that are not public.
#[must_use]
#[inline]
pub fn pinged() -> bool {
    Ping::default().host.port == -1
}

/// Uses the event that is not public.
#[must_use]
#[inline]
pub fn stopped() -> bool {
    let stop = Stop::default();
    matches!(stop.kind, Kind::OneOf) && !stop.quiet
}
