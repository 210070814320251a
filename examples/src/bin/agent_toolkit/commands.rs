//! Commands of the program.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use telemetry_examples::{
    agent_toolkit::{DISCLOSURE, ExitReason},
    arguments::{endpoint, option, text, view, wait},
    input,
};
use telemetry_runtime::{Client, Label, TelemetryCommand};

use crate::workflow::{self, COMPONENTS};

/// The command line of the program.
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
        .about("Shows telemetry, or turns it on or off")
        // A flag that is given twice means the same as once.
        .args_override_self(true)
        .arg(flag("enable", "Turn telemetry on"))
        .arg(flag("disable", "Turn telemetry off, even with --enable"))
        .arg(flag("status", "Show whether telemetry is on, and why, and change nothing"));
    Command::new("nat")
        .bin_name("nat")
        .about("Runs a workflow that evaluates expressions")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg(endpoint().global(true))
        .arg(view().global(true))
        .arg(wait().global(true))
        .subcommand(
            Command::new("run").about("Evaluates an expression").arg(
                Arg::new("input")
                    .required(true)
                    .value_name("EXPRESSION")
                    .help("Expression such as `2 * (3 + 4)`"),
            ),
        )
        .subcommand(
            Command::new("serve")
                .about("Evaluates each line received on a loopback port, until Ctrl-C")
                .arg(port),
        )
        .subcommand(
            Command::new("evaluate")
                .about("Checks the answers in a file with lines such as `1 + 1 = 2`")
                .arg(
                    Arg::new("file")
                        .required(true)
                        .value_name("FILE")
                        .help("Text file with one equation per line")
                        .value_parser(value_parser!(PathBuf)),
                ),
        )
        .subcommand(
            Command::new("info")
                .about("Shows information about the program")
                .subcommand_required(true)
                .subcommand(
                    Command::new("list-components").about("Lists the components of the workflow"),
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
pub(crate) fn run(matches: &ArgMatches, client: &Client) -> ExitReason {
    let result = match matches.subcommand() {
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
    match result {
        Ok(code) => ExitReason::Returned(code),
        Err(failure) => {
            let _ = writeln!(io::stderr(), "Error: {}", failure.message);
            ExitReason::error(failure.class)
        }
    }
}

/// An error of a command: a class for the event and a message for the user.
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
    for (question, expected) in input::lines(&text).filter_map(|line| line.split_once('=')) {
        all += 1;
        let expected = workflow::answer(expected)?;
        right += i32::from(workflow::answer(question)? == expected);
    }
    writeln!(io::stdout(), "{right} of {all} correct")?;
    Ok(i32::from(right != all))
}

fn list() -> Result<i32, Failure> {
    let mut out = io::stdout().lock();
    for (name, formula) in COMPONENTS {
        writeln!(out, "{name:<9} {formula}")?;
    }
    Ok(0)
}

/// Serves until the process exits.
fn serve(port: u16) -> Result<i32, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    writeln!(io::stdout(), "serving on {}", listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept()?;
        // An error of one connection does not stop the server.
        let _ = handle(&stream);
    }
}

fn handle(mut stream: &TcpStream) -> io::Result<()> {
    for question in BufReader::new(stream).lines() {
        match workflow::answer(&question?) {
            Ok(answer) => writeln!(stream, "{answer}")?,
            Err(error) => writeln!(stream, "{error}")?,
        }
    }
    Ok(())
}

/// The `telemetry` command of the library.
fn telemetry(matches: &ArgMatches, client: &Client) -> ExitReason {
    let (mut out, mut err) = (io::stdout(), io::stderr());
    let command = TelemetryCommand::new(DISCLOSURE).client(client);
    ExitReason::Returned(command.run(matches, &mut out, &mut err).into())
}

/// `configure telemetry`: maps the flags to the `telemetry` command. As in the original, `--status`
/// takes precedence over the other flags. A no takes precedence over a yes.
fn configured(matches: &ArgMatches, client: &Client) -> ExitReason {
    let is_set = |name| matches.get_flag(name);
    let name = if is_set("status") {
        "status"
    } else if is_set("disable") {
        "disable"
    } else if is_set("enable") {
        "enable"
    } else {
        "status"
    };
    let matches = TelemetryCommand::command().try_get_matches_from([TelemetryCommand::NAME, name]);
    matches.map_or_else(
        |error| ExitReason::from(&error),
        |matches| telemetry(&matches, client),
    )
}
