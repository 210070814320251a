//! The command line of the subcommand.

use clap::{Arg, ArgAction, ArgMatches, Command};

pub(super) const JSON: &str = "json";
pub(super) const ALL: &str = "all";

/// The clap command `name` with its five subcommands.
pub(super) fn command(name: &'static str) -> Command {
    let subcommand = |name: &'static str, about: &'static str| Command::new(name).about(about);
    Command::new(name)
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
            "Report whether telemetry is on, and why",
        ))
        .subcommand(subcommand("enable", "Allow telemetry"))
        .subcommand(subcommand("disable", "Refuse telemetry"))
        .subcommand(subcommand(
            "show",
            "Show everything that can be sent, with examples",
        ))
        .subcommand(
            subcommand("purge", "Remove the events on this machine").arg(
                Arg::new(ALL)
                    .long("all")
                    .action(ArgAction::SetTrue)
                    .help("Also remove your stored answer, as if you had never been asked"),
            ),
        )
}

/// True if the flag is given.
pub(super) fn flag(matches: &ArgMatches, name: &str) -> bool {
    // Not every subcommand has every flag.
    matches!(matches.try_get_one::<bool>(name), Ok(Some(true)))
}
