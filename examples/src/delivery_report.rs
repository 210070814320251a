//! The lines that a program prints on standard error when its client has shut down.

use std::io::{self, Stderr};

use serde_json::Value;
use telemetry_runtime::{
    Client, Health,
    health::{DropReason, RecordError},
    testing::Collector,
};

use crate::{destination::Destination, label_writer::LabelWriter, validate::Schemas};

impl Destination {
    /// Prints the decision of a client that has shut down, its delivered and lost events, and the
    /// requests of the collector in this process. With a live view, it then waits until the user ends the
    /// view. A closed standard error is ignored.
    pub fn print_report(&self, client: &Client) {
        let mut out = LabelWriter::new(io::stderr());
        out.line("telemetry", &client.decision().sentence);
        if client.decision().on {
            let health = client.health();
            let lost = health.accepted() - health.delivered() + health.refused();
            let delivered = format!("{} of {}", health.delivered(), health.delivered() + lost);
            out.line("delivered", &format!("{delivered} recorded events"));
            for (count, reason) in losses(&health) {
                out.line("lost", &format!("{count}: {reason}"));
            }
            if let Some(failure) = health.last_failure().filter(|_| lost > 0) {
                out.line("last try", &failure.to_string());
            }
        }
        if let Self::Collector(collector, note) = self {
            if let Some(note) = note {
                out.line("note", note);
            }
            print_requests(collector, &mut out);
        }
        if let Self::View(view) = self {
            out.line("view", &format!("{}; Ctrl-C ends it", view.page()));
            let _ = out.finish();
            view.wait();
            return;
        }
        let _ = out.finish();
    }
}

/// Number of lost events by reason.
fn losses(health: &Health) -> Vec<(u64, String)> {
    let refused = RecordError::ALL.iter();
    let refused = refused.map(|reason| (health.refused_for(*reason), reason.to_string()));
    let dropped = DropReason::ALL.iter();
    let dropped = dropped.map(|reason| (health.dropped_for(*reason), reason.to_string()));
    let all = refused.chain(dropped).chain([(
        health.held(),
        "not sent before the program ended".to_owned(),
    )]);
    all.filter(|(count, _)| *count > 0).collect()
}

/// Prints a line for each request, the parameters of the first event, and the result of validation.
fn print_requests(collector: &Collector, out: &mut LabelWriter<Stderr>) {
    let requests = collector.requests();
    let schemas = Schemas::checked_in();
    let (mut documents, mut invalid) = (None, None);
    for (index, request) in requests.iter().enumerate() {
        let envelope: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let events = envelope.pointer("/events").and_then(Value::as_array);
        let (count, size) = (events.map_or(0, Vec::len), request.body.len());
        out.line(
            "received",
            &format!("an envelope of {size} bytes, events in it: {count}"),
        );
        if let Some(parameters) = envelope
            .pointer("/events/0/parameters")
            .filter(|_| index == 0)
        {
            for line in format!("{parameters:#}").lines() {
                out.indented(line);
            }
        }
        let validation = schemas.as_ref().map_err(Clone::clone).and_then(|schemas| {
            documents = schemas.documents(&envelope);
            schemas.envelope(&envelope)
        });
        invalid = invalid.or(validation.err());
    }
    match invalid {
        Some(error) => out.line("invalid", &error.to_string()),
        None => {
            if let Some([events, envelope]) = documents {
                let text = format!("by schemas/{events} and schemas/{envelope}");
                out.line("valid", &text);
            }
        }
    }
}
