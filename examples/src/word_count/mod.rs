//! A command-line tool that counts words, and keeps its events in files until a collector receives them.

use std::time::Duration;

use telemetry_runtime::{Disclosure, Product, TelemetryEnum, TelemetryEvent, telemetry_buckets};

telemetry_buckets! {
    /// Number of files.
    pub Files("FilesEnum") = [1, 10, 100]
}

/// Result of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, TelemetryEnum)]
#[event(name = "CountOutcomeEnum")]
pub enum Outcome {
    /// All files could be read.
    Success,
    /// A file could not be read.
    Failure,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

/// One run that counted words.
#[derive(Debug, TelemetryEvent)]
#[event(
    name = "words_counted",
    schema = "1.0",
    never("names of files", "words")
)]
pub struct WordsCounted {
    /// Number of files.
    #[event(required)]
    pub files: Files,
    /// Whether all files could be read.
    #[event(required)]
    pub outcome: Outcome,
    /// Time that the run took in milliseconds.
    #[event(unit = "ms")]
    pub duration_ms: Duration,
}

/// The product. Events are held in a folder below `~/.local/state` until they are delivered.
pub static WORD_COUNT: Product = Product::new("word_count")
    .client_id("000000000000000")
    .version(env!("CARGO_PKG_VERSION"))
    .events(&[&[WordsCounted::DESCRIPTOR]])
    .recipient("this machine")
    .endpoint("http://127.0.0.1:4380/events")
    .endpoint_variable("WORD_COUNT_ENDPOINT")
    .enable_variable("WORD_COUNT_TELEMETRY")
    .marker_in_config_dir("word_count/do_not_track")
    .spool_in_state_dir("word_count/events")
    .default_on(true);

/// The text about its events, for `word_count telemetry show`.
pub static DISCLOSURE: Disclosure = Disclosure::new(&WORD_COUNT).command("word_count telemetry");
