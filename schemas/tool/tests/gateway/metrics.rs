//! The page for Prometheus.

use std::collections::BTreeSet;

use crate::{
    collector::Collector,
    gateway::{Gateway, envelope, event, with},
};

#[test]
fn names_and_labels_do_not_come_from_input() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let page = || gateway.request("GET", "/metrics", &[], b"").body;
    let names = |page: &str| -> BTreeSet<String> {
        let lines = page.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| line.rsplit_once(' ').unwrap().0.to_owned())
            .collect()
    };
    let before = names(&page());
    let hostile = "evil\"} 1\n# TYPE x counter\nx{a=\"";
    let mut named = event();
    named["name"] = hostile.into();
    let mut fielded = with("mode", hostile);
    fielded["parameters"][hostile] = hostile.into();
    let mut sent = envelope(vec![named, fielded, event()]);
    for key in [
        "sessionId",
        "clientVer",
        "cpuArchitecture",
        "productName",
        "eventSysVer",
    ] {
        sent[key] = hostile.into();
    }
    assert_eq!(gateway.send(&sent).status, 200);
    gateway.request("POST", "/evil%22", &[("X-Evil", "evil")], b"evil");
    gateway.request("EVIL", "/", &[], b"");
    let page = page();
    assert!(!page.contains("evil"), "{page}");
    assert_eq!(names(&page), before);
    for line in [
        "telemetry_gateway_events_received_total 3",
        "telemetry_gateway_events_valid_total 1",
        "telemetry_gateway_events_invalid_total 2",
        "telemetry_gateway_events_forwarded_total 1",
        "telemetry_gateway_violations_total{rule=\"UNKNOWN_EVENT\"} 1",
        "telemetry_gateway_violations_total{rule=\"UNKNOWN_FIELD\"} 1",
        "telemetry_gateway_answers_total{status=\"405\"} 1",
        "telemetry_gateway_forwards_total{end=\"accepted\"} 1",
        "telemetry_gateway_forward_seconds_count 1",
    ] {
        assert!(page.lines().any(|it| it == line), "{line}\n{page}");
    }
    // Hostile text stays text on its way.
    let record = collector.accepted()[0].clone();
    let service = &record["resourceLogs"][0]["resource"]["attributes"][0];
    assert_eq!(service["value"]["stringValue"], hostile);
}
