//! A long-running process: heartbeats, slow collectors, a user who opts out and in again.

use std::{
    process::Command,
    time::{Duration, UNIX_EPOCH},
};

use serde_json::Value;
use telemetry_examples::guardrails::{GuardrailsUsageEvent, UsageReporter, config::Usage};
use telemetry_runtime::{
    testing::{Collector, ReceivedRequest, ScriptedResponse, VirtualClock},
    transport::MemoryTransport,
};
use telemetry_tests::scratch::Scratch;

use super::{PATIENCE, parameters};

/// Three reports of a process that runs for a while, on a clock of the test's.
#[test]
fn the_heartbeat_repeats_the_first_report_once_per_interval() {
    let clock = VirtualClock::new(UNIX_EPOCH);
    clock.set_jitter(0.5);
    let sent = MemoryTransport::new();
    let carrier = sent.clone();
    let interval =
        |name: &str| (name == "NEMO_GUARDRAILS_HEARTBEAT_INTERVAL_S").then(|| "100".into());
    let reporter = UsageReporter::new(GuardrailsUsageEvent::default(), interval, |client| {
        client.transport(carrier).clock(&clock)
    });
    let mut usage = Usage::unknown();
    usage.num_custom_flows = 3;
    reporter.report_usage(Some(&usage), "library", "LLMRails");
    let _ = reporter.client().flush(PATIENCE);
    reporter.set_deployment_type("cli");
    reporter.report_usage(None, "library", "IORails");
    let _ = reporter.client().flush(PATIENCE);

    for beats in 1..=2 {
        clock.advance(Duration::from_secs(105));
        assert!(sent.wait_for(2 + beats, PATIENCE));
    }
    let bodies = sent.bodies();
    let envelopes: Vec<Value> = bodies
        .iter()
        .map(|body| serde_json::from_slice(body).unwrap())
        .collect();
    let [first, second, beats @ ..] = envelopes.as_slice() else {
        panic!("no envelopes");
    };
    let first = parameters(first);
    assert_eq!(first["event"], "startup");
    assert_eq!(parameters(second)["deploymentType"], "cli");
    assert_eq!(beats.len(), 2, "one heartbeat for all reports");
    for (beat, seconds) in beats.iter().zip([105.0, 210.0]) {
        let mut expected = first.clone();
        expected["event"] = "heartbeat".into();
        expected["timestamp"] = seconds.into();
        assert_eq!(parameters(beat), &expected);
        assert_eq!(beat["sessionId"], first["sessionId"]);
    }
}

/// The values of the variable are a separate section of the helpers.
#[test]
fn a_heartbeat_comes_every_ten_minutes_unless_the_variable_says_otherwise() {
    for value in [None, Some("ten"), Some("-1")] {
        let clock = VirtualClock::new(UNIX_EPOCH);
        clock.set_jitter(0.0);
        let sent = MemoryTransport::new();
        let carrier = sent.clone();
        let lookup = move |name: &str| {
            let value = value.filter(|_| name == "NEMO_GUARDRAILS_HEARTBEAT_INTERVAL_S");
            value.map(Into::into)
        };
        let reporter = UsageReporter::new(GuardrailsUsageEvent::default(), lookup, |client| {
            client.transport(carrier).clock(&clock)
        });
        reporter.report_usage(None, "library", "");
        let _ = reporter.client().flush(PATIENCE);
        clock.advance(Duration::from_secs(599));
        reporter.report_usage(None, "library", "");
        let _ = reporter.client().flush(PATIENCE);
        assert_eq!(sent.bodies().len(), 2);
        clock.advance(Duration::from_secs(1));
        assert!(sent.wait_for(3, PATIENCE), "{value:?}");
    }
}

#[test]
fn the_reporter_of_the_process_has_its_environment() {
    let collector = Collector::start().unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_guardrails_host"))
        .arg("api")
        .env_clear()
        .envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)))
        // Without a home directory there is no audit log, and an empty name counts as no name.
        .env("HOME", "")
        .env("NEMO_GUARDRAILS_USAGE_STATS_SERVER", collector.url())
        .status();
    assert!(status.unwrap().success());
    let [request] = &*collector.requests() else {
        panic!("one request");
    };
    let envelope: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(parameters(&envelope)["deploymentType"], "api");
    assert_eq!(parameters(&envelope)["railsEngine"], "LLMRails");
}

/// The response to the first report is held until the others are made: a report that waited for it
/// would never return.
#[test]
fn a_report_returns_while_another_is_under_way() {
    let collector = Collector::script([ScriptedResponse::status(200).hold()]).unwrap();
    let url = collector.url();
    let reporter = UsageReporter::new(
        GuardrailsUsageEvent::default(),
        |_| None,
        |client| client.endpoint(url),
    );
    reporter.report_usage(None, "library", "");
    collector.wait_for_requests(1, PATIENCE).unwrap();
    reporter.report_usage(None, "library", "");
    reporter.report_usage(Some(&Usage::unknown()), "api", "LLMRails");
    assert_eq!(reporter.client().health().delivered(), 0);
    collector.release();
    let arrived = |requests: &[ReceivedRequest]| {
        let texts = requests.iter().map(ReceivedRequest::text);
        let events = texts.map(|text| text.matches("guardrails_usage_event").count());
        events.sum::<usize>()
    };
    let mut requests = 1;
    while arrived(&collector.wait_for_requests(requests, PATIENCE).unwrap()) < 3 {
        requests += 1;
    }
}

/// Nothing of one session is sent in the next, and the heartbeat restarts with the first report.
#[test]
fn a_marker_file_ends_the_reports_and_its_removal_begins_a_new_session() {
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "guardrails-marker");
    let folder = home.join(".config/nemoguardrails");
    std::fs::create_dir_all(&folder).unwrap();
    let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let path = home.path().to_owned();
    let lookup = move |name: &str| (name == variable).then(|| path.clone().into());
    let clock = VirtualClock::new(UNIX_EPOCH);
    let sent = MemoryTransport::new();
    let carrier = sent.clone();
    let reporter = UsageReporter::new(GuardrailsUsageEvent::default(), lookup, |client| {
        client.transport(carrier).clock(&clock)
    });
    let report = || {
        reporter.report_usage(None, "library", "");
        let _ = reporter.client().flush(PATIENCE);
    };
    report();
    std::fs::write(folder.join("do_not_track"), "").unwrap();
    report();
    assert!(!reporter.client().decision().on);
    clock.advance(Duration::from_secs(3600));
    assert_eq!(sent.bodies().len(), 1);

    std::fs::remove_file(folder.join("do_not_track")).unwrap();
    assert!(reporter.client().recheck().on);
    report();
    clock.advance(Duration::from_secs(660));
    assert!(sent.wait_for(3, PATIENCE));
    let bodies = sent.bodies();
    let sessions: Vec<_> = bodies.iter().map(|body| session_of(body)).collect();
    assert_ne!(sessions[0], sessions[1]);
    assert_eq!(sessions[1], sessions[2]);
}

/// The session of an envelope, which is that of its event too.
fn session_of(body: &[u8]) -> String {
    let envelope: Value = serde_json::from_slice(body).unwrap();
    assert_eq!(parameters(&envelope)["sessionId"], envelope["sessionId"]);
    envelope["sessionId"].as_str().unwrap().to_owned()
}
