//! `docs`: the data dictionary of a document.

use std::{fs, path::PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Answer, Failure, check_output, path_argument, path_of};
use crate::{
    dictionary::{Dictionary, html, markdown},
    error::Problem,
    history,
    report::{Style, printable},
};

/// Longest part of a line in the report of a stale file, in characters.
const LONGEST: usize = 160;
/// Characters of it before the difference.
const BEFORE: usize = 40;

pub(super) fn arguments(command: Command) -> Command {
    command
        .about("Write a data dictionary: events, fields, values, privacy and history")
        .after_help(
            "The lock of NAME.json is NAME.lock.json or events.lock.json in the same folder.\n\
             Without a lock, the page has the facts of the document only.\n\n\
             examples:\n  \
             telemetry-tool docs --registry schemas/anonymous_events.json --out dictionary.html\n  \
             telemetry-tool docs --registry all.json --history schemas/history --out dictionary.md\n  \
             telemetry-tool docs --registry all.json --out dictionary.html --check\n\n\
             exit codes: 0 written or fresh; 1 with --check, the file is stale or missing; 2 bad input",
        )
        .arg(
            path_argument("registry", "The registry document")
                .long("registry")
                .value_name("FILE")
                .required(true),
        )
        .arg(path_argument("lock", "Its lock").long("lock").value_name("FILE"))
        .arg(
            path_argument("history", "Folder with the released documents, for versions and removed entries")
                .long("history")
                .value_name("DIR"),
        )
        .arg(
            path_argument("out", "The file to write")
                .long("out")
                .short('o')
                .value_name("FILE")
                .required(true),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(["html", "markdown"])
                .help("html or markdown; by default markdown for a file that ends in .md, html otherwise"),
        )
        .arg(
            Arg::new("check")
                .long("check")
                .action(ArgAction::SetTrue)
                .help("Compare the file with the dictionary instead of writing it"),
        )
}

pub(super) fn run(matches: &ArgMatches, _: Style) -> Result<Answer, Failure> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).map(PathBuf::as_path);
    let current = history::load(path_of(matches, "registry"), path("lock"))?;
    let released = path("history")
        .map(history::released)
        .transpose()?
        .unwrap_or_default();
    let dictionary = Dictionary::new(&current, &released);
    let out = path_of(matches, "out");
    let as_markdown = match matches.get_one::<String>("format") {
        Some(format) => format == "markdown",
        None => out.extension().is_some_and(|it| it == "md"),
    };
    let text = if as_markdown {
        markdown::render(&dictionary)
    } else {
        html::render(&dictionary)
    };
    let name = out.display();
    if !matches.get_flag("check") {
        let read = released.iter().chain([&current]);
        let inputs: Vec<&str> = read
            .flat_map(|it| {
                let lock = it.lock.as_ref().map(|lock| lock.file.as_str());
                lock.into_iter().chain([it.document.file.as_str()])
            })
            .collect();
        check_output(out, &inputs)?;
        return Ok(Answer {
            text: format!("wrote `{name}`\n"),
            file: Some((out.to_owned(), text)),
            ..Answer::default()
        });
    }
    let found = match fs::read(out) {
        Ok(found) => Some(found),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            let wrong = format!("the file cannot be read: {error}");
            let problem = Problem::new(wrong, "write the dictionary to another file");
            return Err(problem.in_file(name.to_string()).into());
        }
    };
    let wrong = match found {
        None => format!("`{name}` does not exist"),
        Some(found) if found == text.as_bytes() => {
            return Ok(Answer {
                text: format!("`{name}` is fresh\n"),
                ..Answer::default()
            });
        }
        Some(found) => format!(
            "`{name}` is stale\n{}",
            first_difference(&String::from_utf8_lossy(&found), &text)
        ),
    };
    Ok(Answer {
        text: format!("{wrong}\nhelp: run the command again without `--check`\n"),
        finding: true,
        ..Answer::default()
    })
}

fn first_difference(found: &str, expected: &str) -> String {
    let mut lines = (1..).zip(found.split('\n').zip(expected.split('\n')));
    let difference = lines.find(|(_, (found, expected))| found != expected);
    let Some((line, (found, expected))) = difference else {
        return "  one text is longer than the other".to_owned();
    };
    // Lines of HTML are long, so the report begins shortly before the difference.
    let pairs = found.chars().zip(expected.chars());
    let equal = pairs
        .take_while(|(found, expected)| found == expected)
        .count();
    let start = equal.saturating_sub(BEFORE);
    let part = |line: &str| {
        let cut = if start == 0 { "" } else { "..." };
        let part: String = line.chars().skip(start).take(LONGEST).collect();
        format!("{cut}{}", printable(&part))
    };
    format!(
        "  line {line}\n  found    {}\n  expected {}",
        part(found),
        part(expected)
    )
}
