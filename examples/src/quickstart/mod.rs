//! The quickstart: runs a command, records one event about it, and prints the event that a collector
//! on loopback received and the result of its validation.
//!
//! **Invariants.** It never contacts a host other than loopback unless the user passes `--endpoint URL`,
//! and never changes what the command does or its exit code. It obeys opt-outs in the environment;
//! with `--ignore-environment` the only endpoint is the collector in this process.

mod args;
mod command;

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
    command::FinishedCommand,
};
use crate::{
    agent_toolkit::{NatCliCommand, SYSTEM_VERSION},
    label_writer::LabelWriter,
    live_view::LiveView,
    nemo::{CLIENT_ID, FAMILY},
    validate::Schemas,
};

/// The product of the quickstart. It has no endpoint and is on unless the user opts out.
pub static QUICKSTART: Product = Product::new("quickstart")
    .client_id(CLIENT_ID)
    .family(FAMILY)
    .events(&[&[NatCliCommand::DESCRIPTOR]])
    .version(env!("CARGO_PKG_VERSION"))
    .system_version(SYSTEM_VERSION)
    .default_on(true);

/// Maximum time to wait for delivery. On loopback it takes milliseconds.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(10);

/// Looks up an environment variable.
pub type Lookup = fn(&str) -> Option<OsString>;

/// Runs the program. `args` does not include the program's name.
pub fn main(args: impl Iterator<Item = OsString>, lookup: Lookup) -> ExitCode {
    let stdout = io::stdout();
    let mut out = LabelWriter::new(stdout);
    let mut code = match Args::parse(args) {
        Ok(Args::Help) => {
            out.text(HELP);
            0
        }
        Ok(Args::Run(run)) => {
            let words = or_default(run.command, lookup);
            out.line("running", &command::display(&words));
            out.flush();
            let finished = command::run(words);
            out.text("");
            record(&finished, run.destination, lookup, &mut out);
            finished.exit_code()
        }
        Err(message) => {
            let _ = writeln!(io::stderr(), "quickstart: {message}; see --help");
            2
        }
    };
    if let Err(error) = out.finish() {
        let _ = writeln!(
            io::stderr(),
            "quickstart: the output could not be written: {error}"
        );
        code = code.max(1);
    }
    ExitCode::from(code)
}

fn or_default(command: Vec<OsString>, lookup: Lookup) -> Vec<OsString> {
    if command.is_empty() {
        // `cargo run` sets the variable to its own path.
        let cargo = lookup("CARGO").unwrap_or_else(|| "cargo".into());
        vec![cargo, "--version".into()]
    } else {
        command
    }
}

/// Records and sends the event about the command, and prints the result.
fn record<W: Write>(
    finished: &FinishedCommand,
    destination: Destination,
    lookup: Lookup,
    out: &mut LabelWriter<W>,
) {
    if let Some(error) = finished.error() {
        out.line("command", &format!("could not be started: {error}"));
    }
    let builder = Client::builder(&QUICKSTART);
    match destination {
        Destination::Collector { ignore_environment } => {
            let collector = match Collector::start() {
                Ok(collector) => collector,
                Err(error) => {
                    out.line("collector", &format!("did not start: {error}"));
                    return;
                }
            };
            let builder = builder.endpoint(format!("{}/v1.1/events/json", collector.url()));
            let telemetry = if ignore_environment {
                let note = "the client ignores the environment; the event goes to 127.0.0.1 only";
                out.line("note", note);
                builder.env(|_| None).build()
            } else {
                builder.env(lookup).build()
            };
            if send(&telemetry, &finished.event(), out) {
                print_received(&collector, out);
                print_next_steps(out);
            }
        }
        Destination::View { ignore_environment } => {
            let view = match LiveView::start("schemas/anonymous_events.json") {
                Ok(view) => view,
                Err(error) => {
                    out.line("view", &error.to_string());
                    return;
                }
            };
            let builder = builder.endpoint(view.endpoint());
            let builder = if ignore_environment {
                builder.env(|_| None)
            } else {
                builder.env(lookup)
            };
            send(&builder.build(), &finished.event(), out);
            out.line("view", view.page());
            out.indented("open the address in a browser; Ctrl-C ends the view");
            out.flush();
            view.wait();
        }
        Destination::Endpoint(endpoint) => {
            let telemetry = builder.endpoint(endpoint).env(lookup).build();
            send(&telemetry, &finished.event(), out);
        }
    }
}

/// Sends the event and returns whether it was delivered.
fn send<W: Write>(
    telemetry: &TelemetryGuard,
    event: &NatCliCommand,
    out: &mut LabelWriter<W>,
) -> bool {
    let decision = telemetry.decision();
    if !decision.on {
        out.line("telemetry", &decision.sentence);
        out.indented("nothing was recorded and nothing was sent");
        if decision.source == DecisionSource::Misconfigured {
            return false;
        }
        out.text("\nTo send the event to a collector in this process regardless:");
        out.command(
            "cargo run -p telemetry-examples --example quickstart -- --ignore-environment",
            "gives the client an empty environment; it contacts only 127.0.0.1",
        );
        return false;
    }
    out.line("telemetry", &decision.sentence);
    out.line(
        "recorded",
        &format!(
            "{} {}, {} fields",
            NatCliCommand::EVENT_NAME,
            NatCliCommand::SCHEMA_VERSION,
            NatCliCommand::DESCRIPTOR.fields.len()
        ),
    );
    telemetry.record(event);
    // The endpoint `stdout` writes to standard error; flush so that the lines above come first.
    out.flush();
    let _ = telemetry.flush(DELIVERY_TIMEOUT);
    let health = telemetry.health();
    if health.delivered() == 1 {
        out.line("delivered", "1 event");
        return true;
    }
    let why = match (health.last_status(), health.last_failure()) {
        (Some(status), _) => format!("the collector answered {status}"),
        (None, Some(failure)) => failure.to_string(),
        (None, None) => "no answer within 10 s".to_owned(),
    };
    out.line("failed", &format!("not delivered: {why}"));
    false
}

/// Prints the requests that the collector received, and the result of their validation.
fn print_received<W: Write>(collector: &Collector, out: &mut LabelWriter<W>) {
    for request in collector.requests() {
        let Ok(envelope) = serde_json::from_slice::<Value>(&request.body) else {
            out.line("received", "a body that is not JSON");
            continue;
        };
        let url = format!("{}{}", collector.url(), request.path);
        let (method, size) = (&request.method, request.body.len());
        out.line(
            "received",
            &format!("{method} {url}, {size} bytes; its event:"),
        );
        let parameters = envelope
            .pointer("/events/0/parameters")
            .unwrap_or(&Value::Null);
        for line in format!("{parameters:#}").lines() {
            out.indented(line);
        }
        match Schemas::checked_in().and_then(|schemas| schemas.envelope(&envelope)) {
            Ok(()) => {
                out.line("valid", "the event by schemas/anonymous_events.json,");
                out.indented("the envelope around it by schemas/envelope.json");
            }
            Err(invalid) => out.line("invalid", &invalid.to_string()),
        }
    }
}

fn print_next_steps<W: Write>(out: &mut LabelWriter<W>) {
    out.text("\nNext steps:");
    out.command(
        "cargo run -p telemetry-examples --example quickstart -- rustc --no-such-option",
        "records a failing command: exit code, duration and outcome are real",
    );
    out.command(
        "cargo run -p telemetry-examples --example quickstart -- --endpoint stdout",
        "prints the envelope as one JSON line",
    );
    out.command(
        "DO_NOT_TRACK=1 cargo run -p telemetry-examples --example quickstart",
        "shows the effect of an opt-out",
    );
    out.text("\nThe event is declared in examples/src/agent_toolkit/event.rs.");
}
