//! `export sql`: tables for the events of a document, and queries that load envelopes.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Answer, Failure, path_argument, path_of, unknown_event};
use crate::{
    history,
    report::Style,
    sql::{self, Dialect, Options, Refused},
};

pub(super) fn arguments(command: Command) -> Command {
    command
        .about("Write a table for each event of a document, and the query that loads envelopes into it")
        .after_help(
            "The query reads a file with one envelope per line. Units of fields come from the lock, which is\n\
             NAME.lock.json or events.lock.json beside NAME.json.\n\n\
             examples:\n  \
             telemetry-tool export sql schemas/anonymous_events.json --dialect duckdb\n  \
             telemetry-tool export sql events.json --dialect clickhouse --event run --input 'day/*.ndjson'\n\n\
             exit codes: 0 written; 2 bad input, or a field that no column can have",
        )
        .arg(
            Arg::new("LANGUAGE")
                .value_name("LANGUAGE")
                .value_parser(["sql"])
                .required(true)
                .help("sql"),
        )
        .arg(path_argument("DOCUMENT", "The registry document").required(true))
        .arg(
            Arg::new("dialect")
                .long("dialect")
                .value_name("DIALECT")
                .value_parser(["clickhouse", "duckdb"])
                .required(true)
                .help("The database: clickhouse or duckdb"),
        )
        .arg(
            Arg::new("event")
                .long("event")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help("Write only the table of this event; may be repeated"),
        )
        .arg(
            Arg::new("input")
                .long("input")
                .value_name("FILE")
                .default_value("envelopes.ndjson")
                .help("The file that the query reads"),
        )
        .arg(path_argument("lock", "Lock of DOCUMENT").long("lock").value_name("FILE"))
}

pub(super) fn run(matches: &ArgMatches, _: Style) -> Result<Answer, Failure> {
    let lock = matches.get_one::<std::path::PathBuf>("lock");
    let released = history::load(path_of(matches, "DOCUMENT"), lock.map(|path| &**path))?;
    let options = Options {
        dialect: match matches.get_one::<String>("dialect").map(String::as_str) {
            Some("clickhouse") => Dialect::ClickHouse,
            _ => Dialect::DuckDb,
        },
        events: matches
            .get_many("event")
            .unwrap_or_default()
            .cloned()
            .collect(),
        input: matches
            .get_one::<String>("input")
            .cloned()
            .unwrap_or_default(),
    };
    let document = &released.document;
    let text =
        sql::export(document, released.lock.as_ref(), &options).map_err(
            |refused| match refused {
                Refused::UnknownEvent(name) => unknown_event(document, &name),
                Refused::Name(problem) => Failure::Input(problem.in_file(&document.file)),
            },
        )?;
    Ok(Answer {
        text,
        ..Answer::default()
    })
}
