//! Data Designer's program as a process, with collectors that answer, reject or are unreachable.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod common;

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use serde_json::{Value, json};
use telemetry_runtime::{
    health::DropReason,
    testing::{Collector, ScriptedResponse, UnreachableEndpoint},
};

use self::common::{
    Folder, Run, assert_recorded, assert_recorded_envelope, envelopes, events, recorded,
};

fn designer(folder: &Folder, env: &[(&str, &str)], args: &[&str]) -> Run {
    folder.run(env!("CARGO_BIN_EXE_data_designer"), env, args)
}

/// Runs a batch; each record takes 2 calls.
fn batch(folder: &Folder, url: &str, records: &str) -> Run {
    let args = ["batch", "--records", records, "--endpoint", url];
    designer(folder, &[], &args)
}

/// The numbers that the program prints: calls, failed calls, bytes and tokens of input and output.
fn printed(out: &str) -> [i64; 6] {
    let words = out.split([' ', ',', ';']);
    let numbers: Vec<i64> = words.filter_map(|word| word.parse().ok()).collect();
    numbers.try_into().unwrap()
}

/// The same numbers, from the events in these envelopes.
fn arrived(envelopes: &[Value]) -> [i64; 6] {
    let events: Vec<_> = envelopes.iter().flat_map(events).collect();
    let sum = |field: &str| -> i64 {
        let numbers = events
            .iter()
            .map(|event| event["parameters"][field].as_i64().unwrap());
        // -1 is unknown.
        numbers.filter(|number| *number >= 0).sum()
    };
    let failed = events
        .iter()
        .filter(|event| event["parameters"]["taskStatus"] == "failure");
    [
        events.len().try_into().unwrap(),
        failed.count().try_into().unwrap(),
        sum("inputBytes"),
        sum("inputTokens"),
        sum("outputBytes"),
        sum("outputTokens"),
    ]
}

#[test]
fn a_call_sends_the_recorded_event() {
    let folder = Folder::new("designer-arrives");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let env = [
        ("NEMO_DEPLOYMENT_TYPE", "Nvidia-Internal"),
        ("NEMO_SESSION_PREFIX", "dd-"),
    ];
    let args = [
        "preview",
        "--threads",
        "1",
        "--model",
        "meta/llama-3.3-70b-instruct",
        "--model-group",
        "text",
        "--endpoint",
        &url,
    ];
    let run = designer(&folder, &env, &args);
    run.ended(0, &["on: the default", "6 of 6 recorded"]);
    let envelopes = envelopes(&collector);
    assert_eq!(envelopes.len(), 1);
    assert_recorded_envelope(&envelopes[0], "datadesigner");
    assert_eq!(envelopes[0]["eventSchemaVer"], "1.9");
    let session = envelopes[0]["sessionId"].to_string();
    assert!(session.starts_with("\"dd-"), "{session}");
    assert_eq!(arrived(&envelopes), printed(&run.out));

    // "Tell a story about the number 0" is 31 bytes and 7 words.
    let parameters = &events(&envelopes[0])[0]["parameters"];
    assert_recorded(
        parameters,
        &recorded("inference_event/all_fields_set"),
        &[
            ("task", json!("preview")),
            ("taskStatus", json!("success")),
            ("inputBytes", json!(31)),
            ("inputTokens", json!(7)),
            ("outputBytes", parameters["outputBytes"].clone()),
            ("outputTokens", parameters["outputTokens"].clone()),
        ],
    );
}

/// The events fill two thirds of the queue, so none is lost even if the worker is slow.
#[test]
fn every_call_of_8_threads_arrives_once_in_batches_of_50() {
    let folder = Folder::new("designer-rate");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let args = [
        "batch",
        "--records",
        "1000",
        "--threads",
        "8",
        "--endpoint",
        &url,
    ];
    let run = designer(&folder, &[], &args);
    run.ended(0, &["2000 of 2000 recorded"]);
    let envelopes = envelopes(&collector);
    for envelope in &envelopes {
        assert!(events(envelope).len() <= 50);
    }
    let numbers = arrived(&envelopes);
    assert_eq!(numbers, printed(&run.out));
    assert!(numbers[1] > 0, "some stories exceed the context");
    let first = &events(&envelopes[0])[0]["parameters"];
    assert_eq!(
        (&first["task"], &first["deploymentType"]),
        (&json!("batch"), &json!("library"))
    );
    let body = String::from_utf8(collector.requests()[0].body.clone()).unwrap();
    assert!(!body.contains("story"), "{body}");
}

#[test]
fn a_number_out_of_range_is_rejected() {
    let folder = Folder::new("designer-numbers");
    for (option, number) in [("--threads", "1000000"), ("--records", "0")] {
        let run = designer(&folder, &[], &["batch", option, number]);
        run.ended(2, &[option, number]);
    }
}

#[test]
fn an_opt_out_sends_nothing() {
    let folder = Folder::new("designer-opt-out");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let here = ("NEMO_TELEMETRY_ENDPOINT", url.as_str());
    for opt_out in [
        ("NEMO_TELEMETRY_ENABLED", "no"),
        ("DO_NOT_TRACK", "1"),
        ("CI", "1"),
    ] {
        let run = designer(&folder, &[here, opt_out], &["preview"]);
        run.ended(0, &["telemetry off: "]);
        assert_eq!(printed(&run.out)[0], 6);
    }
    assert_eq!(collector.counts().attempts, 0);
    designer(&folder, &[here], &["preview"]).ended(0, &["6 of 6 recorded"]);
    assert_eq!(collector.counts().requests, 1);
}

#[test]
fn a_dead_endpoint_changes_the_report_only() {
    let folder = Folder::new("designer-unreachable");
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let run = batch(&folder, &refusing.url(), "50");
    run.ended(0, &["0 of 100 recorded"]);
    assert_eq!(printed(&run.out)[0], 100);
}

/// The queue fills up while the collector does not answer, and no call waits.
#[test]
fn calls_beyond_the_queue_are_counted_as_lost() {
    let folder = Folder::new("designer-full");
    let collector = Collector::script([ScriptedResponse::status(200).hold()]).unwrap();
    let url = collector.url();
    let mut command = folder.command(
        env!("CARGO_BIN_EXE_data_designer"),
        &["batch", "--records", "5000", "--endpoint", &url],
    );
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = piped.spawn().unwrap();
    let mut out = String::new();
    let mut stdout = BufReader::new(program.stdout.take().unwrap());
    // The job ends before the collector answers.
    stdout.read_line(&mut out).unwrap();
    assert_eq!(printed(&out)[0], 10_000);
    collector.release();
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success());
    let err = String::from_utf8(output.stderr).unwrap();
    let sent = arrived(&envelopes(&collector))[0];
    assert!(sent < 10_000, "10,000 events exceed the queue of 1 MiB");
    let number = |line: &str| -> i64 {
        let mut words = line.split([' ', ':']);
        words.find_map(|word| word.parse().ok()).unwrap()
    };
    let line = |text: &str| err.lines().find(|line| line.contains(text));
    let delivered = number(line("of 10000 recorded").unwrap());
    // On a slow machine the job takes longer than the request timeout.
    let unanswered = line(&DropReason::Ambiguous.to_string()).map_or(0, number);
    let known = delivered..=delivered + unanswered;
    assert!(known.contains(&sent), "{sent} arrived: {err}");
}

#[test]
fn batches_that_are_too_large_arrive_in_parts() {
    let folder = Folder::new("designer-413");
    let collector =
        Collector::script([ScriptedResponse::status(413), ScriptedResponse::status(413)]).unwrap();
    let run = batch(&folder, &collector.url(), "100");
    run.ended(0, &["200 of 200 recorded"]);
    assert_eq!(arrived(&envelopes(&collector)[2..]), printed(&run.out));
}

#[test]
fn retried_batches_arrive_once() {
    let folder = Folder::new("designer-503");
    let collector = Collector::script([ScriptedResponse::status(503)]).unwrap();
    let run = batch(&folder, &collector.url(), "100");
    run.ended(0, &["200 of 200 recorded"]);
    assert_eq!(arrived(&envelopes(&collector)[1..]), printed(&run.out));
}

#[cfg(target_os = "linux")]
#[test]
fn x_output_of_the_designer_that_cannot_be_written_is_an_error() {
    let folder = Folder::new("designer-unwritable");
    let off = [("DO_NOT_TRACK", "1")];
    let program = env!("CARGO_BIN_EXE_data_designer");
    let cases: [&[&str]; 2] = [&["preview"], &["--help"]];
    for args in cases {
        common::assert_unwritable_output_fails(&folder, program, &off, args);
    }
}
