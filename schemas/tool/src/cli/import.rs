//! `import`: Rust declarations for the events of a document.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Answer, Failure, check_output, path_argument, path_of, unknown_event};
use crate::{
    document,
    import::{self, Options, PLACEHOLDER, Refused},
    report::Style,
};

pub(super) fn arguments(command: Command) -> Command {
    command
        .about("Write Rust declarations for the events of a document")
        .after_help(
            "The declarations compile with `registry = \"...\"` and write the document again. The output lists\n\
             each difference between both. Reasons for free text and missing descriptions begin with\n\
             `REVIEW:`; a test in the file fails until you replace them.\n\n\
             examples:\n  \
             telemetry-tool import schemas/events.json --out src/events.rs\n  \
             telemetry-tool import schemas/events.json --event run --out src/run.rs\n  \
             telemetry-tool import events.json --registry ../schemas/events.json --out src/events.rs\n\n\
             exit codes: 0 fine; 2 bad input, or a part of the document cannot be declared",
        )
        .arg(path_argument("DOCUMENT", "The registry document").required(true))
        .arg(
            Arg::new("event")
                .long("event")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help("Declare only this event and the types that it uses; may be repeated"),
        )
        .arg(
            path_argument("FILE", "The Rust file to write")
                .long("out")
                .short('o')
                .required(true),
        )
        .arg(
            Arg::new("registry")
                .long("registry")
                .value_name("PATH")
                .help(
                    "Path from the package's Cargo.toml to the document, if it is not DOCUMENT as written",
                ),
        )
}

pub(super) fn run(matches: &ArgMatches, _: Style) -> Result<Answer, Failure> {
    let path = path_of(matches, "DOCUMENT");
    let document = document::load(path)?;
    let options = Options {
        events: matches
            .get_many("event")
            .unwrap_or_default()
            .cloned()
            .collect(),
        registry: match matches.get_one::<String>("registry") {
            Some(path) => path.clone(),
            // The separator of every platform in a path of the source.
            None => path.display().to_string().replace('\\', "/"),
        },
    };
    let imported = import::import(&document, &options).map_err(|refused| match refused {
        Refused::UnknownEvent(name) => unknown_event(&document, &name),
        Refused::Undeclarable(problems) => Failure::Inputs(
            problems
                .into_iter()
                .map(|problem| problem.in_file(&document.file))
                .collect(),
        ),
    })?;
    let out = matches
        .get_one::<PathBuf>("FILE")
        .cloned()
        .unwrap_or_default();
    check_output(&out, &[&document.file])?;
    let mut text = format!("wrote `{}`\n", out.display());
    if imported.placeholders > 0 {
        text.push_str(&format!(
            "replace the {} texts that begin with `{}`: reasons for free text and missing descriptions\n",
            imported.placeholders,
            PLACEHOLDER.trim_end()
        ));
    }
    if !imported.differences.is_empty() {
        text.push_str("the declarations write the document with these differences:\n");
        for difference in &imported.differences {
            text.push_str(&format!("  {difference}\n"));
        }
    }
    Ok(Answer {
        text,
        file: Some((out, imported.rust)),
        ..Answer::default()
    })
}
