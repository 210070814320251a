//! The quickstart: runs a command, records one event about it, and shows the event arriving at a
//! collector on loopback and validating against the checked-in documents.
//!
//! Must never contact another host unless a person typed `--endpoint URL`, and never change what
//! the command does or its exit code. A refusal in the environment holds; `--ignore-environment`
//! shows the event all the same, but then the only endpoint is the collector in this process.

mod args;
mod command;
pub(crate) mod report;

use std::{
    ffi::OsString,
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use serde_json::Value;
use telemetry_runtime::{
    Client, Product, TelemetryEvent, TelemetryGuard, decision::DecisionSource, testing::Collector,
};

use self::{
    args::{Args, Destination, HELP},
    command::Finished,
    report::Report,
};
use crate::{
    agent_toolkit::{NatCliCommand, SYSTEM_VERSION},
    nemo::CLIENT_ID,
    validate::Schemas,
};

/// How an example says who it is: no endpoint of its own, on unless something refuses.
pub static QUICKSTART: Product = Product::new("quickstart")
    .client_id(CLIENT_ID)
    .version(env!("CARGO_PKG_VERSION"))
    .system_version(SYSTEM_VERSION)
    .default_on(true);

/// How long the event may take to arrive. On loopback it takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks up an environment variable.
pub type Lookup = fn(&str) -> Option<OsString>;

/// The whole program. `args` without the program's name.
pub fn main(args: impl Iterator<Item = OsString>, lookup: Lookup) -> ExitCode {
    let stdout = io::stdout();
    let mut report = Report::new(stdout);
    let code = match Args::parse(args) {
        Ok(Args::Help) => {
            report.text(HELP);
            0
        }
        Ok(Args::Run(run)) => {
            let words = or_default(run.command, lookup);
            report.line("running", &command::displayed(&words));
            report.flush();
            let finished = command::run(words);
            report.text("");
            show(&finished, run.destination, lookup, &mut report);
            finished.exit_code()
        }
        Err(message) => {
            let _ = writeln!(io::stderr(), "quickstart: {message}; see --help");
            2
        }
    };
    // A reader that went away, such as `head`, has seen what it wanted.
    let _ = report.finish();
    ExitCode::from(code)
}

fn or_default(command: Vec<OsString>, lookup: Lookup) -> Vec<OsString> {
    if command.is_empty() {
        // Under `cargo run` the very cargo that runs.
        let cargo = lookup("CARGO").unwrap_or_else(|| "cargo".into());
        vec![cargo, "--version".into()]
    } else {
        command
    }
}

/// Records the event about the command, sends it, and says what became of it.
fn show<W: Write>(
    finished: &Finished,
    destination: Destination,
    lookup: Lookup,
    report: &mut Report<W>,
) {
    if let Some(error) = finished.error() {
        report.line("command", &format!("could not be started: {error}"));
    }
    let builder = Client::builder(&QUICKSTART);
    match destination {
        Destination::Collector { ignore_environment } => {
            let collector = match Collector::start() {
                Ok(collector) => collector,
                Err(error) => {
                    report.line("collector", &format!("did not start: {error}"));
                    return;
                }
            };
            let builder = builder.endpoint(format!("{}/v1.1/events/json", collector.url()));
            let telemetry = if ignore_environment {
                let note = "the environment is ignored for this demonstration: the event goes to \
                            127.0.0.1 only";
                report.line("note", note);
                builder.env(|_| None).build()
            } else {
                builder.env(lookup).build()
            };
            if send(&telemetry, &finished.event(), report) {
                arrived(&collector, report);
                what_next(report);
            }
        }
        Destination::Endpoint(endpoint) => {
            let telemetry = builder.endpoint(endpoint).env(lookup).build();
            send(&telemetry, &finished.event(), report);
        }
    }
}

/// Sends the event and says whether it was delivered.
fn send<W: Write>(
    telemetry: &TelemetryGuard,
    event: &NatCliCommand,
    report: &mut Report<W>,
) -> bool {
    let decision = telemetry.decision();
    if !decision.on {
        report.line("telemetry", &decision.sentence);
        report.indented("nothing was recorded and nothing was sent");
        if decision.source == DecisionSource::Misconfigured {
            return false;
        }
        report.text("\nTo see the event arrive at a collector inside this process all the same:");
        report.next(
            "cargo run -p telemetry-examples --example quickstart -- --ignore-environment",
            "an empty environment for the client; 127.0.0.1 is the only host it contacts",
        );
        return false;
    }
    report.line("telemetry", &decision.sentence);
    report.line(
        "recorded",
        &format!(
            "{} {}, {} fields",
            NatCliCommand::EVENT_NAME,
            NatCliCommand::SCHEMA_VERSION,
            NatCliCommand::DESCRIPTOR.fields.len()
        ),
    );
    telemetry.record(event);
    // The endpoint `stdout` writes to standard error: what stands before it must be out by then.
    report.flush();
    let _ = telemetry.flush(PATIENCE);
    let health = telemetry.health();
    if health.delivered() == 1 {
        report.line("delivered", "1 event");
        return true;
    }
    let why = match (health.last_status(), health.last_failure()) {
        (Some(status), _) => format!("the collector answered {status}"),
        (None, Some(failure)) => failure.to_string(),
        (None, None) => "no answer in time".to_owned(),
    };
    report.line("failed", &format!("not delivered: {why}"));
    false
}

/// Shows what the collector received, and whether it is what the checked-in documents promise.
fn arrived<W: Write>(collector: &Collector, report: &mut Report<W>) {
    for request in collector.requests() {
        let Ok(envelope) = serde_json::from_slice::<Value>(&request.body) else {
            report.line("received", "a body that is not JSON");
            continue;
        };
        let url = format!("{}{}", collector.url(), request.path);
        let (method, size) = (&request.method, request.body.len());
        report.line(
            "received",
            &format!("{method} {url}, {size} bytes; its event:"),
        );
        let parameters = envelope
            .pointer("/events/0/parameters")
            .unwrap_or(&Value::Null);
        for line in format!("{parameters:#}").lines() {
            report.indented(line);
        }
        match Schemas::checked_in().and_then(|schemas| schemas.envelope(&envelope)) {
            Ok(()) => {
                report.line("valid", "the event by schemas/anonymous_events.json,");
                report.indented("the envelope around it by schemas/envelope.json");
            }
            Err(invalid) => report.line("invalid", &invalid.to_string()),
        }
    }
}

fn what_next<W: Write>(report: &mut Report<W>) {
    report.text("\nWhat to type next:");
    report.next(
        "cargo run -p telemetry-examples --example quickstart -- rustc --no-such-option",
        "a command of your own: exit code, duration and outcome are real",
    );
    report.next(
        "cargo run -p telemetry-examples --example quickstart -- --endpoint stdout",
        "the whole envelope as one JSON line",
    );
    report.next(
        "DO_NOT_TRACK=1 cargo run -p telemetry-examples --example quickstart",
        "what a refusal does",
    );
    report.text("The declaration of this event: examples/src/agent_toolkit/event.rs");
}
