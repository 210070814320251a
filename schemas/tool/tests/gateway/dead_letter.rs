//! The dead letter file.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};

use crate::{
    collector::{Collector, Plan},
    gateway::{Gateway, REGISTRY, envelope, event, fresh, refused, with},
};

fn lines(path: &std::path::Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn it_has_rules_and_pointers_but_no_payload() {
    let collector = Collector::start();
    let path = fresh("errors.ndjson");
    let gateway = Gateway::start(&collector, &["--dead-letter", path.to_str().unwrap()]);
    let sent = envelope(vec![
        event(),
        with("mode", "secret-mode"),
        with("count", 4242),
    ]);
    assert_eq!(gateway.send(&sent).status, 200);
    let found = lines(&path);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["event"], "run_event");
    assert_eq!(found[0]["version"], "1.9");
    assert_eq!(
        found[0]["errors"],
        json!([{
            "rule": "NOT_IN_ENUM",
            "title": "A value is in the enum of its field.",
            "pointer": "/events/1/parameters/mode",
            "count": 1,
        }])
    );
    assert_eq!(found[1]["errors"][0]["rule"], "OUT_OF_RANGE");
    let text = fs::read_to_string(&path).unwrap();
    for secret in ["secret-mode", "4242", "session-1", "127.0.0.1"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(gateway.metric("dead_letter_events_total"), 2);
}

#[test]
fn it_has_payloads_only_if_they_are_asked_for() {
    let collector = Collector::start();
    let path = fresh("payloads.ndjson");
    let dead_letter = path.to_str().unwrap();
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let gateway = Gateway::start(
        &collector,
        &["--dead-letter", dead_letter, "--dead-letter-payloads"],
    );
    let invalid = with("mode", "stream");
    assert_eq!(gateway.send(&envelope(vec![invalid.clone()])).status, 200);
    let found = lines(&path);
    assert_eq!(found[0]["payload"], invalid);
    assert_eq!(
        found[0]["errors"][0]["wrong"],
        "`stream` is not a value of the enum"
    );
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn it_is_written_after_the_collector_has_accepted() {
    let collector = Collector::start();
    let path = fresh("order.ndjson");
    let gateway = Gateway::start(&collector, &["--dead-letter", path.to_str().unwrap()]);
    let both = envelope(vec![event(), with("count", "x")]);
    collector.plan(Plan::status("503 Service Unavailable"));
    for _ in 0..3 {
        assert_eq!(gateway.send(&both).status, 503);
    }
    // Requests that the client repeats do not fill the file.
    assert_eq!(lines(&path).len(), 0);
    collector.plan(Plan::accept());
    assert_eq!(gateway.send(&both).status, 200);
    assert_eq!(lines(&path).len(), 1);
}

#[test]
fn a_full_file_becomes_the_backup() {
    let collector = Collector::start();
    let path = fresh("full.ndjson");
    let backup = fresh("full.ndjson.1");
    let limit = 64 * 1024 * 1024;
    let line = format!("{{\"old\": \"{}\"}}\n", "x".repeat(1000));
    fs::write(&path, line.repeat(limit / line.len())).unwrap();
    let gateway = Gateway::start(
        &collector,
        &[
            "--dead-letter",
            path.to_str().unwrap(),
            "--dead-letter-payloads",
        ],
    );
    let large = with("title", "x".repeat(4000));
    let mut wrong = large;
    wrong["parameters"]["count"] = "x".into();
    assert_eq!(gateway.send(&envelope(vec![wrong])).status, 200);
    assert_eq!(lines(&path).len(), 1);
    assert!(fs::metadata(&backup).unwrap().len() <= limit as u64);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    fs::remove_file(&backup).unwrap();
}

/// `/dev/full` is not a regular file, so a limit of the size of files takes the place of a full disk.
#[test]
fn a_file_that_cannot_be_written_refuses_the_batch() {
    let collector = Collector::start();
    let path = fresh("no-space.ndjson");
    // One block of 512 bytes, and the signal of the limit is ignored, as the write then fails.
    let mut child = std::process::Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"",
            env!("CARGO_BIN_EXE_telemetry-tool"),
        ])
        .args(["gateway", "--listen", "127.0.0.1:0", "--registry", REGISTRY])
        .args([
            "--forward",
            &collector.address(),
            "--dead-letter",
            path.to_str().unwrap(),
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut first).unwrap();
    let port: u16 = first
        .trim()
        .trim_end_matches('/')
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let send = |events: Vec<Value>| {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        let body = envelope(events).to_string();
        crate::gateway::send(&mut stream, "POST", "/", &[], body.as_bytes());
        crate::gateway::read(&mut stream)
    };
    let many = || {
        vec![with("count", "x"); 40]
            .into_iter()
            .chain([event()])
            .collect::<Vec<_>>()
    };
    let answer = send(many());
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(collector.records().len(), 1);
    // While the file cannot be written, the collector does not get the valid events again.
    assert_eq!(send(many()).status, 503);
    assert_eq!(collector.records().len(), 1);
    // Valid batches are not concerned, and the file ends with a complete line.
    assert_eq!(send(vec![event()]).status, 200);
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
    // A smaller batch fits again.
    assert_eq!(send(vec![with("count", "x")]).status, 200);
    assert_eq!(lines(&path).len(), 1);
    let id = child.id().to_string();
    assert!(
        std::process::Command::new("kill")
            .arg(&id)
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("cannot be written"), "{err}");
    assert!(err.contains("can be written again"), "{err}");
}

#[test]
fn rejected_logs_are_counted_in_it() {
    let collector = Collector::start();
    let path = fresh("rejected.ndjson");
    let gateway = Gateway::start(&collector, &["--dead-letter", path.to_str().unwrap()]);
    let partial = r#"{"partialSuccess": {"rejectedLogRecords": "1", "errorMessage": "no"}}"#;
    collector.plan(Plan::Answer("200 OK", String::new(), partial.to_owned()));
    let answer = gateway.send(&envelope(vec![event(), event()]));
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({"accepted": 1, "invalid": 0, "rejected": 1})
    );
    assert_eq!(lines(&path)[0]["errors"][0]["rule"], "COLLECTOR");
    assert_eq!(gateway.metric("events_rejected_total"), 1);
    assert_eq!(gateway.metric("events_forwarded_total"), 1);
}

#[test]
fn two_gateways_need_two_files() {
    let collector = Collector::start();
    let path = fresh("shared.ndjson");
    let dead_letter = path.to_str().unwrap();
    let _first = Gateway::start(&collector, &["--dead-letter", dead_letter]);
    let address = collector.address();
    let (code, err) = refused(&[
        "--listen",
        "127.0.0.1:0",
        "--registry",
        REGISTRY,
        "--forward",
        &address,
        "--dead-letter",
        dead_letter,
    ]);
    assert_eq!(code, 2);
    assert!(
        err.contains("each gateway needs its own dead letter file"),
        "{err}"
    );
}
