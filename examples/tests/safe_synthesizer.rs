//! Safe Synthesizer's program as a process, with collectors that answer, reject or are unreachable.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod common;

use serde_json::json;
use telemetry_runtime::testing::{Collector, ScriptedResponse, UnreachableEndpoint};

use self::common::{
    Folder, Run, TIMEOUT, assert_recorded, assert_recorded_envelope, assert_retried_once,
    envelopes, events, only_event, released, without_duration,
};

fn synthesizer(folder: &Folder, env: &[(&str, &str)], args: &[&str]) -> Run {
    folder.run(env!("CARGO_BIN_EXE_safe_synthesizer"), env, args)
}

/// Writes a table with `records` records and `columns` columns.
fn table(folder: &Folder, name: &str, records: usize, columns: usize) -> String {
    let row = |text: &str| vec![text; columns].join(",") + "\n";
    folder.file(name, &(row("secretname") + &row("alice").repeat(records)))
}

/// Writes `count` tables with one record each.
fn tables(folder: &Folder, count: usize) -> Vec<String> {
    let name = |index| format!("{index}.csv");
    (0..count)
        .map(|index| table(folder, &name(index), 1, 1))
        .collect()
}

#[test]
fn a_job_sends_the_recorded_event() {
    let folder = Folder::new("synthesizer-arrives");
    let file = table(&folder, "table.csv", 201, 6);
    for (mode, lifecycle) in [
        ("background", None),
        ("background", Some("--async")),
        ("fire-and-flush", None),
        ("fire-and-flush", Some("--async")),
    ] {
        let collector = Collector::start().unwrap();
        let url = collector.url();
        let mut args = vec![file.as_str(), "--mode", mode, "--endpoint", url.as_str()];
        args.extend(lifecycle);
        let env = [
            ("NEMO_DEPLOYMENT_TYPE", "SDK"),
            ("NEMO_SESSION_PREFIX", "job-"),
        ];
        let run = synthesizer(&folder, &env, &args);
        run.ended(0, &["on: the default", "1 of 1 recorded"]);
        assert_eq!(run.out.lines().count(), 4, "a header and three records");
        assert_recorded(
            &without_duration(only_event(&collector, "safe_synthesizer")),
            &released("NSSTrainingAndGenerationEvent/7_0"),
            &[
                ("task", json!("run")),
                ("taskStatus", json!("completed")),
                ("numRecordsGenerated", json!(3)),
                ("inputRecordsBucket", json!("201-1000")),
                ("inputColumnsBucket", json!("6-10")),
                // Every record is in the original, so the privacy score is 0. The quality is unknown.
                ("dataPrivacyScore", json!(0.0)),
            ],
        );
        let session = envelopes(&collector)[0]["sessionId"].to_string();
        assert!(session.starts_with("\"job-"), "{session}");
        let body = String::from_utf8(collector.requests()[0].body.clone()).unwrap();
        for secret in ["alice", "secretname", "table.csv", "201,", ":201", ":6,"] {
            assert!(!body.contains(secret), "{secret} in {body}");
        }
    }
}

#[test]
fn model_and_deployment_are_sanitized() {
    let folder = Folder::new("synthesizer-labels");
    let file = table(&folder, "table.csv", 1, 1);
    for (model, deployment, sent) in [
        (
            "HuggingFaceTB/SmolLM3-3B",
            "slurm",
            ("HuggingFaceTB/SmolLM3-3B", "slurm"),
        ),
        (
            "/models/alice",
            "slurm-nvidia-internal",
            ("local_path", "slurm-nvidia-internal"),
        ),
        ("", "nmp", ("undefined", "nmp")),
        ("", "nvidia-internal", ("undefined", "nvidia-internal")),
        ("~/alice", "alice's", ("local_path", "undefined")),
    ] {
        let collector = Collector::start().unwrap();
        let env = [("NEMO_DEPLOYMENT_TYPE", deployment)];
        let url = collector.url();
        let args = [file.as_str(), "--model", model, "--endpoint", &url];
        synthesizer(&folder, &env, &args).ended(0, &[]);
        let event = only_event(&collector, "safe_synthesizer");
        assert_eq!(
            (&event["model"], &event["deploymentType"]),
            (&json!(sent.0), &json!(sent.1))
        );
        assert_eq!(event["syntheticQualityScore"], json!(-1.0));
    }
}

#[test]
fn a_failed_job_is_reported_and_the_next_job_runs() {
    let folder = Folder::new("synthesizer-fails");
    let collector = Collector::start().unwrap();
    let broken = folder.file("broken.csv", "a,b\n1\n");
    let whole = table(&folder, "whole.csv", 1, 1);
    let url = collector.url();
    let run = synthesizer(&folder, &[], &[&broken, &whole, "--endpoint", &url]);
    run.ended(1, &["record 1", "2 of 2 recorded"]);
    let envelopes = envelopes(&collector);
    assert_eq!(envelopes.len(), 1);
    assert_recorded_envelope(&envelopes[0], "safe_synthesizer");
    let statuses: Vec<_> = events(&envelopes[0])
        .iter()
        .map(|event| event["parameters"]["taskStatus"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["error", "completed"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_table_with_any_bytes_in_its_name_is_read() {
    let folder = Folder::new("synthesizer-odd-name");
    let mut command = folder.command(env!("CARGO_BIN_EXE_safe_synthesizer"), &[]);
    let file = folder.non_utf8_name("a,b\n1,2\n");
    let run = Run::of(command.arg(&file).env("NEMO_DEPLOYMENT_TYPE", &file));
    run.ended(0, &["1 of 1 recorded", "\"deploymentType\": \"undefined\""]);
}

#[test]
fn a_table_without_records_generates_none() {
    let folder = Folder::new("synthesizer-no-records");
    let file = table(&folder, "table.csv", 0, 6);
    let run = synthesizer(&folder, &[], &[&file]);
    let header = run.out.lines().count();
    let said = ["\"numRecordsGenerated\": 0", "\"dataPrivacyScore\": -1.0"];
    run.ended(0, &said);
    assert_eq!(header, 1, "{}", run.out);
}

#[test]
fn a_number_of_records_out_of_range_is_rejected() {
    let folder = Folder::new("synthesizer-records");
    let file = table(&folder, "table.csv", 1, 1);
    let run = synthesizer(&folder, &[], &[&file, "--records", "18446744073709551615"]);
    run.ended(2, &["--records"]);
}

#[test]
fn an_opt_out_sends_nothing() {
    let folder = Folder::new("synthesizer-opt-out");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let file = table(&folder, "table.csv", 1, 1);
    let here = ("NEMO_TELEMETRY_ENDPOINT", url.as_str());
    for opt_out in [
        ("NEMO_TELEMETRY_ENABLED", "0"),
        ("DO_NOT_TRACK", "yes"),
        ("CI", "true"),
    ] {
        synthesizer(&folder, &[here, opt_out], &[&file]).ended(0, &["telemetry off: "]);
    }
    // The option turns telemetry off, and never on.
    for (refusal, value) in [(None, "false"), (Some(("DO_NOT_TRACK", "1")), "true")] {
        let env: Vec<_> = [here].into_iter().chain(refusal).collect();
        let args = [file.as_str(), "--emit-telemetry", value];
        synthesizer(&folder, &env, &args).ended(0, &["telemetry off: "]);
    }
    assert_eq!(collector.counts().attempts, 0);
    synthesizer(&folder, &[here], &[&file]).ended(0, &["1 of 1 recorded"]);
    assert_eq!(collector.counts().requests, 1);
}

#[test]
fn a_dead_endpoint_changes_the_report_only() {
    let folder = Folder::new("synthesizer-unreachable");
    let file = table(&folder, "table.csv", 1, 1);
    let refusing = UnreachableEndpoint::refusing().unwrap();
    for lifecycle in [&[][..], &["--async"]] {
        let url = refusing.url();
        let args = [&[file.as_str(), "--endpoint", &url][..], lifecycle].concat();
        let run = synthesizer(&folder, &[], &args);
        run.ended(0, &["0 of 1 recorded"]);
        assert_eq!(run.out.lines().count(), 4);
    }
}

/// One envelope with 20 events is split in halves until the collector accepts them.
#[test]
fn a_batch_that_is_too_large_arrives_in_parts() {
    let folder = Folder::new("synthesizer-413");
    let files = tables(&folder, 20);
    for (mode, lifecycle) in [("background", &[][..]), ("fire-and-flush", &["--async"])] {
        let collector =
            Collector::script([ScriptedResponse::status(413), ScriptedResponse::status(413)])
                .unwrap();
        let url = collector.url();
        let files = files.iter().map(String::as_str);
        let mut args: Vec<&str> = files.chain(["--mode", mode, "--endpoint", &url]).collect();
        args.extend(lifecycle);
        synthesizer(&folder, &[], &args).ended(0, &["20 of 20 recorded"]);
        let envelopes = envelopes(&collector);
        assert_eq!(envelopes.len(), 5, "2 rejected, 3 accepted");
        let accepted: Vec<_> = envelopes[2..].iter().flat_map(events).collect();
        let rejected: Vec<_> = events(&envelopes[0]).iter().collect();
        assert_eq!(accepted, rejected, "each event once, in order");
    }
}

#[test]
fn a_retried_batch_arrives_once() {
    let folder = Folder::new("synthesizer-503");
    let files = tables(&folder, 3);
    for lifecycle in [&[][..], &["--async"]] {
        let collector = Collector::script([ScriptedResponse::status(503)]).unwrap();
        let url = collector.url();
        let files = files.iter().map(String::as_str);
        let mut args: Vec<&str> = files.chain(["--endpoint", &url]).collect();
        args.extend(lifecycle);
        synthesizer(&folder, &[], &args).ended(0, &["3 of 3 recorded"]);
        assert_retried_once(&collector);
    }
}

#[test]
fn the_program_waits_for_a_slow_collector() {
    let folder = Folder::new("synthesizer-held");
    let file = table(&folder, "table.csv", 1, 1);
    let collector = Collector::script([ScriptedResponse::status(200).hold()]).unwrap();
    let url = collector.url();
    let mut command = folder.command(
        env!("CARGO_BIN_EXE_safe_synthesizer"),
        &[&file, "--endpoint", &url],
    );
    std::thread::scope(|scope| {
        let program = scope.spawn(|| Run::of(&mut command));
        collector.wait_for_requests(1, TIMEOUT).unwrap();
        collector.release();
        program.join().unwrap().ended(0, &["1 of 1 recorded"]);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn x_output_of_the_synthesizer_that_cannot_be_written_is_an_error() {
    let folder = Folder::new("synthesizer-unwritable");
    let source = folder.file("table.csv", "a\n1\n");
    let off = [("DO_NOT_TRACK", "1")];
    let program = env!("CARGO_BIN_EXE_safe_synthesizer");
    let cases: [&[&str]; 2] = [&[&source], &["--help"]];
    for args in cases {
        common::assert_unwritable_output_fails(&folder, program, &off, args);
    }
}

#[test]
fn x_byte_order_marks_and_old_line_ends_are_not_part_of_a_table() {
    let folder = Folder::new("synthesizer-marks");
    let off = [("DO_NOT_TRACK", "1")];
    for (name, end) in [("unix", "\n"), ("dos", "\r\n"), ("mac", "\r")] {
        let text = ["\u{feff}\"a\",b", "1,x", "1,x", ""].join(end);
        let source = folder.file(&format!("{name}.csv"), &text);
        let run = synthesizer(&folder, &off, &["--records", "2", &source]);
        run.ended(0, &[]);
        assert_eq!(run.out, "a,b\n1,x\n1,x\n", "{name}");
    }
}
