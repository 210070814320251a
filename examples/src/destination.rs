//! Where the events of a product's program go, and what the person sees of them.
//!
//! Must never contact a host that the person did not type: without `--endpoint` events go to a
//! collector in this process, or where the product's own variable says as long as that is this
//! machine. What is shown goes to standard error; standard output is the program's.

use std::{
    ffi::OsString,
    io::{self, Stderr},
    time::Duration,
};

use serde_json::Value;
use telemetry_runtime::{
    Client, ClientBuilder, Health, Policy,
    health::{DropReason, RecordError},
    testing::Collector,
    transport::Endpoint,
};

use crate::{nemo::LEAVE, quickstart::report::Report, validate::Schemas};

/// Path of the ingest service, which the collector stands in for.
const PATH: &str = "/v1.1/events/json";

/// Where events go.
#[derive(Debug)]
pub enum Destination {
    /// A collector in this process, and why not where the product's variable says.
    Collector(Collector, Option<String>),
    /// What the person typed: a URL, `stdout`, or nothing, which throws envelopes away.
    Typed(String),
    /// What the product's variable says: this machine, standard error, or nowhere.
    Variable,
}

impl Destination {
    /// What the person `typed` behind `--endpoint`, else what the `variable` says if that is this
    /// machine, else a collector.
    ///
    /// # Errors
    ///
    /// When the collector cannot be started.
    pub fn choose(
        typed: Option<&str>,
        variable: &str,
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> io::Result<Self> {
        if let Some(typed) = typed {
            return Ok(Self::Typed(typed.to_owned()));
        }
        match lookup(variable).map(|value| is_elsewhere(&value.to_string_lossy())) {
            Some(false) => Ok(Self::Variable),
            Some(true) => Ok(Self::Collector(
                Collector::start()?,
                Some(format!(
                    "{variable} names another machine: type it behind --endpoint to send there"
                )),
            )),
            None => Ok(Self::Collector(Collector::start()?, None)),
        }
    }

    /// The settings with this destination.
    pub fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        match self {
            Self::Collector(collector, _) => builder.endpoint(format!("{}{PATH}", collector.url())),
            Self::Typed(endpoint) => builder.endpoint(endpoint),
            Self::Variable => builder,
        }
    }

    /// Shows whether telemetry was on and why, what became of the events of a client that has ended,
    /// and what arrived at the collector. A standard error that is closed hides it, no more.
    pub fn show(&self, client: &Client) {
        let mut report = Report::new(io::stderr());
        report.line("telemetry", &client.decision().sentence);
        if client.decision().on {
            let health = client.health();
            let lost = health.accepted() - health.delivered() + health.refused();
            let delivered = format!("{} of {}", health.delivered(), health.delivered() + lost);
            report.line("delivered", &format!("{delivered} recorded events"));
            for (count, reason) in losses(&health) {
                report.line("lost", &format!("{count}: {reason}"));
            }
            if let Some(failure) = health.last_failure().filter(|_| lost > 0) {
                report.line("last try", &failure.to_string());
            }
        }
        if let Self::Collector(collector, note) = self {
            if let Some(note) = note {
                report.line("note", note);
            }
            arrived(collector, &mut report);
        }
        let _ = report.finish();
    }
}

/// How many events did not arrive, and why.
fn losses(health: &Health) -> Vec<(u64, String)> {
    let refused = RecordError::ALL.iter();
    let refused = refused.map(|reason| (health.refused_for(*reason), reason.to_string()));
    let dropped = DropReason::ALL.iter();
    let dropped = dropped.map(|reason| (health.dropped_for(*reason), reason.to_string()));
    let all = refused
        .chain(dropped)
        .chain([(health.held(), "still on its way at the end".to_owned())]);
    all.filter(|(count, _)| *count > 0).collect()
}

/// How long a command waits at its end for its event: whole seconds where a person typed them.
#[must_use]
pub fn timeout(seconds: Option<&u64>) -> Duration {
    seconds.map_or(LEAVE, |seconds| Duration::from_secs(*seconds))
}

/// The settings of a command that waits so many seconds: for the answer, too.
pub fn patient(builder: ClientBuilder, seconds: Option<&u64>) -> ClientBuilder {
    let policy = |seconds: &u64| Policy::new().request_timeout(Duration::from_secs(*seconds));
    match seconds {
        Some(seconds) => builder.policy(policy(seconds)),
        None => builder,
    }
}

/// Whether the endpoint is another machine. Plain `http` is accepted for this one only, and `https`
/// is never needed for it.
fn is_elsewhere(text: &str) -> bool {
    match Endpoint::parse(text, false) {
        Ok(endpoint) => endpoint.to_string().starts_with("https:"),
        // The client judges it again and says what is wrong.
        Err(_) => Endpoint::parse(text, true).is_ok(),
    }
}

/// One line for each request; the first event in full, and whether all of it is what the checked-in
/// documents promise.
fn arrived(collector: &Collector, report: &mut Report<Stderr>) {
    let requests = collector.requests();
    let mut invalid = None;
    for (index, request) in requests.iter().enumerate() {
        let envelope: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let events = envelope.pointer("/events").and_then(Value::as_array);
        let (count, size) = (events.map_or(0, Vec::len), request.body.len());
        report.line(
            "received",
            &format!("an envelope of {size} bytes, events in it: {count}"),
        );
        if let Some(parameters) = envelope
            .pointer("/events/0/parameters")
            .filter(|_| index == 0)
        {
            for line in format!("{parameters:#}").lines() {
                report.indented(line);
            }
        }
        let judged = Schemas::checked_in().and_then(|schemas| schemas.envelope(&envelope));
        invalid = invalid.or(judged.err());
    }
    match invalid {
        Some(mistakes) => report.line("invalid", &mistakes.to_string()),
        None if requests.is_empty() => {}
        None => report.line(
            "valid",
            "by schemas/anonymous_events.json and schemas/envelope.json",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_contacted_without_being_typed() {
        for here in [
            "",
            "stdout",
            "http://127.0.0.1:1/x",
            "http://localhost/",
            "no address",
        ] {
            assert!(!is_elsewhere(here), "{here}");
        }
        for elsewhere in [
            "https://collector.invalid/",
            "http://collector.invalid/",
            "HTTPS://COLLECTOR.INVALID/",
            "https://127.0.0.1/",
        ] {
            assert!(is_elsewhere(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn what_is_typed_wins_over_the_variable() {
        let choose = |typed, value: Option<&str>| {
            let value = value.map(OsString::from);
            Destination::choose(typed, "ENDPOINT", move |_| value.clone()).unwrap()
        };
        let here = Some("http://127.0.0.1:1/");
        assert!(matches!(choose(Some("x"), here), Destination::Typed(it) if it == "x"));
        assert!(matches!(choose(None, here), Destination::Variable));
        assert!(matches!(
            choose(None, None),
            Destination::Collector(_, None)
        ));
        let there = choose(None, Some("https://collector.invalid/"));
        assert!(
            matches!(there, Destination::Collector(_, Some(note)) if note.contains("ENDPOINT"))
        );
    }
}
