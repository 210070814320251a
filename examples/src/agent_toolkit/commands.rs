//! Names of the command that ran, from the command line that clap parsed.

use clap::error::ErrorKind;
pub use telemetry_runtime::privacy::command_path;
use telemetry_runtime::{Label, telemetry_labels};

use super::ExitReason;

telemetry_labels! {
    /// First-level commands.
    pub Commands = ["run", "serve", "evaluate", "info", "configure", "telemetry"], unknown = "unknown";
    /// Second-level commands.
    pub Subcommands = ["list-components", "telemetry", "status", "enable", "disable", "show", "purge"]
}

/// The event's `command` and `subcommand`. Without a command, they are `unknown` and `undefined`.
#[must_use]
pub fn command_labels(path: &[&str]) -> (Label, Label) {
    let mut levels = path.iter().copied();
    let command = Commands::get(levels.next().unwrap_or_default());
    let subcommand = Subcommands::get(levels.next().unwrap_or_default());
    (Label(command.as_str()), Label(subcommand.as_str()))
}

/// Whether the command is `configure telemetry` or `telemetry`. These set consent, so they do not
/// prompt for it.
#[must_use]
pub fn is_configure_telemetry(path: &[&str]) -> bool {
    path.starts_with(&["configure", "telemetry"]) || path.starts_with(&["telemetry"])
}

/// A command line that clap rejected exits with 2. Help and the version exit with 0.
impl From<&clap::Error> for ExitReason {
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
