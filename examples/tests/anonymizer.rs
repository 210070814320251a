//! The Anonymizer's program as a process, with collectors that answer, reject or are unreachable.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod common;

use serde_json::json;
use telemetry_runtime::{
    health::DropReason,
    testing::{Collector, ScriptedResponse, UnreachableEndpoint},
};

use self::common::{
    Folder, Run, WAIT, assert_recorded, assert_retried_once, envelopes, only_event, released,
    without_duration,
};

const LETTERS: &str = "\
{\"id\": 1, \"text\": \"Write to ann@mail.invalid or call +49 30 555 0100.\"}
{\"id\": 2, \"note\": \"no text\"}
Thank you!
";

fn anonymizer(folder: &Folder, env: &[(&str, &str)], args: &[&str]) -> Run {
    run_without_wait(folder, env, &[args, &WAIT].concat())
}

/// A run with the default exit timeout.
fn run_without_wait(folder: &Folder, env: &[(&str, &str)], args: &[&str]) -> Run {
    let source = folder.file("letters.jsonl", LETTERS);
    let (task, options) = args.split_first().unwrap();
    let all = [&[*task, "--source", &source], options].concat();
    folder.run(env!("CARGO_BIN_EXE_anonymizer"), env, &all)
}

#[test]
fn a_run_sends_the_recorded_event() {
    let folder = Folder::new("anonymizer-arrives");
    let collector = Collector::start().unwrap();
    let config = folder.file(
        "config.json",
        r#"{"models": {"entity_detector": "detector", "entity_validator": "validator",
                       "entity_augmenter": "augmenter", "rewriter": "does not run"},
            "providers": ["https://openrouter.ai.invalid/v1", "http://localhost:8000/secret"]}"#,
    );
    let url = collector.url();
    let env = [("NEMO_DEPLOYMENT_TYPE", "SDK")];
    let run = anonymizer(
        &folder,
        &env,
        &["run", "--config", &config, "--endpoint", &url],
    );
    run.ended(0, &["on: the default", "1 of 1 recorded"]);
    assert_eq!(
        run.out,
        "{\"id\":1,\"text\":\"Write to [EMAIL] or call [NUMBER].\"}\nThank you!\n"
    );
    assert_recorded(
        &without_duration(only_event(&collector, "anonymizer")),
        &released("AnonymizerEvent/7_0"),
        &[
            ("taskStatus", json!("completed")),
            ("transformationType", json!("redact")),
            ("entityDetectorModel", json!("detector")),
            ("entityValidatorModel", json!("validator")),
            ("entityAugmenterModel", json!("augmenter")),
            ("numInputRecords", json!(3)),
            ("numSuccessRecords", json!(2)),
            ("numFailureRecords", json!(1)),
            ("avgTokensPerRecord", json!(6)),
            ("modelHosts", json!(["local", "openrouter"])),
            ("entityDetectionFailureCount", json!(1)),
        ],
    );
    let session = envelopes(&collector)[0]["sessionId"].to_string();
    assert!(session.starts_with("\"anonymizer-"), "{session}");
}

#[test]
fn no_data_and_no_address_is_sent() {
    let folder = Folder::new("anonymizer-secrets");
    let collector = Collector::start().unwrap();
    let config = folder.file(
        "config.json",
        r#"{"strategy": "rewrite", "privacy_goal": "keep alice out", "data_summary": "alice's mail",
            "providers": ["http://user:alice@localhost:8000/alice"]}"#,
    );
    let url = collector.url();
    let run = anonymizer(
        &folder,
        &[],
        &["preview", "--config", &config, "--endpoint", &url],
    );
    run.ended(1, &["needs a language model"]);
    let sent = only_event(&collector, "anonymizer");
    assert_eq!(sent["taskStatus"], "error");
    assert_eq!(sent["task"], "preview");
    assert_eq!(sent["deploymentType"], "cli");
    assert_eq!(sent["customPrivacyGoalProvided"], true);
    assert_eq!(sent["customDataSummaryProvided"], true);
    let body = String::from_utf8(collector.requests()[0].body.clone()).unwrap();
    for secret in ["alice", "ann@", "8000", "letters"] {
        assert!(!body.contains(secret), "{secret} in {body}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn files_with_any_bytes_in_their_names_are_read() {
    let folder = Folder::new("anonymizer-odd-name");
    let mut command = folder.command(env!("CARGO_BIN_EXE_anonymizer"), &["run", "--source"]);
    // `{}` is a valid configuration and an invalid record.
    let file = folder.non_utf8_name("{}");
    // Such a value of the variable is an unknown deployment.
    command.env("NEMO_DEPLOYMENT_TYPE", &file);
    let run = Run::of(command.arg(&file).arg("--config").arg(&file).args(WAIT));
    run.ended(0, &["1 of 1 recorded", "\"numFailureRecords\": 1"]);
    run.ended(0, &["\"deploymentType\": \"undefined\""]);
    std::fs::remove_file(&file).unwrap();
    let run = Run::of(&mut command);
    run.ended(1, &["anonymizer: ", "No such file"]);
}

#[test]
fn every_opt_out_sends_nothing() {
    let folder = Folder::new("anonymizer-opt-out");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let config = folder.file("config.json", r#"{"emit_telemetry": false}"#);
    let here = ("NEMO_TELEMETRY_ENDPOINT", url.as_str());
    let on = ("NEMO_TELEMETRY_ENABLED", "true");
    for (env, option) in [
        (vec![here, ("NEMO_TELEMETRY_ENABLED", "false")], vec![]),
        (vec![here, ("DO_NOT_TRACK", "1")], vec![]),
        (vec![here, ("CI", "true")], vec![]),
        (vec![here, on], vec!["--config", &*config]),
        (vec![here, on], vec!["--no-emit-telemetry"]),
    ] {
        let mut args = vec!["run"];
        args.extend(option);
        let run = anonymizer(&folder, &env, &args);
        run.ended(0, &["telemetry off: "]);
        assert!(run.out.contains("[EMAIL]"));
    }
    assert_eq!(collector.counts().attempts, 0);

    // Without an opt-out the event arrives.
    anonymizer(&folder, &[here, on], &["run"]).ended(0, &["1 of 1 recorded"]);
    assert_eq!(collector.counts().requests, 1);
}

#[test]
fn without_an_endpoint_the_collector_in_the_process_receives_the_event() {
    let folder = Folder::new("anonymizer-own-collector");
    let run = anonymizer(&folder, &[], &["run"]);
    run.ended(0, &["1 of 1 recorded", "\"numInputRecords\": 3", "valid "]);

    // A remote endpoint in the variable is not used.
    let env = [("NEMO_TELEMETRY_ENDPOINT", "https://collector.invalid/")];
    let run = anonymizer(&folder, &env, &["run"]);
    run.ended(0, &["names another machine", "1 of 1 recorded"]);
}

#[test]
fn a_dead_endpoint_changes_the_report_only() {
    let folder = Folder::new("anonymizer-unreachable");
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let black_hole = UnreachableEndpoint::black_hole().unwrap();
    let silent = Collector::with_handler(|_| ScriptedResponse::silence()).unwrap();
    for url in [refusing.url(), black_hole.url(), silent.url()] {
        let run = run_without_wait(&folder, &[], &["run", "--endpoint", &url]);
        run.ended(0, &["0 of 1 recorded"]);
        assert!(run.out.contains("[EMAIL]"));
    }
}

#[test]
fn the_program_ends_before_a_slow_collector_has_answered() {
    let folder = Folder::new("anonymizer-held");
    let collector = Collector::script([ScriptedResponse::status(200).hold()]).unwrap();
    let run = run_without_wait(&folder, &[], &["run", "--endpoint", &collector.url()]);
    run.ended(0, &["0 of 1 recorded", "lost      1: "]);
    // Only after the program has ended.
    collector.release();
}

#[test]
fn a_retried_event_arrives_once() {
    let folder = Folder::new("anonymizer-503");
    let collector = Collector::script([ScriptedResponse::status(503)]).unwrap();
    let run = anonymizer(&folder, &[], &["run", "--endpoint", &collector.url()]);
    run.ended(0, &["1 of 1 recorded"]);
    assert_retried_once(&collector);
}

#[test]
fn an_event_that_is_too_large_is_counted_as_lost() {
    let folder = Folder::new("anonymizer-413");
    let collector = Collector::script([ScriptedResponse::status(413)]).unwrap();
    let run = anonymizer(&folder, &[], &["run", "--endpoint", &collector.url()]);
    let reason = format!("lost      1: {}", DropReason::TooLarge);
    run.ended(0, &["0 of 1 recorded", &reason]);
    assert_eq!(collector.counts().requests, 1);
}

#[cfg(target_os = "linux")]
#[test]
fn x_output_of_the_anonymizer_that_cannot_be_written_is_an_error() {
    let folder = Folder::new("anonymizer-unwritable");
    let source = folder.file("lines.txt", "a\nb\n");
    let off = [("DO_NOT_TRACK", "1")];
    let program = env!("CARGO_BIN_EXE_anonymizer");
    let cases: [&[&str]; 2] = [&["run", "--source", &source], &["--help"]];
    for args in cases {
        common::assert_unwritable_output_fails(&folder, program, &off, args);
    }
}

#[test]
fn x_byte_order_marks_and_old_line_ends_are_not_part_of_a_record() {
    let folder = Folder::new("anonymizer-marks");
    let off = [("DO_NOT_TRACK", "1")];
    let program = env!("CARGO_BIN_EXE_anonymizer");
    let config = folder.file("config.json", "\u{feff}{\"strategy\": \"redact\"}");
    for (name, end) in [("unix", "\n"), ("dos", "\r\n"), ("mac", "\r")] {
        let lines = [
            "\u{feff}{\"text\": \"to ann@mail.invalid\"}",
            "{\"text\": \"two\"}",
            "\u{feff}{\"text\": \"three\"}",
            "plain",
        ];
        let source = folder.file(&format!("{name}.jsonl"), &(lines.join(end) + end));
        let args = ["run", "--source", &source, "--config", &config];
        let run = folder.run(program, &off, &args);
        run.ended(0, &[]);
        let records =
            "{\"text\":\"to [EMAIL]\"}\n{\"text\":\"two\"}\n{\"text\":\"three\"}\nplain\n";
        assert_eq!(run.out, records, "{name}");
    }
    let path = folder.path("utf16.jsonl");
    std::fs::write(&path, b"\xff\xfea\0").unwrap();
    let run = folder.run(program, &off, &["run", "--source", &path]);
    run.ended(1, &["UTF-16"]);
}
