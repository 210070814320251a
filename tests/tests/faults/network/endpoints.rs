//! Rows 28 and 29, and the headers of a request.

use std::process::{Command, Stdio};

use telemetry_runtime::{decision::DecisionSource, health::FlushOutcome};

use super::support::*;

#[test]
fn row_28_plain_http_goes_to_this_machine_only() {
    let telemetry = builder().endpoint("http://collector.example/v1").build();
    assert_eq!(telemetry.decision().source, DecisionSource::Misconfigured);
    assert!(!telemetry.is_on());
    let allowed = builder()
        .endpoint("http://collector.example/v1")
        .allow_insecure_endpoint();
    assert!(allowed.build().is_on());
    for here in ["http://127.0.0.1/", "http://localhost/", "http://[::1]/"] {
        assert!(builder().endpoint(here).build().is_on(), "{here}");
    }
}

#[test]
fn row_29_an_empty_endpoint_builds_and_sends_nothing() {
    let telemetry = builder().endpoint("  ").build();
    telemetry.record(&Run(1));
    assert_flushed(&telemetry, FlushOutcome::Complete);
    assert_eq!(telemetry.health().delivered(), 1);
}

#[test]
fn row_29_an_invalid_endpoint_is_misconfigured_and_harmless() {
    for text in [
        "events",
        "https://",
        "http//x",
        "ftp://a.example/",
        "https://[",
        "\0",
    ] {
        let telemetry = builder()
            .env(environment(&[("TOOL_ENDPOINT", text)]))
            .build();
        telemetry.record(&Run(1));
        assert_flushed(&telemetry, FlushOutcome::Complete);
        let decision = telemetry.decision();
        assert_eq!(
            (decision.on, decision.source),
            (false, DecisionSource::Misconfigured)
        );
    }
}

#[test]
fn row_29_the_case_of_a_path_is_preserved() {
    let collector = collector([]);
    let url = format!("{}/V1/Events/JSON?Key=Value", collector.url());
    let telemetry = builder().endpoint(url).build();
    telemetry.record(&Run(1));
    assert_flushed(&telemetry, FlushOutcome::Complete);
    assert_eq!(collector.requests()[0].path, "/V1/Events/JSON?Key=Value");
}

#[test]
fn a_request_names_no_client_and_keeps_no_cookie() {
    let cookie =
        telemetry_runtime::testing::ScriptedResponse::status(200).header("Set-Cookie", "id=7");
    let collector = collector([cookie]);
    let telemetry = client_of(&collector);
    for number in 0..2 {
        telemetry.record(&Run(number));
        assert_flushed(&telemetry, FlushOutcome::Complete);
    }
    for request in collector.requests() {
        let mut names: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
            .collect();
        names.sort();
        let expected = [
            ("accept", "*/*".to_owned()),
            ("content-length", request.body.len().to_string()),
            ("content-type", "application/json".to_owned()),
            ("host", collector.address().to_string()),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value));
        assert_eq!(names, expected);
    }
}

const ENDPOINT: &str = "FAULTS_CHILD_ENDPOINT";

/// Runs `child_records_two_events` with this endpoint in a separate process.
fn child(endpoint: &str, stderr: Stdio) -> std::process::Output {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "network::endpoints::child_records_two_events",
            "--exact",
            "--ignored",
        ])
        .env(ENDPOINT, endpoint)
        .stdout(Stdio::null())
        .stderr(stderr)
        .output()
        .unwrap()
}

#[test]
#[ignore = "run as a process by the tests below"]
fn child_records_two_events() {
    let Some(endpoint) = std::env::var_os(ENDPOINT) else {
        return;
    };
    let telemetry = builder().endpoint(endpoint.into_string().unwrap()).build();
    for number in 0..2 {
        telemetry.record(&Run(number));
        let _ = telemetry.flush(PATIENCE);
    }
}

#[test]
fn row_29_the_words_for_stderr_print_one_line_per_envelope() {
    for word in ["stdout", "stderr", "log", " LOG "] {
        let output = child(word, Stdio::piped());
        assert!(output.status.success());
        let text = String::from_utf8(output.stderr).unwrap();
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1]["events"][0]["parameters"]["number"], 1);
    }
}

#[test]
fn a_closed_stderr_does_not_fail_the_program() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert!(child("stderr", writer.into()).status.success());
}
