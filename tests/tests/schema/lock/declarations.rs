//! A registry with every kind of fact.

use std::{borrow::Cow, time::Duration};

use telemetry_runtime::{
    Allowlisted, Disclosure, Label, Product, TelemetryEnum, TelemetryEvent, field::CountBy,
    telemetry_labels, telemetry_registry,
};

use super::shared::{FileCount, Model, Records};

telemetry_labels! {
    /// The commands of the program.
    pub(super) Commands = ["build", "check"], unknown = "other"
}

/// Outcome of a command.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq)]
#[event(name = "OutcomeEnum", rename_all = "snake_case")]
pub(super) enum Outcome {
    /// The command succeeded.
    Success,
    /// The user stopped the command.
    #[event(since = "1.9")]
    Canceled,
    /// The command was not started.
    #[event(retired)]
    Skipped,
    /// A value of a later version.
    #[event(since = "1.10")]
    TimedOut,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

/// One attempt.
#[derive(telemetry_runtime::TelemetryFields, Clone, Debug)]
pub(super) struct Attempt {
    /// Time of the attempt.
    #[event(required, unit = "s")]
    pub(super) time: Duration,
}

/// One run of a command.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "command_run",
    schema = "1.9",
    owner = "tools-team",
    review = "https://reviews.example/7",
    expires = "never",
    limit = "100/min"
)]
pub(super) struct CommandRun<'a> {
    /// The program.
    #[event(constant = "tool")]
    #[expect(dead_code, reason = "the encoder writes the constant")]
    pub(super) source: Label,
    /// The command.
    #[event(required, why = "Which commands are used?")]
    pub(super) command: Allowlisted<Commands>,
    /// Outcome of the command.
    pub(super) outcome: Outcome,
    /// Time of the command.
    #[event(rename = "durationMs", unit = "ms", range(min = -1))]
    pub(super) duration: Duration,
    /// Exit code of the process.
    pub(super) r#type: i32,
    /// True if the cache was used.
    #[event(default = true)]
    pub(super) cached: bool,
    /// Region of the host, in the caf\u{e9} "north".
    #[event(
        default = "caf\u{e9} \"north\"",
        free_text = "a region of the provider"
    )]
    pub(super) region: Cow<'a, str>,
    /// Model of the request.
    #[event(flatten, prefix = "model")]
    pub(super) model: Model,
    /// Number of files.
    pub(super) files: FileCount,
    /// Number of records of each input.
    pub(super) records: Vec<Records>,
    /// Attempts.
    #[event(max_items = 3)]
    pub(super) attempts: Vec<Attempt>,
    /// Sizes of the inputs.
    pub(super) sizes: CountBy<FileCount>,
}

/// A signal that the program is running.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(name = "alive", schema = "1.0", expires = "2999-12-31")]
pub(super) struct Alive {
    /// Time since the start.
    #[event(required, range(min = 0.5, max = 100))]
    pub(super) share: f64,
}

static TOOL: Product = Product::new("my-tool")
    .events(&[&[CommandRun::DESCRIPTOR, Alive::DESCRIPTOR]])
    .recipient("Example Corporation");

static DISCLOSURE: Disclosure = Disclosure::new(&TOOL);

telemetry_registry! {
    pub(super) static REGISTRY = {
        client_name = "Example",
        client_id = "0",
        version = "1.10",
        description = "Events of an example.",
        types = [Outcome],
        events = [CommandRun<'_>, Alive],
        disclosures = [DISCLOSURE],
    }
}
