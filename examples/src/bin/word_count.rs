//! `word_count FILE...`: counts words, and records an event about the run.
//!
//! After the exit a background process sends the event. Without a collector the event waits in a file, and
//! `word_count telemetry status` shows it.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::Instant,
};

use clap::{Arg, Command, value_parser};
use telemetry_examples::{
    arguments::parse,
    word_count::{DISCLOSURE, Files, Outcome, WORD_COUNT, WordsCounted},
};
use telemetry_runtime::{Client, Profile, TelemetryCommand, sender};

fn main() -> ExitCode {
    // First: the background sender must not run any other code of the program.
    let token = sender::run_if_requested(&WORD_COUNT);
    let matches = match parse(command()) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    if let Some((TelemetryCommand::NAME, matches)) = matches.subcommand() {
        return TelemetryCommand::new(DISCLOSURE)
            .sender(token)
            .main(matches);
    }
    // The profile holds events in files, because the product declares a folder for them. Until the guard
    // is dropped, the client sends them in the background. The drop starts the sender for the others.
    let telemetry = Client::builder(&WORD_COUNT)
        .profile(Profile::cli())
        .sender(token)
        .build();
    let started = Instant::now();
    let files: Vec<_> = matches
        .get_many::<PathBuf>("file")
        .into_iter()
        .flatten()
        .collect();
    let counted = count(&files);
    if let Err(error) = &counted {
        let _ = writeln!(io::stderr(), "word_count: {error}");
    }
    telemetry.record(
        &WordsCounted::builder()
            .files(Files::of(files.len()))
            .outcome(match counted {
                Ok(()) => Outcome::Success,
                Err(_) => Outcome::Failure,
            })
            .duration_ms(started.elapsed())
            .build(),
    );
    match counted {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn command() -> Command {
    Command::new("word_count")
        .about("Counts the words of files")
        .subcommand(TelemetryCommand::command())
        .subcommand_negates_reqs(true)
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .num_args(1..)
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("Text files"),
        )
}

/// Prints the number of words of each file.
fn count(files: &[&PathBuf]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for path in files {
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let bytes = fs::read(path).map_err(named)?;
        let words = String::from_utf8_lossy(&bytes).split_whitespace().count();
        writeln!(out, "{words:>8} {}", path.display())?;
    }
    out.flush()
}
