//! Destination of a program's events: a collector in this process, a live view, `--endpoint`, or the
//! product's variable.
//!
//! **Invariants.** A program never contacts a remote host unless the user passes `--endpoint`. An
//! endpoint from the environment is used only if it is this machine, `stdout` or empty.

use std::{ffi::OsString, io};

use telemetry_runtime::{ClientBuilder, testing::Collector, transport::Endpoint};

use crate::live_view::LiveView;

/// Path of the ingest service.
const EVENTS_PATH: &str = "/v1.1/events/json";

/// The option that shows the events in a live view. It is not a valid endpoint.
pub const VIEW: &str = "--view";

/// Destination of a program's events.
#[derive(Debug)]
pub enum Destination {
    /// A collector in this process. The text is set when the product's variable was not used, and
    /// gives the reason.
    Collector(Collector, Option<String>),
    /// A live view in another process.
    View(LiveView),
    /// The value of `--endpoint`: a URL, `stdout`, or empty to discard envelopes.
    CommandLine(String),
    /// The endpoint that the product's variable names.
    Variable,
}

impl Destination {
    /// Uses `option`, the value of `--endpoint` or [`VIEW`], if it was given, then the product's `variable`
    /// unless it names a remote host, then a collector in this process.
    ///
    /// # Errors
    ///
    /// When the collector or the view cannot be started.
    pub fn resolve(
        option: Option<&str>,
        variable: &str,
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> io::Result<Self> {
        if option == Some(VIEW) {
            let registry = match variable {
                "OPENSHELL_TELEMETRY_ENDPOINT" => "schemas/openshell_events.json",
                _ => "schemas/anonymous_events.json",
            };
            return Ok(Self::View(LiveView::start(registry)?));
        }
        if let Some(endpoint) = option {
            return Ok(Self::CommandLine(endpoint.to_owned()));
        }
        match lookup(variable).map(|value| is_remote(&value.to_string_lossy())) {
            Some(false) => Ok(Self::Variable),
            Some(true) => Ok(Self::Collector(
                Collector::start()?,
                Some(format!(
                    "{variable} names another machine; pass --endpoint to send events there"
                )),
            )),
            None => Ok(Self::Collector(Collector::start()?, None)),
        }
    }

    /// Adds the endpoint to the settings of a client.
    pub fn configure(&self, builder: ClientBuilder) -> ClientBuilder {
        match self {
            Self::Collector(collector, _) => {
                builder.endpoint(format!("{}{EVENTS_PATH}", collector.url()))
            }
            Self::View(view) => builder.endpoint(view.endpoint()),
            Self::CommandLine(endpoint) => builder.endpoint(endpoint),
            Self::Variable => builder,
        }
    }
}

/// Whether the endpoint is a remote host. Plain `http` is allowed for loopback only, so a valid
/// `https` endpoint counts as remote.
fn is_remote(text: &str) -> bool {
    match text.parse::<Endpoint>() {
        Ok(endpoint) => endpoint.to_string().starts_with("https:"),
        // A plain `http` URL of a remote host. The client rejects it with an error.
        Err(_) => Endpoint::parse_insecure(text).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_contacted_without_an_explicit_endpoint() {
        for local in [
            "",
            "stdout",
            "http://127.0.0.1:1/x",
            "http://localhost/",
            "not a URL",
        ] {
            assert!(!is_remote(local), "{local}");
        }
        for remote in [
            "https://collector.invalid/",
            "http://collector.invalid/",
            "HTTPS://COLLECTOR.INVALID/",
            "https://127.0.0.1/",
        ] {
            assert!(is_remote(remote), "{remote}");
        }
    }

    #[test]
    fn an_argument_wins_over_the_variable() {
        let resolve = |option, value: Option<&str>| {
            let value = value.map(OsString::from);
            Destination::resolve(option, "ENDPOINT", move |_| value.clone()).unwrap()
        };
        let local = Some("http://127.0.0.1:1/");
        assert!(matches!(resolve(Some("x"), local), Destination::CommandLine(it) if it == "x"));
        assert!(matches!(resolve(None, local), Destination::Variable));
        assert!(matches!(
            resolve(None, None),
            Destination::Collector(_, None)
        ));
        let remote = resolve(None, Some("https://collector.invalid/"));
        assert!(
            matches!(remote, Destination::Collector(_, Some(note)) if note.contains("ENDPOINT"))
        );
    }
}
