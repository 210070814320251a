//! Replaces `command`: the same command line, where every subcommand prints that the program was compiled
//! without telemetry.

#![allow(
    missing_docs,
    reason = "the documentation is that of the replaced items"
)]

#[path = "../command/arguments.rs"]
mod arguments;
#[path = "../command/clap_derive.rs"]
pub(crate) mod clap_derive;
#[path = "../command/output.rs"]
pub(crate) mod output;

use std::{
    ffi::OsString,
    fmt,
    io::{self, Write},
    marker::PhantomData,
    process::ExitCode,
    sync::Arc,
};

use clap::{ArgMatches, Command};

use self::{
    arguments::{JSON, flag},
    output::{DONE, Outcome, REFUSED, Text},
};
use crate::{
    audit::AuditLog,
    client::Client,
    decision::Decision,
    disclosure::Disclosure,
    off::{SENTENCE, ignored},
    util::env::EnvLookup,
};

/// Longest line, which fits on every terminal.
const WIDTH: usize = 60;

pub struct TelemetryCommand<'a> {
    /// The same auto traits as in a build with telemetry.
    nothing: PhantomData<(&'a Client, Arc<EnvLookup<'static>>)>,
}

impl<'a> TelemetryCommand<'a> {
    pub const NAME: &'static str = "telemetry";

    #[must_use]
    pub fn command() -> Command {
        arguments::command(Self::NAME)
    }

    #[must_use]
    pub fn new(_: Disclosure) -> Self {
        Self {
            nothing: PhantomData,
        }
    }

    ignored! {
        audit(impl Into<Arc<AuditLog>>),
        client(&'a Client),
        env(impl Fn(&str) -> Option<OsString> + Send + Sync + 'static),
        width(usize),
    }

    #[cfg(feature = "spool")]
    ignored! {
        sender(crate::sender::SenderToken),
    }

    pub fn main(&self, matches: &ArgMatches) -> ExitCode {
        let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
        ExitCode::from(self.run(matches, &mut out, &mut err))
    }

    /// The exit code is 0 if the request holds anyway, and 3 if this program cannot fulfil it.
    pub fn run(&self, matches: &ArgMatches, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
        let (name, below) = matches.subcommand().unwrap_or(("status", matches));
        let outcome = match name {
            "enable" => refused("It cannot send events, and no answer was stored."),
            "disable" => done("It cannot send events, so no answer was stored."),
            "purge" => refused("It removes no file; a program with telemetry can."),
            _ => done("It cannot record or send events."),
        };
        let json = flag(matches, JSON) || flag(below, JSON);
        outcome.write(json, out, err)
    }
}

fn done(effect: &str) -> Outcome {
    let mut text = Text::new(WIDTH);
    text.line(&format!("{SENTENCE} {effect}"));
    let decision = Decision::COMPILED_OUT;
    Outcome::new(DONE, text, |object| {
        object
            .boolean("on", decision.on)
            .text("source", "compiled_out")
            .text("reason", &decision.sentence);
    })
}

fn refused(effect: &str) -> Outcome {
    Outcome::problem(REFUSED, WIDTH, &format!("{SENTENCE} {effect}"))
}

impl fmt::Debug for TelemetryCommand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelemetryCommand").finish_non_exhaustive()
    }
}
