//! The commands and what they do.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use telemetry_examples::{
    agent_toolkit::{DISCLOSURE, Ending},
    arguments::{endpoint, option, text, wait},
};
use telemetry_runtime::{Client, Label, TelemetryCommand};

use crate::workflow::{self, COMPONENTS};

/// The tree of commands.
pub(crate) fn tree() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    let port = option("port", "PORT", "Port to listen on; 0 for any")
        .value_parser(value_parser!(u16))
        .default_value("0");
    let configured = Command::new("telemetry")
        .about("Shows or changes whether telemetry is on")
        .arg(flag("enable", "Turn telemetry on").conflicts_with_all(["disable", "status"]))
        .arg(flag("disable", "Turn telemetry off").conflicts_with("status"))
        .arg(flag("status", "Say whether it is on, and why"));
    Command::new("nat")
        .bin_name("nat")
        .about("Runs a workflow that can do sums")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg(endpoint().global(true))
        .arg(wait().global(true))
        .subcommand(
            Command::new("run")
                .about("Answers a question")
                .arg(Arg::new("input").required(true).value_name("SUM")),
        )
        .subcommand(
            Command::new("serve")
                .about("Answers a question per line on a port of this machine, until Ctrl-C")
                .arg(port),
        )
        .subcommand(
            Command::new("evaluate")
                .about("Compares answers with those of a file, `SUM = ANSWER` per line")
                .arg(
                    Arg::new("file")
                        .required(true)
                        .value_name("FILE")
                        .value_parser(value_parser!(PathBuf)),
                ),
        )
        .subcommand(
            Command::new("info")
                .about("Tells about the program")
                .subcommand_required(true)
                .subcommand(
                    Command::new("list-components").about("Lists what the workflow is made of"),
                ),
        )
        .subcommand(
            Command::new("configure")
                .about("Changes settings")
                .subcommand_required(true)
                .subcommand(configured),
        )
        .subcommand(TelemetryCommand::command())
}

/// Runs the command that was parsed.
pub(crate) fn run(matches: &ArgMatches, client: &Client) -> Ending {
    let ended = match matches.subcommand() {
        Some(("run", matches)) => answer(text(matches, "input").unwrap_or_default()),
        Some(("serve", matches)) => serve(matches.get_one("port").copied().unwrap_or_default()),
        Some(("evaluate", matches)) => {
            let file = matches.get_one::<PathBuf>("file");
            evaluate(file.map_or(Path::new(""), PathBuf::as_path))
        }
        Some(("info", _)) => list(),
        Some(("configure", matches)) => match matches.subcommand() {
            Some(("telemetry", matches)) => return configured(matches, client),
            _ => Ok(0),
        },
        Some((TelemetryCommand::NAME, matches)) => return telemetry(matches, client),
        _ => Ok(0),
    };
    match ended {
        Ok(code) => Ending::Returned(code),
        Err(failure) => {
            let _ = writeln!(io::stderr(), "Error: {}", failure.message);
            Ending::error(failure.class)
        }
    }
}

/// What ended a command: a class for the event, a message for the person.
struct Failure {
    class: Label,
    message: String,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let class = match error.kind() {
            io::ErrorKind::NotFound => "FileNotFoundError",
            io::ErrorKind::PermissionDenied => "PermissionError",
            _ => "OSError",
        };
        Self {
            class: Label(class),
            message: error.to_string(),
        }
    }
}

impl From<workflow::Error> for Failure {
    fn from(error: workflow::Error) -> Self {
        Self {
            class: error.class(),
            message: error.to_string(),
        }
    }
}

fn answer(question: &str) -> Result<i32, Failure> {
    writeln!(io::stdout(), "{}", workflow::answer(question)?)?;
    Ok(0)
}

fn evaluate(file: &Path) -> Result<i32, Failure> {
    let text = fs::read_to_string(file).map_err(|error| Failure {
        message: format!("{}: {error}", file.display()),
        ..error.into()
    })?;
    let (mut right, mut all) = (0, 0);
    for (question, expected) in text.lines().filter_map(|line| line.split_once('=')) {
        all += 1;
        let expected = workflow::answer(expected)?;
        right += i32::from(workflow::answer(question)? == expected);
    }
    writeln!(io::stdout(), "{right} of {all} right")?;
    Ok(i32::from(right != all))
}

fn list() -> Result<i32, Failure> {
    let mut out = io::stdout().lock();
    for (name, does) in COMPONENTS {
        writeln!(out, "{name:<9} {does}")?;
    }
    Ok(0)
}

/// Serves until the process ends.
fn serve(port: u16) -> Result<i32, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    writeln!(io::stdout(), "serving on {}", listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept()?;
        // What becomes of a client is no matter of the server.
        let _ = converse(&stream);
    }
}

fn converse(mut stream: &TcpStream) -> io::Result<()> {
    for question in BufReader::new(stream).lines() {
        match workflow::answer(&question?) {
            Ok(answer) => writeln!(stream, "{answer}")?,
            Err(error) => writeln!(stream, "{error}")?,
        }
    }
    Ok(())
}

/// `telemetry`, ready-made.
fn telemetry(matches: &ArgMatches, client: &Client) -> Ending {
    let (mut out, mut err) = (io::stdout(), io::stderr());
    let command = TelemetryCommand::new(DISCLOSURE).client(client);
    Ending::Returned(command.run(matches, &mut out, &mut err).into())
}

/// `configure telemetry`: another way to type it.
fn configured(matches: &ArgMatches, client: &Client) -> Ending {
    let what = match (matches.get_flag("enable"), matches.get_flag("disable")) {
        (true, _) => "enable",
        (_, true) => "disable",
        _ => "status",
    };
    let same = TelemetryCommand::command().try_get_matches_from([TelemetryCommand::NAME, what]);
    same.map_or_else(
        |error| Ending::from(&error),
        |matches| telemetry(&matches, client),
    )
}
