//! Which command of the Agent Toolkit ran, read from what clap parsed.
//!
//! A parser knows the value of an option from a command, so a word that a person typed is never taken
//! for one; and what clap matched is looked up in the tree of commands once more, because a program
//! can let words through that it does not know.

use std::iter;

use clap::{ArgMatches, Command, error::ErrorKind};
use telemetry_runtime::{Label, privacy::registered_path, telemetry_labels};

use super::Ending;

telemetry_labels! {
    /// The commands of the program.
    pub Commands = ["run", "serve", "evaluate", "info", "configure"], unknown = "unknown";
    /// The commands of the second level.
    pub Subcommands = ["list-components", "telemetry"]
}

/// The names of the commands that were given, from the top level down.
#[must_use]
pub fn command_path<'c>(root: &'c Command, matches: &ArgMatches) -> Vec<&'c str> {
    let levels = iter::successors(matches.subcommand(), |(_, below)| below.subcommand());
    registered_path(root, levels.map(|(name, _)| name), |command, word| {
        let child = command.find_subcommand(word)?;
        Some((child.get_name(), child))
    })
}

/// The event's `command` and `subcommand`: `unknown` and `undefined` where there is none.
#[must_use]
pub fn command_labels(path: &[&str]) -> (Label, Label) {
    let mut levels = path.iter().copied();
    let command = Commands::get(levels.next().unwrap_or_default());
    let subcommand = Subcommands::get(levels.next().unwrap_or_default());
    (Label(command.as_str()), Label(subcommand.as_str()))
}

/// True for `configure telemetry`: a person who is about to decide is not asked first.
#[must_use]
pub fn is_configure_telemetry(path: &[&str]) -> bool {
    path.starts_with(&["configure", "telemetry"])
}

/// A command line that clap did not take: help and the version are no errors, all else exits with 2.
impl From<&clap::Error> for Ending {
    fn from(error: &clap::Error) -> Self {
        let class = match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return Self::Returned(0),
            ErrorKind::UnknownArgument => "NoSuchOption",
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => "BadParameter",
            ErrorKind::MissingRequiredArgument => "MissingParameter",
            _ => "UsageError",
        };
        Self::Failed {
            class: Label(class),
            exit_code: 2,
        }
    }
}
