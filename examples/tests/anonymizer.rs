//! The Anonymizer's program as a process, against collectors that answer, refuse and are dead.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod products;

use serde_json::json;
use telemetry_runtime::testing::{Collector, ScriptedResponse, UnreachableEndpoint};

use self::products::{
    Folder, Run, WAIT, assert_asked_again, assert_recorded, envelopes, only_event, recorded,
    without_duration,
};

const LETTERS: &str = "\
{\"id\": 1, \"text\": \"Write to ann@mail.invalid or call +49 30 555 0100.\"}
{\"id\": 2, \"note\": \"no text\"}
Thank you!
";

fn anonymizer(folder: &Folder, env: &[(&str, &str)], args: &[&str]) -> Run {
    hasty(folder, env, &[args, &WAIT].concat())
}

/// A run that waits no longer than usual.
fn hasty(folder: &Folder, env: &[(&str, &str)], args: &[&str]) -> Run {
    let source = folder.file("letters.jsonl", LETTERS);
    let (task, options) = args.split_first().unwrap();
    let all = [&[*task, "--source", &source], options].concat();
    folder.run(env!("CARGO_BIN_EXE_anonymizer"), env, &all)
}

#[test]
fn a_run_sends_what_the_original_sent_for_the_same_input() {
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
        &recorded("anonymizer_event/defaults_only"),
        &[
            ("transformationType", json!("redact")),
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
fn nothing_of_the_data_and_no_address_leaves() {
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
fn files_are_read_whatever_bytes_their_names_have() {
    let folder = Folder::new("anonymizer-odd-name");
    let mut command = folder.command(env!("CARGO_BIN_EXE_anonymizer"), &["run", "--source"]);
    // An empty object is a configuration, and a record that has failed.
    let file = folder.oddly_named("{}");
    // A variable can hold such bytes too, which are then no deployment.
    command.env("NEMO_DEPLOYMENT_TYPE", &file);
    let run = Run::of(command.arg(&file).arg("--config").arg(&file).args(WAIT));
    run.ended(0, &["1 of 1 recorded", "\"numFailureRecords\": 1"]);
    run.ended(0, &["\"deploymentType\": \"undefined\""]);
    std::fs::remove_file(&file).unwrap();
    let run = Run::of(&mut command);
    run.ended(1, &["anonymizer: ", "No such file"]);
}

#[test]
fn each_of_the_three_ways_to_opt_out_sends_nothing() {
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

    // Nothing but the refusals kept it from arriving.
    anonymizer(&folder, &[here, on], &["run"]).ended(0, &["1 of 1 recorded"]);
    assert_eq!(collector.counts().requests, 1);
}

#[test]
fn without_an_endpoint_it_shows_the_event_arriving_in_its_own_process() {
    let folder = Folder::new("anonymizer-own-collector");
    let run = anonymizer(&folder, &[], &["run"]);
    run.ended(0, &["1 of 1 recorded", "\"numInputRecords\": 3", "valid "]);

    // An address of another machine is not used unless it is typed.
    let env = [("NEMO_TELEMETRY_ENDPOINT", "https://collector.invalid/")];
    let run = anonymizer(&folder, &env, &["run"]);
    run.ended(0, &["names another machine", "1 of 1 recorded"]);
}

#[test]
fn a_dead_endpoint_changes_nothing_but_what_is_said() {
    let folder = Folder::new("anonymizer-dead");
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let black_hole = UnreachableEndpoint::black_hole().unwrap();
    let silent = Collector::answering(|_| ScriptedResponse::silence()).unwrap();
    for url in [refusing.url(), black_hole.url(), silent.url()] {
        let run = hasty(&folder, &[], &["run", "--endpoint", &url]);
        run.ended(0, &["0 of 1 recorded"]);
        assert!(run.out.contains("[EMAIL]"));
    }
}

#[test]
fn it_leaves_before_a_collector_that_takes_its_time_has_answered() {
    let folder = Folder::new("anonymizer-held");
    let collector = Collector::script([ScriptedResponse::status(200).hold()]).unwrap();
    let run = hasty(&folder, &[], &["run", "--endpoint", &collector.url()]);
    run.ended(0, &["0 of 1 recorded", "lost      1: "]);
    // Only now, after its end.
    collector.release();
}

#[test]
fn an_event_that_is_put_off_once_arrives_once() {
    let folder = Folder::new("anonymizer-503");
    let collector = Collector::script([ScriptedResponse::status(503)]).unwrap();
    let run = anonymizer(&folder, &[], &["run", "--endpoint", &collector.url()]);
    run.ended(0, &["1 of 1 recorded"]);
    assert_asked_again(&collector);
}

#[test]
fn an_event_that_is_too_large_alone_is_counted_as_lost() {
    let folder = Folder::new("anonymizer-413");
    let collector = Collector::script([ScriptedResponse::status(413)]).unwrap();
    let run = anonymizer(&folder, &[], &["run", "--endpoint", &collector.url()]);
    run.ended(
        0,
        &[
            "0 of 1 recorded",
            "1: the collector rejected it as too large",
        ],
    );
    assert_eq!(collector.counts().requests, 1);
}
