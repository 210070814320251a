//! `--save` and `--forward`.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
};

use serde_json::Value;

use crate::client::{REGISTRY, View, envelope, event, fresh, with};

#[test]
fn every_envelope_is_a_line_that_live_check_reads() {
    let path = fresh("saved.ndjson");
    let name = path.to_str().unwrap();
    let view = View::start(&["--save", name]);
    for at in 0..600 {
        assert_eq!(view.send(&envelope(vec![with("count", at % 50)])), 200);
    }
    assert_eq!(view.request("POST", "ingest", &[], b"{}").status, 400);
    assert_eq!(view.post("reset").status, 200);
    let (code, ..) = view.end("-TERM");
    assert_eq!(code, 0);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 600);
    let checked = Command::new(env!("CARGO_BIN_EXE_telemetry-tool"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["live-check", name, "--registry", REGISTRY])
        .output()
        .unwrap();
    let report = String::from_utf8(checked.stdout).unwrap();
    assert!(
        report.contains("600 events in 600 envelopes, 0 violations"),
        "{report}"
    );
}

#[test]
fn a_file_that_others_could_read_becomes_private_and_keeps_its_lines() {
    let path = fresh("before.ndjson");
    fs::write(&path, "{\"events\":[]}\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let view = View::start(&["--save", path.to_str().unwrap()]);
    assert_eq!(view.send(&envelope(vec![event()])), 200);
    view.end("-TERM");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
}

#[test]
fn a_full_disk_is_reported() {
    if !Path::new("/dev/full").exists() {
        println!("SKIPPED: there is no /dev/full");
        return;
    }
    let view = View::start(&["--save", "/dev/full"]);
    assert_eq!(view.send(&envelope(vec![event()])), 200);
    assert!(view.get_json("events")["totals"]["saved"]["error"].is_string());
    let (code, _, err) = view.end("-TERM");
    assert_eq!(code, 2);
    assert!(
        err.contains("`/dev/full` cannot be written after 0 envelopes"),
        "{err}"
    );
}

#[test]
fn a_copy_goes_to_the_address_without_the_headers_of_the_client() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}/v1/events", listener.local_addr().unwrap());
    let view = View::start(&["--forward", &to]);
    let sent = envelope(vec![event()]).to_string();
    let headers = [("Authorization", "Bearer secret"), ("X-Api-Key", "secret")];
    assert_eq!(
        view.request("POST", "ingest", &headers, sent.as_bytes())
            .status,
        200
    );
    let (mut stream, _) = listener.accept().unwrap();
    let mut found = Vec::new();
    let mut part = [0; 4096];
    while !found.ends_with(sent.as_bytes()) {
        let length = stream.read(&mut part).unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&found));
        found.extend_from_slice(&part[..length]);
    }
    let found = String::from_utf8(found).unwrap();
    assert!(found.starts_with("POST /v1/events HTTP/1.1\r\n"), "{found}");
    assert!(!found.to_lowercase().contains("secret"), "{found}");
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .unwrap();
    drop(stream);
    let forwarded = |view: &View| view.get_json("events")["totals"]["forwarded"].clone();
    while forwarded(&view)["accepted"] != 1 {}
    // A request that is not an envelope is not sent on, and an address that refuses is counted.
    drop(listener);
    assert_eq!(view.request("POST", "ingest", &[], b"{}").status, 400);
    assert_eq!(
        view.request("POST", "ingest", &[], sent.as_bytes()).status,
        200
    );
    while forwarded(&view)["failed"] != 1 {}
    assert_eq!(forwarded(&view)["to"], to);
    // Nothing of the header is anywhere in the API.
    let all: Vec<Value> = vec![view.get_json("events"), view.get_json("events/1")];
    assert!(!format!("{all:?}").contains("secret"));
}
