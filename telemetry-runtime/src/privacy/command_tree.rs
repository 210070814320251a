//! The subcommand that clap matched, by the names that the program declares.
//!
//! Matches are used instead of the words of the command line, because a parser distinguishes the value
//! of an option from a command. Each match is looked up in the tree of commands again, because a
//! program can accept external subcommands.
//!
//! **Invariants.** Only declared names are returned, never a word that the user typed.

use std::iter;

use clap::{ArgMatches, Command};

use super::{
    command_path::registered_path,
    labels::{Allowlisted, LabelSet},
};

/// The names of the matched subcommands, from the top level down, as `root` declares them.
///
/// ```
/// use clap::{Arg, Command};
/// use telemetry_runtime::privacy::command_path;
///
/// let tool = Command::new("tool").subcommand(
///     Command::new("list")
///         .visible_alias("ls")
///         .allow_external_subcommands(true)
///         .arg(Arg::new("in").long("in"))
///         .subcommand(Command::new("files")),
/// );
/// let path = |typed: &[&str]| {
///     let matches = tool.clone().get_matches_from(typed);
///     command_path(&tool, &matches).join(" ")
/// };
/// assert_eq!(path(&["tool", "ls", "files"]), "list files");
/// assert_eq!(path(&["tool", "list", "--in", "files"]), "list");
/// assert_eq!(path(&["tool", "list", "/home/alice"]), "list");
/// ```
#[must_use]
pub fn command_path<'c>(root: &'c Command, matches: &ArgMatches) -> Vec<&'c str> {
    let levels = iter::successors(matches.subcommand(), |(_, below)| below.subcommand());
    registered_path(root, levels.map(|(name, _)| name), |command, word| {
        let child = command.find_subcommand(word)?;
        Some((child.get_name(), child))
    })
}

impl<L: LabelSet> Allowlisted<L> {
    /// The label of the deepest subcommand that clap matched. It is "unknown" if there is none, or if
    /// its name is not one of the labels.
    ///
    /// ```
    /// use clap::{Arg, Command};
    /// use telemetry_runtime::{Allowlisted, telemetry_labels};
    ///
    /// telemetry_labels! { pub Commands = ["run", "list-components"] }
    ///
    /// let tool = Command::new("tool").subcommand(
    ///     Command::new("info").subcommand(Command::new("list-components").arg(Arg::new("what"))),
    /// );
    /// let matches = tool.clone().get_matches_from(["tool", "info", "list-components", "run"]);
    /// let command = Allowlisted::<Commands>::of_command(&tool, &matches);
    /// assert_eq!(command.as_str(), "list-components");
    /// ```
    #[must_use]
    pub fn of_command(root: &Command, matches: &ArgMatches) -> Self {
        let path = command_path(root, matches);
        path.last()
            .map_or_else(Self::unknown, |name| Self::get(name))
    }
}
