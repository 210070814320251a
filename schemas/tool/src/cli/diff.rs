//! `diff`: the changes between documents, and the version that they need.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Answer, Failure, format_argument, format_of, path_argument};
use crate::{
    diff::{Comparison, Options, Side, compare_released, unused_approvals},
    history::{self, Released},
    report::{self, Style},
    rules::{Policy, rule, rules},
};

pub(super) fn arguments(command: Command) -> Command {
    command
        .about("Report the changes between two documents and the version that they need")
        .override_usage(
            "telemetry-tool diff [OPTIONS] OLD NEW\n       \
             telemetry-tool diff [OPTIONS] --against REV DOCUMENT\n       \
             telemetry-tool diff [OPTIONS] --history DIR [--transitive] DOCUMENT\n       \
             telemetry-tool diff --explain RULE",
        )
        .after_help(
            "The lock of NAME.json is NAME.lock.json or events.lock.json in the same folder.\n\n\
             examples:\n  \
             telemetry-tool diff schemas/history/1.9.json schemas/anonymous_events.json\n  \
             telemetry-tool diff --against main --format github schemas/anonymous_events.json\n  \
             telemetry-tool diff --history schemas/history --transitive schemas/anonymous_events.json\n  \
             telemetry-tool diff --explain FIELD_ADDED\n\n\
             exit codes: 0 fine; 1 a change is forbidden or the version did not rise enough; 2 bad input",
        )
        .arg(
            path_argument("DOCUMENT", "OLD and NEW, or NEW with --against or --history")
                .action(ArgAction::Append)
                .num_args(1..=2)
                .required_unless_present("explain"),
        )
        .arg(
            Arg::new("against")
                .long("against")
                .value_name("REV")
                .conflicts_with("history")
                .help("Compare with the same file in a revision of git"),
        )
        .arg(
            path_argument("history", "Compare with the latest released document in a folder")
                .long("history")
                .value_name("DIR"),
        )
        .arg(
            Arg::new("transitive")
                .long("transitive")
                .action(ArgAction::SetTrue)
                .requires("history")
                .help("Compare with every released document: old clients stay in the field"),
        )
        .arg(
            Arg::new("policy")
                .long("policy")
                .value_name("POLICY")
                .value_parser(["pinned", "latest"])
                .default_value("pinned")
                .help("Servers validate by the version of the payload (pinned), or by the latest"),
        )
        .arg(path_argument("old-lock", "Lock of OLD").long("old-lock").value_name("FILE"))
        .arg(path_argument("lock", "Lock of NEW").long("lock").value_name("FILE"))
        .arg(
            Arg::new("sign-off")
                .long("sign-off")
                .value_name("RULE[:POINTER]")
                .action(ArgAction::Append)
                .help("A change that a reviewer for privacy has approved"),
        )
        .arg(format_argument())
        .arg(
            Arg::new("explain")
                .long("explain")
                .value_name("RULE")
                .exclusive(true)
                .help("Print everything about a rule"),
        )
}

pub(super) fn run(matches: &ArgMatches, style: Style) -> Result<Answer, Failure> {
    if let Some(id) = matches.get_one::<String>("explain") {
        return explain(id, style);
    }
    let paths: Vec<&PathBuf> = matches.get_many("DOCUMENT").unwrap_or_default().collect();
    let path = |name: &str| matches.get_one::<PathBuf>(name).map(PathBuf::as_path);
    let (olds, new) = match (
        &*paths,
        matches.get_one::<String>("against"),
        path("history"),
    ) {
        ([old, new], None, None) => {
            let new = history::load(new, path("lock"))?;
            (vec![history::load(old, path("old-lock"))?], new)
        }
        ([new], Some(revision), None) => {
            let current = history::load(new, path("lock"))?;
            let lock = path("old-lock").or(path("lock"));
            (vec![history::at_revision(revision, new, lock)?], current)
        }
        ([new], None, Some(folder)) => {
            let current = history::load(new, path("lock"))?;
            let mut released = history::released(folder)?;
            if !matches.get_flag("transitive") {
                released = released.pop().into_iter().collect();
            }
            (released, current)
        }
        ([_], None, None) => {
            return Err(Failure::Usage(
                "the other document is missing".to_owned(),
                "write `diff OLD NEW`, `diff --against REV DOCUMENT` or `diff --history DIR DOCUMENT`".to_owned(),
            ));
        }
        _ => {
            return Err(Failure::Usage(
                "two documents do not fit with --against or --history".to_owned(),
                "write only the new document".to_owned(),
            ));
        }
    };
    report(matches, &olds, &new, style)
}

fn report(
    matches: &ArgMatches,
    olds: &[Released],
    new: &Released,
    style: Style,
) -> Result<Answer, Failure> {
    let signed_off: Vec<String> = matches
        .get_many("sign-off")
        .unwrap_or_default()
        .cloned()
        .collect();
    let options = Options {
        policy: match matches.get_one::<String>("policy").map(String::as_str) {
            Some("latest") => Policy::Latest,
            _ => Policy::Pinned,
        },
        signed_off,
    };
    let olds: Vec<Side<'_>> = olds.iter().map(Released::side).collect();
    let comparisons = compare_released(&olds, new.side(), &options);
    let unused = unused_approvals(&comparisons, &options.signed_off);
    if let Some(unused) = unused.into_iter().next() {
        return Err(Failure::Usage(unused.wrong, unused.instead));
    }
    Ok(Answer {
        text: report::diff::render(&comparisons, format_of(matches), style, Path::new(".")),
        finding: comparisons.iter().any(Comparison::is_finding),
        ..Answer::default()
    })
}

fn explain(id: &str, style: Style) -> Result<Answer, Failure> {
    let Some(rule) = rule(id) else {
        let names: Vec<_> = rules().map(|rule| rule.id).collect();
        return Err(Failure::Usage(
            format!("`{id}` is not a rule"),
            format!("the rules are {}", names.join(", ")),
        ));
    };
    Ok(Answer {
        text: report::diff::explain(rule, style),
        ..Answer::default()
    })
}
