//! The counters as text for Prometheus.

use std::fmt::{Display, Write};

use super::counters::{BOUNDS, Counters, Times};

/// Names begin with it.
const PREFIX: &str = "telemetry_gateway_";

/// The page `/metrics`. `held` are the used bytes of the budget.
pub(super) fn text(counters: &Counters, held: usize) -> String {
    let mut page = Page(String::with_capacity(8 * 1024));
    page.labelled(
        "answers_total",
        "Answers by status.",
        "status",
        counters.answers(),
    );
    let open = counters
        .connections
        .get()
        .saturating_sub(counters.ended.get());
    page.gauge("connections", "Open connections.", open);
    page.gauge("held_bytes", "Bytes of bodies in memory.", held);
    let counts = [
        (
            "connections_total",
            "Accepted connections.",
            &counters.connections,
        ),
        (
            "body_bytes_total",
            "Bytes of bodies as they arrived.",
            &counters.body_bytes,
        ),
        (
            "events_received_total",
            "Events of envelopes, again if a client repeats a request.",
            &counters.received,
        ),
        (
            "events_valid_total",
            "Events that a document allows.",
            &counters.valid,
        ),
        (
            "events_invalid_total",
            "Events that no document allows.",
            &counters.invalid,
        ),
        (
            "events_forwarded_total",
            "Events that the collector has accepted.",
            &counters.forwarded,
        ),
        (
            "events_rejected_total",
            "Events that the collector has rejected while it accepted others.",
            &counters.rejected,
        ),
        (
            "dead_letter_events_total",
            "Events in the dead letter file.",
            &counters.kept,
        ),
        (
            "dead_letter_failures_total",
            "Requests whose lines could not be written.",
            &counters.unwritten,
        ),
    ];
    for (name, help, count) in counts {
        page.counter(name, help, count.get());
    }
    page.labelled(
        "violations_total",
        "Violations by rule.",
        "rule",
        counters.rules(),
    );
    page.labelled(
        "forwards_total",
        "Requests to the collector by their end.",
        "end",
        counters.deliveries(),
    );
    page.times(
        "request_seconds",
        "Time from the head of a request to its answer.",
        &counters.requests,
    );
    page.times(
        "forward_seconds",
        "Time of a request to the collector.",
        &counters.forwards,
    );
    page.0
}

struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(
            self.0,
            "# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}"
        );
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, "gauge", help);
        let _ = writeln!(self.0, "{PREFIX}{name} {value}");
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.head(name, "counter", help);
        let _ = writeln!(self.0, "{PREFIX}{name} {value}");
    }

    fn labelled(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: impl Iterator<Item = (impl Display, u64)>,
    ) {
        self.head(name, "counter", help);
        for (of_label, value) in values {
            let _ = writeln!(self.0, "{PREFIX}{name}{{{label}=\"{of_label}\"}} {value}");
        }
    }

    fn times(&mut self, name: &str, help: &str, times: &Times) {
        self.head(name, "histogram", help);
        let mut sum = 0;
        let bounds = BOUNDS.iter().map(|bound| seconds(*bound));
        let bounds = bounds.chain(std::iter::once("+Inf".to_owned()));
        for (bound, class) in bounds.zip(&times.classes) {
            sum += class.get();
            let _ = writeln!(self.0, "{PREFIX}{name}_bucket{{le=\"{bound}\"}} {sum}");
        }
        let total = seconds(times.microseconds.get());
        let _ = writeln!(
            self.0,
            "{PREFIX}{name}_sum {total}\n{PREFIX}{name}_count {sum}"
        );
    }
}

/// Microseconds as seconds, without zeros at the end.
fn seconds(microseconds: u64) -> String {
    let text = format!(
        "{}.{:06}",
        microseconds / 1_000_000,
        microseconds % 1_000_000
    );
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_counted_in_every_class_above_them() {
        let counters = Counters::new();
        counters.requests.add(Duration::from_millis(1));
        counters.requests.add(Duration::from_micros(2_600));
        counters.requests.add(Duration::from_secs(11));
        let page = text(&counters, 0);
        for line in [
            "telemetry_gateway_request_seconds_bucket{le=\"0.001\"} 1",
            "telemetry_gateway_request_seconds_bucket{le=\"0.0025\"} 1",
            "telemetry_gateway_request_seconds_bucket{le=\"0.005\"} 2",
            "telemetry_gateway_request_seconds_bucket{le=\"10\"} 2",
            "telemetry_gateway_request_seconds_bucket{le=\"+Inf\"} 3",
            "telemetry_gateway_request_seconds_sum 11.0036",
            "telemetry_gateway_request_seconds_count 3",
        ] {
            assert!(page.lines().any(|it| it == line), "{line}\n{page}");
        }
    }
}
