//! `merge`: one document from several.

use std::{fmt::Write, path::PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};

use super::{Answer, Failure, format_argument, format_of, path_argument};
use crate::{
    document, json,
    merge::{Conflict, merge},
    report::{Annotation, Format, Level, Style, markdown_cell, markdown_code, printable},
};

pub(super) fn arguments(command: Command) -> Command {
    command
        .about("Write one document from several, or report where they disagree")
        .after_help(
            "The version is the highest one. Descriptions are those of the first document.\n\n\
             examples:\n  \
             telemetry-tool merge guardrails.json anonymizer.json --out schemas/all.json\n  \
             telemetry-tool merge --union a.json b.json > all.json\n\n\
             exit codes: 0 merged; 1 the documents disagree, nothing is written; 2 bad input",
        )
        .arg(
            path_argument("DOCUMENT", "The documents, at least two")
                .action(ArgAction::Append)
                .num_args(2..)
                .required(true),
        )
        .arg(
            Arg::new("union")
                .long("union")
                .action(ArgAction::SetTrue)
                .help("Enums of one name accept the values of all documents"),
        )
        .arg(
            path_argument("FILE", "Write to a file instead of standard output")
                .long("out")
                .short('o'),
        )
        .arg(format_argument().help("Format of the disagreements"))
}

pub(super) fn run(matches: &ArgMatches, style: Style) -> Result<Answer, Failure> {
    let paths = matches.get_many::<PathBuf>("DOCUMENT").unwrap_or_default();
    let documents = paths.map(document::load).collect::<Result<Vec<_>, _>>()?;
    let merged = merge(&documents, matches.get_flag("union"))?;
    if !merged.conflicts.is_empty() {
        return Ok(Answer {
            text: report(&merged.conflicts, format_of(matches), style),
            finding: true,
            ..Answer::default()
        });
    }
    Ok(super::document_answer(
        json::to_text(&merged.document),
        matches,
    ))
}

fn report(conflicts: &[Conflict], format: Format, style: Style) -> String {
    let mut text = String::new();
    match format {
        Format::Text => {
            for conflict in conflicts {
                let _ = writeln!(
                    text,
                    "{}  {}\n  {}: {}\n  {}:{}: {}\n",
                    style.bold(&printable(&conflict.pointer)),
                    printable(&conflict.message),
                    printable(&conflict.first.0),
                    shortened(&conflict.first.1),
                    printable(&conflict.other.0),
                    conflict.line,
                    shortened(&conflict.other.1)
                );
            }
            let _ = writeln!(text, "conflicts: {}; nothing is written", conflicts.len());
        }
        Format::Json => {
            let rows = conflicts.iter().map(|conflict| {
                let side = |(file, value): &(String, Value)| json!({"file": file, "value": value});
                json!({
                    "pointer": conflict.pointer,
                    "message": conflict.message,
                    "first": side(&conflict.first),
                    "other": side(&conflict.other),
                    "line": conflict.line,
                })
            });
            let report = json!({"conflicts": rows.collect::<Vec<_>>()});
            let _ = writeln!(text, "{report:#}");
        }
        Format::Markdown => {
            text.push_str("| place | disagreement | first | other |\n| --- | --- | --- | --- |\n");
            for conflict in conflicts {
                let _ = writeln!(
                    text,
                    "| {} | {} | {} | {} |",
                    markdown_code(&conflict.pointer),
                    markdown_cell(&conflict.message),
                    markdown_code(&conflict.first.0),
                    markdown_code(&conflict.other.0)
                );
            }
        }
        Format::Github => {
            for conflict in conflicts {
                let annotation = Annotation {
                    level: Level::Error,
                    file: conflict.other.0.clone(),
                    line: Some(conflict.line),
                    title: "The documents disagree".to_owned(),
                    message: format!("{}\n{}", conflict.pointer, conflict.message),
                };
                let _ = writeln!(text, "{}", annotation.to_command());
            }
        }
    }
    text
}

fn shortened(value: &Value) -> String {
    let text = printable(&value.to_string());
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{} ...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
