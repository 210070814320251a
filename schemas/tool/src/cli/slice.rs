//! `slice`: a document with some of the events.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Answer, Failure, path_argument, path_of, unknown_event};
use crate::{document, json, report::Style, slice};

pub(super) fn arguments(command: Command) -> Command {
    command
        .about("Write a document with some of the events, and the shared types that they use")
        .after_help(
            "examples:\n  \
             telemetry-tool slice inference_event --from schemas/anonymous_events.json\n  \
             telemetry-tool slice a_event b_event --from all.json --out two.json",
        )
        .arg(
            Arg::new("EVENT")
                .value_name("EVENT")
                .required(true)
                .action(ArgAction::Append)
                .num_args(1..)
                .help("Wire names of the events; the document keeps its order"),
        )
        .arg(
            path_argument("DOCUMENT", "The registry document")
                .long("from")
                .required(true),
        )
        .arg(
            path_argument("FILE", "Write to a file instead of standard output")
                .long("out")
                .short('o'),
        )
}

pub(super) fn run(matches: &ArgMatches, _: Style) -> Result<Answer, Failure> {
    let document = document::load(path_of(matches, "DOCUMENT"))?;
    let names: Vec<&str> = matches
        .get_many::<String>("EVENT")
        .unwrap_or_default()
        .map(String::as_str)
        .collect();
    let sliced =
        slice::slice(&document, &names).map_err(|missing| unknown_event(&document, missing))?;
    Ok(super::document_answer(json::to_text(&sliced), matches))
}
