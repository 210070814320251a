//! `view`: a page that shows events while they arrive.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::{
    Console, FINDING, FINE, Failure, USAGE, failed,
    live_check::{lock_argument, registry_argument, released},
    path_argument,
};
use crate::{
    outgoing::Target,
    report::printable,
    view::{Address, FailOn, Options, is_variable, serve},
};

pub(super) fn arguments(command: Command) -> Command {
    command
        .about("Show events on a page while they arrive, with mistakes and coverage")
        .after_help(
            "The program prints the address of the page, and a line that sends the events of a product to it.\n\
             Only programs of this machine that know the address can use it. Ctrl-C ends the view.\n\n\
             examples:\n  \
             telemetry-tool view --registry schemas/anonymous_events.json\n  \
             telemetry-tool view --registry schemas/run.json --save events.ndjson\n  \
             telemetry-tool view --registry schemas/run.json --fail-on invalid --fail-on 'coverage<90'\n\n\
             with the address in `$page`, scripts use\n  \
             curl \"${page}events?verdict=invalid\"        the events in memory; JSON with -H 'Accept: application/json'\n  \
             curl \"${page}coverage\"                      what occurred and what did not\n  \
             curl -X POST \"${page}failures?next=503\"     the next answer is 503; also 429, 413, 400, hang, reset\n  \
             curl -X POST \"${page}reset\"                 forgets every event\n\n\
             exit codes: 0 fine; 1 a finding of --fail-on; 2 bad input, or --save could not be written",
        )
        .arg(
            Arg::new("port")
                .long("port")
                .value_name("N")
                .value_parser(value_parser!(u16))
                .default_value("0")
                .help("Port on 127.0.0.1; 0 takes a free one"),
        )
        .arg(registry_argument())
        .arg(lock_argument())
        .arg(
            path_argument("save", "Add every envelope to this file, as a line of JSON")
                .long("save")
                .value_name("FILE"),
        )
        .arg(
            Arg::new("forward")
                .long("forward")
                .value_name("URL")
                .value_parser(|text: &str| text.parse::<Target>())
                .help("Send a copy of every envelope to this address"),
        )
        .arg(
            Arg::new("fail-on")
                .long("fail-on")
                .value_name("RULE")
                .action(ArgAction::Append)
                .value_parser(|text: &str| text.parse::<FailOn>())
                .help("Exit code 1 at the end: `invalid`, or `coverage<90`"),
        )
        .arg(
            Arg::new("variable")
                .long("variable")
                .value_name("NAME")
                .value_parser(|text: &str| {
                    let wrong = "write the name of an environment variable";
                    if is_variable(text) { Ok(text.to_owned()) } else { Err(wrong) }
                })
                .default_value("NEMO_TELEMETRY_ENDPOINT")
                .help("The product's variable for its endpoint, for the printed line"),
        )
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> u8 {
    let options = match options(matches) {
        Ok(options) => options,
        Err(failure) => return failed(console, &failure),
    };
    let variable = options.variable.clone();
    let ended = serve(options, |address| announce(console, address, &variable));
    let ended = match ended {
        Ok(ended) => ended,
        Err(wrong) => {
            let _ = writeln!(console.err, "error: {}", printable(&wrong));
            return USAGE;
        }
    };
    let _ = writeln!(console.out, "{}", ended.summary);
    for finding in &ended.findings {
        let _ = writeln!(console.err, "finding: {finding}");
    }
    match &ended.mistake {
        Some(mistake) => {
            let _ = writeln!(console.err, "error: {}", printable(mistake));
            USAGE
        }
        None if ended.findings.is_empty() => FINE,
        None => FINDING,
    }
}

fn options(matches: &ArgMatches) -> Result<Options, Failure> {
    let released = released(matches)?;
    let rules = matches.get_many::<FailOn>("fail-on").unwrap_or_default();
    let fail_on: Vec<FailOn> = rules.copied().collect();
    if released.is_empty() && !fail_on.is_empty() {
        return Err(Failure::Usage(
            "--fail-on needs a document".to_owned(),
            "add --registry with the document of the events".to_owned(),
        ));
    }
    Ok(Options {
        port: matches.get_one("port").copied().unwrap_or(0),
        released,
        variable: matches.get_one("variable").cloned().unwrap_or_default(),
        save: matches.get_one::<PathBuf>("save").cloned(),
        forward: matches.get_one::<Target>("forward").cloned(),
        fail_on,
    })
}

/// The address of the page, and the line to paste. A program that starts this one reads them.
fn announce(console: &mut Console<'_>, address: &Address, variable: &str) {
    let _ = write!(
        console.out,
        "page:  {}\npaste: export {variable}={}\n",
        address.page(),
        address.ingest()
    );
    let _ = console.out.flush();
}
