//! The API: events, one event, coverage, reset, and failures on demand.

use std::io::Read;

use serde_json::{Value, json};

use crate::client::{View, envelope, event, send, with};

fn filled() -> View {
    let view = View::start(&[]);
    assert_eq!(view.send(&envelope(vec![event(), with("count", 70)])), 200);
    let mut other = envelope(vec![with("mode", "stream")]);
    other["sessionId"] = "session-2".into();
    assert_eq!(view.send(&other), 200);
    view
}

#[test]
fn events_are_text_or_json() {
    let view = filled();
    assert_eq!(
        view.get("events").body,
        "3 invalid run_event 1.9 session-2  NOT_IN_ENUM /events/0/parameters/mode: `stream` is not a value of the enum\n\
         2 invalid run_event 1.9 session-1  OUT_OF_LOCKED_RANGE /events/1/parameters/count: 70 is outside of the lock's range: -1 to 50\n\
         1 valid run_event 1.9 session-1\n"
    );
    let ids = |query: &str| {
        let found = view.get_json(&format!("events{query}"));
        let events = found["events"].as_array().unwrap().iter();
        events
            .map(|it| it["id"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(""), [3, 2, 1]);
    assert_eq!(ids("?verdict=invalid"), [3, 2]);
    assert_eq!(ids("?session=session-1&verdict=invalid"), [2]);
    assert!(ids("?event=stop_event").is_empty());
    assert_eq!(ids("?search=STREAM"), [3]);
    assert_eq!(ids("?search=%22count%22%3A70"), [2]);
    let wrong = view.get("events?sesion=1");
    assert_eq!(wrong.status, 400);
    assert!(wrong.body.contains("`sesion` is not one of event"));
}

#[test]
fn an_event_has_its_descriptions_and_its_mistakes() {
    let view = filled();
    let found = view.get_json("events/2");
    assert_eq!(found["description"], "One run.");
    assert_eq!(found["errors"][0]["pointer"], "/events/1/parameters/count");
    let row = |name: &str| {
        let rows = found["rows"].as_array().unwrap().iter();
        rows.clone().find(|it| it["field"] == name).unwrap().clone()
    };
    let count = row("count");
    assert_eq!(count["values"], json!(["70"]));
    assert_eq!(count["description"], "Records.");
    assert_eq!(count["type"], "integer Count");
    assert_eq!(count["state"], "set");
    assert_eq!(count["errors"], json!([0]));
    assert!(
        count["facts"]
            .as_array()
            .unwrap()
            .contains(&json!(["Unit", "records"]))
    );
    assert_eq!(
        count["purpose"],
        json!([["Why", "How large are runs?"], ["Privacy class", "number"]])
    );
    assert_eq!(row("steps[].ms")["state"], "sentinel");
    assert_eq!(found["previous"], 1);
    assert_eq!(
        found["changes"],
        json!([{"pointer": "/count", "before": "-1", "after": "70"}])
    );
    assert_eq!(
        view.get("events/2").body.lines().last().unwrap(),
        "OUT_OF_LOCKED_RANGE /events/1/parameters/count 70 is outside of the lock's range: -1 to 50"
    );
}

#[test]
fn an_event_can_be_copied() {
    let view = filled();
    let found = view.get_json("events/2");
    let fixture: Value = serde_json::from_str(found["fixture"].as_str().unwrap()).unwrap();
    assert_eq!(fixture["eventSchemaVer"], "1.9");
    assert_eq!(fixture["parameters"]["count"], 70);
    assert_eq!(
        found["rust"],
        "RunEvent::builder()\n    .status(\"success\".parse()?)\n    .count(70)\n    \
         .records(\"1-100\")\n    .mode(\"batch\".parse()?)\n    .hosts(vec![\"local\"])\n    .steps(vec![Steps::builder()\n        \
         .build()])\n    .cached(false)\n    .build()\n"
    );
    // The command sends the same event again; the shell and curl of this machine would do the same.
    let curl = found["curl"].as_str().unwrap();
    let (_, rest) = curl.split_once("--data-raw '").unwrap();
    let (body, address) = rest.split_once("' ").unwrap();
    assert_eq!(address, format!("{}ingest\n", view.page()));
    assert_eq!(
        view.request("POST", "ingest", &[], body.as_bytes()).status,
        200
    );
    assert_eq!(view.get_json("events/4")["changes"][0]["pointer"], "/count");
    assert_eq!(
        view.get_json("events/4")["errors"][0]["pointer"],
        "/events/0/parameters/count"
    );
}

#[test]
fn coverage_is_text_or_json_and_a_reset_forgets_it() {
    let view = filled();
    let text = view.get("coverage").body;
    assert!(
        text.starts_with("live view: 3 events in 2 envelopes, 2 violations\n"),
        "{text}"
    );
    assert!(
        text.contains("steps/ms was -1 in 100 % of 3 items"),
        "{text}"
    );
    assert!(
        text.contains("at     live view:1 /events/1/parameters/count"),
        "{text}"
    );
    let found = view.get_json("coverage");
    assert_eq!(found["coverage"][0]["events"], 3);
    assert_eq!(found["coverage"][0]["invalid"], 2);
    let always = found["coverage"][0]["alwaysSentinel"].as_array().unwrap();
    assert!(
        always.contains(&"steps/ms was -1 in 100 % of 3 items".into()),
        "{always:?}"
    );
    assert_eq!(view.post("reset").status, 200);
    let found = view.get_json("events");
    assert_eq!(
        (&found["totals"]["events"], &found["events"]),
        (&0.into(), &json!([]))
    );
    assert_eq!(view.get_json("coverage")["coverage"][0]["events"], 0);
}

#[test]
fn the_next_requests_fail_on_demand() {
    let view = View::start(&[]);
    let sent = envelope(vec![event()]);
    let answer = || view.request("POST", "ingest", &[], sent.to_string().as_bytes());
    assert_eq!(
        view.post("failures?next=503&count=2&retry-after=7").status,
        200
    );
    let failed = answer();
    assert_eq!(
        (failed.status, failed.header("retry-after")),
        (503, Some("7"))
    );
    assert_eq!(
        view.get_json("events")["totals"]["failures"],
        json!({"next": "503", "left": 1, "answered": 1})
    );
    assert_eq!(answer().status, 503);
    for status in [429, 413, 400] {
        assert_eq!(view.post(&format!("failures?next={status}")).status, 200);
        assert_eq!(answer().status, status);
    }
    assert_eq!(answer().status, 200);
    assert_eq!(view.get_json("events")["totals"]["events"], 1);
    assert_eq!(view.post("failures?next=429&count=9").status, 200);
    assert_eq!(view.post("failures?next=none").status, 200);
    assert_eq!(answer().status, 200);
    for wrong in [
        "failures",
        "failures?next=200",
        "failures?next=503&count=x",
        "failures?next=503&when=now",
    ] {
        assert_eq!(view.post(wrong).status, 400, "{wrong}");
    }
}

#[test]
fn a_connection_is_reset_on_demand() {
    let view = View::start(&[]);
    assert_eq!(view.post("failures?next=reset").status, 200);
    let mut stream = view.connect();
    let (host, path) = (view.host(), format!("{}ingest", view.root));
    send(
        &mut stream,
        "POST",
        &path,
        &[("Host", &host)],
        b"{\"events\": []}",
    );
    let error = stream.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(view.send(&envelope(vec![event()])), 200);
}

#[test]
fn a_request_hangs_on_demand_until_the_view_ends() {
    let view = View::start(&[]);
    assert_eq!(view.post("failures?next=hang").status, 200);
    let mut stream = view.connect();
    let (host, path) = (view.host(), format!("{}ingest", view.root));
    send(
        &mut stream,
        "POST",
        &path,
        &[("Host", &host)],
        b"{\"events\": []}",
    );
    while view.get_json("events")["totals"]["failures"]["answered"] != 1 {}
    // Others are answered meanwhile.
    assert_eq!(view.send(&envelope(vec![event()])), 200);
    let (code, ..) = view.end("-TERM");
    assert_eq!(code, 0);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty());
}
