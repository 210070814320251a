//! Which command of the Agent Toolkit ran, read from what clap parsed.

use clap::error::ErrorKind;
pub use telemetry_runtime::privacy::command_path;
use telemetry_runtime::{Label, telemetry_labels};

use super::Ending;

telemetry_labels! {
    /// The commands of the program.
    pub Commands = ["run", "serve", "evaluate", "info", "configure", "telemetry"], unknown = "unknown";
    /// The commands of the second level.
    pub Subcommands = ["list-components", "telemetry", "status", "enable", "disable", "show", "purge"]
}

/// The event's `command` and `subcommand`: `unknown` and `undefined` where there is none.
#[must_use]
pub fn command_labels(path: &[&str]) -> (Label, Label) {
    let mut levels = path.iter().copied();
    let command = Commands::get(levels.next().unwrap_or_default());
    let subcommand = Subcommands::get(levels.next().unwrap_or_default());
    (Label(command.as_str()), Label(subcommand.as_str()))
}

/// True for `configure telemetry` and `telemetry`: a person who is about to decide is not asked first.
#[must_use]
pub fn is_configure_telemetry(path: &[&str]) -> bool {
    path.starts_with(&["configure", "telemetry"]) || path.starts_with(&["telemetry"])
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
