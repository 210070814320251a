//! The Guardrails program as a process with its own environment and home directory, compared with the
//! recorded events of the original.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;
mod config_file;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use telemetry_runtime::testing::{Collector, ScriptedResponse, UnreachableEndpoint};

use self::common::{Folder, Run, TIMEOUT, assert_retried_once, envelopes, events, only_event};

const PATH: &str = "/v1.1/events/json";
const AUDIT: &str = ".config/nemoguardrails/usage_stats.json";
const MARKER: &str = ".config/nemoguardrails/do_not_track";

fn command(home: &Folder, env: &[(&str, &str)], args: &[&str]) -> Command {
    let mut command = home.command(env!("CARGO_BIN_EXE_guardrails"), args);
    command.envs(env.iter().copied());
    command
}

/// Runs the program, which always exits with 0 and prints nothing on standard output.
#[track_caller]
fn run(home: &Folder, env: &[(&str, &str)], args: &[&str], said: &[&str]) -> Run {
    let run = Run::of(&mut command(home, env, args));
    assert_eq!(run.ended(0, said).out, "", "{}", run.err);
    run
}

/// The lines of the audit log.
fn logged(home: &Folder) -> Vec<String> {
    let text = fs::read_to_string(home.path(AUDIT)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// The recorded rows.
fn rows() -> Vec<Value> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/guardrails");
    serde_json::from_slice(&fs::read(vectors.join("loaded.json")).unwrap()).unwrap()
}

/// The recorded row `id`.
fn row(id: &str) -> Value {
    let row = rows().into_iter().find(|row| row["id"] == id);
    row.unwrap_or_else(|| panic!("there is no row {id}"))
}

/// The path of a file in `home` that holds the configuration of a row.
fn configuration(home: &Folder, row: &Value) -> String {
    home.file("loaded.json", &row["config"].to_string())
}

/// The path of a configuration, for tests that do not depend on its content.
fn any(home: &Folder) -> String {
    configuration(home, &row("flow_activefence_moderation_on_input"))
}

/// Fields that differ between runs and were not recorded.
const OF_THE_RUN: [&str; 6] = [
    "sessionId",
    "nemoguardrailsVersion",
    "pythonVersion",
    "platform",
    "osName",
    "timestamp",
];

#[test]
fn the_collector_receives_the_recorded_event() {
    let ids = [
        "flow_activefence_moderation_on_input",
        "config_none_library",
        "flow_content_safety_check_output",
        "sections_all_set",
        "tracing_TRUE_caps",
        "streaming_y_plain",
        "models_sort_codepoint",
        "kb_nested_md",
        "co1_three_flows",
        "co2_import_lib_gliner",
        "deployment_api",
        "deployment_bogus",
        "deployment_none",
    ];
    let home = Folder::new("guardrails-recorded");
    for id in ids {
        let row = row(id);
        let collector = Collector::start().unwrap();
        let endpoint = format!("{}{PATH}", collector.url());
        let deployment = row["deployment_type"].as_str().unwrap_or_default();
        let mut args = vec!["--endpoint", &endpoint, "--rails-engine", ""];
        args.extend(["--deployment-type", deployment]);
        args.extend(["--guardrails-version", env!("CARGO_PKG_VERSION")]);
        let config = configuration(&home, &row);
        if !row["config"].is_null() {
            args.push(&config);
        }
        run(&home, &[], &args, &["1 of 1 recorded"]);

        let requests = collector.requests();
        let [request] = requests.as_slice() else {
            panic!("{id}: one request");
        };
        assert_eq!((&*request.method, &*request.path), ("POST", PATH));
        assert_eq!(request.header("content-type"), Some("application/json"));
        let mut arrived = only_event(&collector, "guardrails");
        let session = &envelopes(&collector)[0]["sessionId"];
        assert_eq!(&arrived["sessionId"], session);
        arrived
            .as_object_mut()
            .unwrap()
            .retain(|name, _| !OF_THE_RUN.contains(&name.as_str()));
        // As text: names, order and values.
        assert_eq!(arrived.to_string(), row["parameters"].to_string(), "{id}");
    }
}

#[test]
fn the_run_reports_the_facts_of_its_host() {
    let home = Folder::new("guardrails-host");
    let collector = Collector::start().unwrap();
    let versions = [
        "--guardrails-version",
        "0.24.1",
        "--python-version",
        "3.13.7",
    ];
    let url = collector.url();
    let args = [&versions[..], &["--endpoint", &url]].concat();
    run(&home, &[], &args, &[]);
    let [envelope] = &*envelopes(&collector) else {
        panic!("one envelope");
    };
    assert_eq!(envelope["clientVer"], "0.24.1");
    let parameters = &envelope["events"][0]["parameters"];
    assert_eq!(parameters["nemoguardrailsVersion"], "0.24.1");
    assert_eq!(parameters["pythonVersion"], "3.13.7");
    assert_eq!(parameters["deploymentType"], "cli");
    assert_eq!(parameters["railsEngine"], "LLMRails");
}

#[cfg(target_os = "linux")]
#[test]
fn a_configuration_with_any_bytes_in_its_name_is_read() {
    let home = Folder::new("guardrails-odd-name");
    let mut command = command(&home, &[], &[]);
    let run =
        Run::of(command.arg(home.non_utf8_name(&row("sections_all_set")["config"].to_string())));
    run.ended(0, &["1 of 1 recorded"]);
}

#[test]
fn an_unknown_engine_is_rejected_without_an_event() {
    let home = Folder::new("guardrails-engine");
    let run = Run::of(&mut command(&home, &[], &["--rails-engine", "llmrails"]));
    run.ended(2, &["llmrails", "LLMRails, IORails"]);
    assert_eq!(logged(&home), [""; 0]);
}

#[test]
fn every_opt_out_sends_nothing() {
    let opt_outs = [
        ("NEMO_GUARDRAILS_NO_USAGE_STATS", "1"),
        ("NEMO_GUARDRAILS_NO_USAGE_STATS", "true"),
        ("DO_NOT_TRACK", "1"),
        ("CI", "true"),
        ("PYTEST_CURRENT_TEST", "tests/test_x.py::test_y (call)"),
        ("NEMO_TELEMETRY_ENABLED", "0"),
    ];
    let home = Folder::new("guardrails-opted-out");
    let collector = Collector::start().unwrap();
    let (url, config) = (collector.url(), any(&home));
    let args = ["--endpoint", &url, &config];
    for (name, value) in opt_outs {
        run(&home, &[(name, value)], &args, &["off: ", name]);
    }
    let marker = PathBuf::from(home.path(MARKER));
    fs::create_dir_all(marker.parent().unwrap()).unwrap();
    fs::write(&marker, "").unwrap();
    run(&home, &[], &args, &["do_not_track"]);

    assert_eq!(collector.counts().attempts, 0);
    assert_eq!(logged(&home), [""; 0]);
    // Without the marker the event arrives.
    fs::remove_file(&marker).unwrap();
    run(&home, &[], &args, &[]);
    assert_eq!(collector.requests().len(), 1);
}

#[test]
fn the_audit_log_holds_the_bytes_of_the_wire() {
    let home = Folder::new("guardrails-audit");
    let collector = Collector::start().unwrap();
    for _ in 0..2 {
        run(
            &home,
            &[],
            &["--endpoint", &collector.url(), &any(&home)],
            &[],
        );
    }
    let requests = collector.requests();
    let logged = logged(&home);
    assert_eq!((requests.len(), logged.len()), (2, 2));
    for (request, line) in requests.iter().zip(&logged) {
        assert!(request.text().contains(line), "{line}");
        assert!(line.starts_with(r#"{"nemoSource":"guardrails","sessionId":""#));
    }
    // Each process has its own session.
    assert_ne!(logged[0], logged[1]);
}

#[test]
fn a_dead_endpoint_is_not_a_failure() {
    let home = Folder::new("guardrails-unreachable");
    let endpoint = UnreachableEndpoint::refusing().unwrap();
    let args = ["--endpoint", &endpoint.url(), &any(&home)];
    run(&home, &[], &args, &["0 of 1 recorded"]);
    // The audit log has it: it was accepted.
    assert_eq!(logged(&home).len(), 1);
}

#[test]
fn an_event_that_is_too_large_is_not_retried() {
    let home = Folder::new("guardrails-413");
    let collector = Collector::script([ScriptedResponse::status(413)]).unwrap();
    let args = ["--endpoint", &collector.url(), &any(&home)];
    run(&home, &[], &args, &["0 of 1 recorded"]);
    assert_eq!(collector.requests().len(), 1);
}

/// The original does not retry; see the list of differences in the README.
#[test]
fn guardrails_asks_an_overloaded_collector_again() {
    let home = Folder::new("guardrails-503");
    let collector = Collector::script([ScriptedResponse::status(503)]).unwrap();
    let args = ["--endpoint", &collector.url(), &any(&home)];
    run(&home, &[], &args, &["1 of 1 recorded"]);
    assert_retried_once(&collector);
    assert_eq!(logged(&home).len(), 1);
}

#[test]
fn the_variable_sets_the_endpoint() {
    let home = Folder::new("guardrails-variable");
    let collector = Collector::start().unwrap();
    let endpoint = format!("{}/Elsewhere", collector.url());
    let env = [("NEMO_GUARDRAILS_USAGE_STATS_SERVER", &*endpoint)];
    run(&home, &env, &[&any(&home)], &["1 of 1 recorded"]);
    let [request] = &*collector.requests() else {
        panic!("one request");
    };
    assert_eq!(request.path, "/Elsewhere");
}

/// A proxy receives the requests for all other hosts.
#[test]
fn nothing_is_sent_without_an_explicit_endpoint() {
    let home = Folder::new("guardrails-default");
    let proxy = Collector::start().unwrap();
    let url = proxy.url();
    let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let mut env: Vec<_> = names.iter().map(|name| (*name, url.as_str())).collect();
    let shown = ["1 of 1 recorded", "\"nemoSource\": \"guardrails\"", "valid"];
    run(&home, &env, &[&any(&home)], &shown);
    env.push((
        "NEMO_GUARDRAILS_USAGE_STATS_SERVER",
        "https://collector.invalid/",
    ));
    run(&home, &env, &[&any(&home)], &["another machine"]);
    assert_eq!(proxy.counts().attempts, 0);
}

#[test]
fn a_process_that_stays_sends_heartbeats() {
    let home = Folder::new("guardrails-heartbeat");
    let collector = Collector::start().unwrap();
    let env = [("NEMO_GUARDRAILS_HEARTBEAT_INTERVAL_S", "0.02")];
    let args = ["--stay", "--endpoint", &collector.url(), &any(&home)];
    let mut stays = command(&home, &env, &args);
    stays.stdin(Stdio::piped()).stderr(Stdio::null());
    let mut child = stays.spawn().unwrap();
    collector.wait_for_requests(3, TIMEOUT).unwrap();
    // The program ends at the end of its standard input.
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());

    let envelopes = envelopes(&collector);
    let sent: Vec<&Value> = envelopes.iter().flat_map(events).collect();
    let (startup, beats) = sent.split_first().unwrap();
    assert_eq!(startup["parameters"]["event"], "startup");
    for beat in beats {
        let mut expected = startup["parameters"].clone();
        expected["event"] = "heartbeat".into();
        expected["timestamp"] = beat["parameters"]["timestamp"].clone();
        assert_eq!(beat["parameters"], expected);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn x_output_of_guardrails_that_cannot_be_written_is_an_error() {
    let folder = Folder::new("guardrails-unwritable");
    let program = env!("CARGO_BIN_EXE_guardrails");
    common::assert_unwritable_output_fails(&folder, program, &[], &["--help"]);
}
