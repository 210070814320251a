//! `live-check`: recorded events compared with documents and locks.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Answer, Failure, format_argument, format_of, path_argument, path_of};
use crate::{
    error::Problem,
    history::{self, Released},
    live::{Bare, Contracts, check},
    report::{
        Style,
        live::{FailOn, Report, render},
        printable,
    },
};

pub(super) fn arguments(command: Command) -> Command {
    command
        .about("Check recorded events against documents, and report which values never occurred")
        .override_usage("telemetry-tool live-check FILE|- --registry FILE|FOLDER... [OPTIONS]")
        .after_help(
            "A record of the input is a line, or a JSON value of several lines: an envelope, or an event\n\
             with `name`, `eventSchemaVer` and `parameters`. Records that cannot be read are reported;\n\
             the others are still checked.\n\n\
             examples:\n  \
             telemetry-tool live-check usage.ndjson --registry schemas/anonymous_events.json\n  \
             telemetry-tool live-check - --registry schemas/anonymous_events.json schemas/history\n  \
             telemetry-tool live-check tests.ndjson --registry schemas/run.json --require-all\n  \
             telemetry-tool live-check usage_stats.json --registry all.json --event run_event@1.7\n\n\
             exit codes: 0 fine; 1 a finding of --fail-on; 2 bad input, or an input without events",
        )
        .arg(path_argument("FILE", "Recorded events; `-` is the standard input").required(true))
        .arg(registry_argument().required(true))
        .arg(lock_argument())
        .arg(
            Arg::new("event")
                .long("event")
                .value_name("NAME[@VERSION]")
                .help("Each record has only the parameters of this event"),
        )
        .arg(
            Arg::new("require-all")
                .long("require-all")
                .action(ArgAction::SetTrue)
                .help("Every event, field, enum value and label must occur: --fail-on coverage"),
        )
        .arg(
            Arg::new("fail-on")
                .long("fail-on")
                .value_name("KIND")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .value_parser(["violations", "coverage", "sentinels", "nothing"])
                .default_value("violations")
                .help("Findings with exit code 1; sentinels: a field always had its sentinel"),
        )
        .arg(format_argument())
}

/// `--registry`, for [`released`].
pub(super) fn registry_argument() -> Arg {
    path_argument("registry", "Documents, and folders with released documents")
        .long("registry")
        .value_name("FILE|FOLDER")
        .action(ArgAction::Append)
        .num_args(1..)
}

/// `--lock`, for [`released`].
pub(super) fn lock_argument() -> Arg {
    path_argument(
        "lock",
        "Locks of the documents of --registry, in the same order",
    )
    .long("lock")
    .value_name("FILE")
    .action(ArgAction::Append)
    .num_args(1..)
}

pub(super) fn run(matches: &ArgMatches, style: Style) -> Result<Answer, Failure> {
    let contracts = contracts(matches)?;
    let bare = bare(matches, &contracts)?;
    let path = path_of(matches, "FILE");
    let is_standard = path == Path::new("-");
    let file = if is_standard {
        "<stdin>".to_owned()
    } else {
        path.display().to_string()
    };
    let unreadable = |error: io::Error| {
        Problem::new(
            format!("the file cannot be read: {error}"),
            "check the path and the permissions",
        )
        .in_file(&file)
    };
    let input: Box<dyn BufRead> = if is_standard {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(path).map_err(unreadable)?))
    };
    let outcome = check(input, &contracts, bare.as_ref()).map_err(unreadable)?;
    let report = Report {
        file: &file,
        contracts: &contracts,
        outcome: &outcome,
        fail_on: fail_on(matches),
    };
    let total = outcome.unreadable.total;
    let mistake = match (total, outcome.events) {
        (0, 0) => Some("the input has no event".to_owned()),
        (0, _) => None,
        (1, _) => Some("1 record cannot be read".to_owned()),
        _ => Some(format!("{total} records cannot be read")),
    };
    Ok(Answer {
        text: render(&report, format_of(matches), style, Path::new(".")),
        finding: report.is_finding(),
        mistake: mistake.map(|mistake| format!("{}: {mistake}", printable(&file))),
        ..Answer::default()
    })
}

fn contracts(matches: &ArgMatches) -> Result<Contracts, Failure> {
    Ok(Contracts::new(released(matches)?)?)
}

/// The documents of `--registry` with the locks of `--lock`.
pub(super) fn released(matches: &ArgMatches) -> Result<Vec<Released>, Failure> {
    let paths = matches.get_many::<PathBuf>("registry").unwrap_or_default();
    let mut locks = matches.get_many::<PathBuf>("lock").unwrap_or_default();
    let mut released: Vec<Released> = Vec::new();
    for path in paths {
        if path.is_dir() {
            released.extend(history::released(path)?);
        } else {
            let lock = locks.next().map(PathBuf::as_path);
            released.push(history::load(path, lock)?);
        }
    }
    if let Some(lock) = locks.next() {
        return Err(Failure::Usage(
            format!("`{}` does not belong to a document", lock.display()),
            "write one --lock for each file of --registry; a folder has its own locks".to_owned(),
        ));
    }
    Ok(released)
}

fn bare(matches: &ArgMatches, contracts: &Contracts) -> Result<Option<Bare>, Failure> {
    let Some(text) = matches.get_one::<String>("event") else {
        return Ok(None);
    };
    let (event, version) = match text.split_once('@') {
        None => (text.as_str(), None),
        Some((event, version)) => match version.parse() {
            Ok(version) => (event, Some(version)),
            Err(error) => {
                return Err(Failure::Usage(
                    format!("`{version}` is not a version"),
                    format!("write it as in `{event}@1.9`: {error}"),
                ));
            }
        },
    };
    if !contracts.has_event(event) {
        return Err(Failure::Usage(
            format!("the documents have no event `{event}`"),
            "write the wire name of an event, such as `run_event`".to_owned(),
        ));
    }
    let event = event.to_owned();
    Ok(Some(Bare { event, version }))
}

fn fail_on(matches: &ArgMatches) -> FailOn {
    let kinds: Vec<&str> = matches
        .get_many::<String>("fail-on")
        .unwrap_or_default()
        .map(String::as_str)
        .collect();
    FailOn {
        violations: kinds.contains(&"violations"),
        coverage: kinds.contains(&"coverage") || matches.get_flag("require-all"),
        sentinels: kinds.contains(&"sentinels"),
    }
}
