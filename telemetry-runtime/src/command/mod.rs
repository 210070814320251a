//! The `telemetry` subcommand for programs that use clap: status, enable, disable, show, purge.
//!
//! **Invariants.** The subcommand never enables telemetry against an opt-out, removes a stored answer
//! only with `--all`, and never changes a file of another owner. It reads the environment only
//! through the lookup that is given and writes only to the streams that are given. Output is plain
//! text without colours or control characters, the same on a terminal and in a pipe, or one JSON
//! object with `--json`.
//!
//! [`arguments`] declares the command line, [`status`] reports the decision and the paths of files, [`set`] stores an answer, [`show`] prints
//! the disclosure with examples, [`purge`] removes files, `held` reads and removes the events that wait in files,
//! and [`output`] formats text.

mod arguments;
pub(crate) mod clap_derive;
#[cfg(feature = "spool")]
pub(crate) mod held;
pub(crate) mod output;
pub(crate) mod purge;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod status;

use std::{
    ffi::OsString,
    fmt,
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use clap::{ArgMatches, Command};

use self::arguments::{ALL, JSON, flag};
use crate::{
    audit::AuditLog,
    client::{Client, builder::ClientBuilder},
    consent::file::ConsentFile,
    decision::Decision,
    disclosure::Disclosure,
    util::{
        env::{EnvLookup, process_env, remembered},
        places::{Place, UserFolders},
    },
};

/// Longest line if the width of the terminal is unknown. Fits on every terminal.
const DEFAULT_WIDTH: usize = 60;
/// Upper bound of the line length. Longer lines are hard to read.
const MAX_WIDTH: usize = 100;
/// Lower bound of the line length, so that lines have room for words.
const MIN_WIDTH: usize = 30;

/// The `telemetry` subcommand of a program.
///
/// | command | effect |
/// | --- | --- |
/// | `telemetry status`, or `telemetry` | reports whether telemetry is on, the signal that decided, the paths of files, the events that wait in files and the run that sends them, and the counters of the client if one is given |
/// | `telemetry enable` | stores a yes; refused, without storing it, while a signal with higher precedence is set |
/// | `telemetry disable` | stores a no, and removes the events that wait in files |
/// | `telemetry show` | prints the disclosure, an example of each event, and each event that waits in a file |
/// | `telemetry purge` | removes the audit log, its backup, and the events that wait in files |
/// | `telemetry purge --all` | also removes the stored answer, as if the user had never been asked |
///
/// The answer is stored in the consent file if the product
/// [requires consent](crate::Product::requires_consent), otherwise as its
/// [marker file](crate::Product::marker_file): `disable` creates it and `enable` removes it. `purge`
/// does not remove a marker file, because telemetry could be on without it.
///
/// Events wait in files only if the product declares a folder for them, with the feature `spool`
/// (`Product::spool_in_state_dir`). A damaged file is named, and the events in front of the damage are shown. A
/// program that runs can still send what it holds in memory after `purge`, but not after `disable`.
///
/// With `--json` the output is one JSON object.
///
/// | exit code | meaning |
/// | --- | --- |
/// | 0 | success, whether telemetry is on or off |
/// | 1 | a file could not be read, written or removed, or the output could not be written |
/// | 2 | the command line is not valid (reported by clap) |
/// | 3 | `enable` was refused, or the product does not store answers |
///
/// The length of lines is `COLUMNS`, at most 100 characters; 60 if `COLUMNS` is not set.
///
/// ```
/// use clap::Command;
/// use telemetry_runtime::{Disclosure, Product, TelemetryCommand, TelemetryEvent};
///
/// /// One run of the tool.
/// #[derive(TelemetryEvent)]
/// #[event(name = "tool_run", schema = "1.0")]
/// struct ToolRun {
///     /// Exit code of the process.
///     exit_code: i32,
/// }
///
/// static MY_TOOL: Product = Product::new("my-tool")
///     .events(&[&[ToolRun::DESCRIPTOR]])
///     .enable_variable("MY_TOOL_TELEMETRY");
/// static DISCLOSURE: Disclosure =
///     Disclosure::new(&MY_TOOL).command("my-tool telemetry");
///
/// let program = Command::new("my-tool").subcommand(TelemetryCommand::command());
/// let matches = program.get_matches_from(["my-tool", "telemetry", "status"]);
///
/// if let Some((TelemetryCommand::NAME, matches)) = matches.subcommand() {
///     let command = TelemetryCommand::new(DISCLOSURE);
///     // In a program: `return command.main(matches)`.
/// #   let command = command.env(|_| None);
///     let (mut out, mut err) = (Vec::new(), Vec::new());
///     assert_eq!(command.run(matches, &mut out, &mut err), 0);
///     assert!(out.starts_with(b"Telemetry of my-tool is off"));
/// }
/// ```
pub struct TelemetryCommand<'a> {
    disclosure: Disclosure,
    lookup: Arc<EnvLookup<'static>>,
    client: Option<&'a Client>,
    audit: Option<Arc<AuditLog>>,
    width: Option<usize>,
    #[cfg(feature = "spool")]
    sender: Option<crate::sender::SenderToken>,
}

impl<'a> TelemetryCommand<'a> {
    /// The subcommand's name.
    pub const NAME: &'static str = "telemetry";

    /// The clap command, with its five subcommands.
    #[must_use]
    pub fn command() -> Command {
        arguments::command(Self::NAME)
    }

    /// The subcommand for the product of this disclosure.
    #[must_use]
    pub fn new(disclosure: Disclosure) -> Self {
        Self {
            disclosure,
            lookup: remembered(process_env),
            client: None,
            audit: None,
            width: None,
            #[cfg(feature = "spool")]
            sender: None,
        }
    }

    /// Reads environment variables. Default: [`process_env`](crate::env::process_env).
    #[must_use]
    pub fn env(
        mut self,
        lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
    ) -> Self {
        self.lookup = remembered(lookup);
        self
    }

    /// The program's client. `status` then reports its decision and its counters, and an answer takes
    /// effect in it [immediately](Client::recheck). Default: none; `status` reports the decision that a
    /// new client would make.
    #[must_use]
    pub fn client(mut self, client: &'a Client) -> Self {
        self.client = Some(client);
        self
    }

    /// The audit log, if it is not the one that the product declares.
    #[must_use]
    pub fn audit(mut self, log: impl Into<Arc<AuditLog>>) -> Self {
        self.audit = Some(log.into());
        self
    }

    /// The program passes this token to [`ClientBuilder::sender`](crate::ClientBuilder::sender). `status` and
    /// `show` then name the [background sender](crate::sender). Default: they name a later run only.
    #[cfg(feature = "spool")]
    #[must_use]
    pub fn sender(mut self, token: crate::sender::SenderToken) -> Self {
        self.sender = Some(token);
        self
    }

    /// Longest line in characters, instead of `COLUMNS`.
    #[must_use]
    pub fn width(mut self, characters: usize) -> Self {
        self.width = Some(characters);
        self
    }

    /// Runs the subcommand on standard output and standard error. `matches` are the subcommand's.
    pub fn main(&self, matches: &ArgMatches) -> ExitCode {
        let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
        ExitCode::from(self.run(matches, &mut out, &mut err))
    }

    /// Runs the subcommand and returns the exit code. An error is written to `err`, or with `--json` to
    /// `out` as the member `error`. If the output cannot be written, also to a closed pipe, the error is
    /// reported on `err` and the exit code is not 0.
    pub fn run(&self, matches: &ArgMatches, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
        let (name, below) = matches.subcommand().unwrap_or(("status", matches));
        let outcome = match name {
            "enable" => self.enable(),
            "disable" => self.disable(),
            "show" => self.show(),
            "purge" => self.purge(flag(below, ALL)),
            _ => self.status(),
        };
        let json = flag(matches, JSON) || flag(below, JSON);
        outcome.write(json, out, err)
    }

    fn columns(&self) -> usize {
        let columns = || {
            let columns = (self.lookup)("COLUMNS")?;
            columns.to_str()?.trim().parse().ok()
        };
        let width = self.width.or_else(columns).unwrap_or(DEFAULT_WIDTH);
        width.clamp(MIN_WIDTH, MAX_WIDTH)
    }

    /// A builder with the same environment.
    fn builder(&self) -> ClientBuilder {
        let lookup = Arc::clone(&self.lookup);
        Client::builder(self.disclosure.product()).env(move |name| lookup(name))
    }

    /// The decision of the program's client, or the one that a new client would make now.
    fn decision(&self) -> Decision {
        match self.client {
            Some(client) => client.decision(),
            None => self.decision_now(),
        }
    }

    fn decision_now(&self) -> Decision {
        self.builder().decide_now()
    }

    fn consent_file(&self) -> Option<ConsentFile> {
        let consent = self.disclosure.product().consent.as_ref()?;
        consent.file(&*self.lookup)
    }

    /// The places of the marker file. A new one is created at the first place.
    fn markers(&self) -> Vec<Place> {
        let marker = self.disclosure.product().marker;
        marker.resolve(&UserFolders::of(&[marker], &*self.lookup))
    }

    fn audit_log(&self) -> Option<Arc<AuditLog>> {
        let own = || AuditLog::of(self.disclosure.product(), &*self.lookup);
        self.audit.clone().or_else(own)
    }
}

impl fmt::Debug for TelemetryCommand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelemetryCommand")
            .field("disclosure", &self.disclosure)
            .finish_non_exhaustive()
    }
}
