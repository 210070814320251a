//! The ready-made `telemetry` subcommand for programs that use clap: status, enable, disable, show,
//! purge.
//!
//! Must never turn telemetry on against any refusal, never remove a refusal without being told to
//! remove everything, and never touch a file that is not the product's own. It reads the environment
//! through the lookup it is given, and writes to the streams it is given: plain text without colour
//! or control characters, the same on a terminal and in a pipe, or one JSON object with `--json`.
//!
//! [`status`] tells which signal decided and where files are, [`answer`] stores a yes or a no,
//! [`show`] prints the disclosure with examples, [`purge`] removes files, [`output`] lays text out.

pub(crate) mod output;
pub(crate) mod purge;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod status;

use std::{
    ffi::OsString,
    fmt,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::{
    audit::AuditLog,
    client::{Client, builder::ClientBuilder},
    consent::file::ConsentFile,
    decision::Decision,
    disclosure::Disclosure,
    util::env::path_in_home,
};

/// Lines are this long where nothing says how wide the terminal is: they fit everywhere.
const DEFAULT_WIDTH: usize = 60;
/// Longer lines are hard to read.
const MAX_WIDTH: usize = 100;
/// In shorter lines hardly a word fits.
const MIN_WIDTH: usize = 30;

const JSON: &str = "json";
const ALL: &str = "all";

type SharedLookup = Arc<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// The subcommand `telemetry` of a program.
///
/// | typed | what it does |
/// | --- | --- |
/// | `telemetry status` (or nothing behind it) | tells whether telemetry is on and which signal decided, where files are, and what became of the events of a client that was handed in |
/// | `telemetry enable` | stores a yes; refused, with nothing stored, while anything outranks it |
/// | `telemetry disable` | stores a no |
/// | `telemetry show` | prints the disclosure and an example of each event |
/// | `telemetry purge` | removes the audit log and its backup |
/// | `telemetry purge --all` | removes the stored answer as well: as if nobody had been asked |
///
/// An answer is stored in the consent file of a product that
/// [needs consent](crate::Product::requires_consent), else as its
/// [marker file](crate::Product::marker_file): `disable` creates it, `enable` removes it. `purge`
/// leaves a marker file alone, since without it telemetry could be on.
///
/// With `--json` the output is one JSON object. Exit codes: 0 done, whether telemetry is on or off;
/// 1 a file could not be read, written or removed; 2 the command line is wrong (clap's own); 3
/// `enable` was refused, or the product keeps no answer.
///
/// Lines are as long as `COLUMNS` says, at most 100 characters, and 60 where it says nothing.
/// Nothing is ever coloured.
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
/// static MY_TOOL: Product = Product::new("my-tool").enable_variable("MY_TOOL_TELEMETRY");
/// static DISCLOSURE: Disclosure =
///     Disclosure::new(&MY_TOOL, &[ToolRun::DESCRIPTOR]).command("my-tool telemetry");
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
    lookup: SharedLookup,
    client: Option<&'a Client>,
    audit: Option<Arc<AuditLog>>,
    width: Option<usize>,
}

impl<'a> TelemetryCommand<'a> {
    /// The subcommand's name.
    pub const NAME: &'static str = "telemetry";

    /// The subcommand for clap, with the five below it.
    #[must_use]
    pub fn command() -> Command {
        let subcommand = |name, about| Command::new(name).about(about);
        Command::new(Self::NAME)
            .about("Show and change whether anonymous usage events are sent")
            .disable_help_subcommand(true)
            .arg(
                Arg::new(JSON)
                    .long("json")
                    .action(ArgAction::SetTrue)
                    .global(true)
                    .help("Print one JSON object, for scripts"),
            )
            .subcommand(subcommand(
                "status",
                "Tell whether telemetry is on, and why",
            ))
            .subcommand(subcommand("enable", "Allow telemetry"))
            .subcommand(subcommand("disable", "Refuse telemetry"))
            .subcommand(subcommand(
                "show",
                "Print everything that can be sent, with examples",
            ))
            .subcommand(
                subcommand("purge", "Remove the local log of events").arg(
                    Arg::new(ALL)
                        .long("all")
                        .action(ArgAction::SetTrue)
                        .help("Remove your stored answer too, as if you had not been asked"),
                ),
            )
    }

    /// The subcommand for the product of this disclosure.
    #[must_use]
    pub fn new(disclosure: Disclosure) -> Self {
        Self {
            disclosure,
            lookup: Arc::new(crate::util::env::process_env),
            client: None,
            audit: None,
            width: None,
        }
    }

    /// Where variables are looked up. Default: [`process_env`](crate::env::process_env).
    #[must_use]
    pub fn env(
        mut self,
        lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
    ) -> Self {
        self.lookup = Arc::new(lookup);
        self
    }

    /// The program's client: `status` then tells its decision and its counters, and an answer holds
    /// for it [at once](Client::recheck). Default: none, and `status` tells what the signals say to a
    /// new client.
    #[must_use]
    pub fn client(mut self, client: &'a Client) -> Self {
        self.client = Some(client);
        self
    }

    /// The audit log, where it is not the product's own.
    #[must_use]
    pub fn audit(mut self, log: impl Into<Arc<AuditLog>>) -> Self {
        self.audit = Some(log.into());
        self
    }

    /// Longest line in characters, in place of `COLUMNS`.
    #[must_use]
    pub fn width(mut self, characters: usize) -> Self {
        self.width = Some(characters);
        self
    }

    /// Runs what was typed, on standard output and standard error. `matches` are those of the
    /// subcommand.
    pub fn main(&self, matches: &ArgMatches) -> ExitCode {
        let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
        ExitCode::from(self.run(matches, &mut out, &mut err))
    }

    /// Runs what was typed and gives the exit code. What failed goes to `err`, with `--json` to
    /// `out` as `error`. A stream that cannot be written to is no reason to fail.
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

    /// Settings of a client that sees the same environment.
    fn builder(&self) -> ClientBuilder {
        let lookup = Arc::clone(&self.lookup);
        Client::builder(self.disclosure.product()).env(move |name| lookup(name))
    }

    /// What the program's client decided, else what a new one would decide now.
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

    fn marker(&self) -> Option<PathBuf> {
        path_in_home(&*self.lookup, self.disclosure.product().marker_file?)
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

fn flag(matches: &ArgMatches, name: &str) -> bool {
    // Not every level has every flag.
    matches!(matches.try_get_one::<bool>(name), Ok(Some(true)))
}
