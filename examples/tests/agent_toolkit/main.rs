//! The Agent Toolkit's command line as a process, against collectors that answer, refuse and are
//! dead, and with a user at a terminal.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;
#[cfg(unix)]
mod interrupt;
#[path = "../../../tests/src/terminal.rs"]
#[cfg(target_os = "linux")]
mod pty;
#[cfg(target_os = "linux")]
mod terminal;

use std::fs;

use serde_json::{Value, json};
use telemetry_runtime::testing::{Collector, ScriptedResponse, UnreachableEndpoint};

use self::common::{
    Folder, Run, WAIT, assert_recorded, assert_retried_once, envelopes, only_event, recorded_helper,
};

const NAT: &str = env!("CARGO_BIN_EXE_agent_toolkit");
const YES: (&str, &str) = ("NAT_TELEMETRY_ENABLED", "true");

/// Runs a command with telemetry on, and waits for the event.
fn nat(folder: &Folder, collector: &Collector, args: &[&str]) -> Run {
    let endpoint = ("NAT_TELEMETRY_ENDPOINT", &*collector.url());
    run_with_wait(folder, &[YES, endpoint], args)
}

/// Runs a command and waits for the event.
fn run_with_wait(folder: &Folder, env: &[(&str, &str)], args: &[&str]) -> Run {
    folder.run(NAT, env, &[&WAIT, args].concat())
}

/// The parameters with the recorded duration and Python version, which differ in this run.
fn comparable(mut parameters: Value, recorded: &Value) -> Value {
    let duration = parameters["durationMs"].as_i64().unwrap();
    let unknown = recorded["durationMs"] == -1;
    assert!(if unknown {
        duration == -1
    } else {
        duration >= 0
    });
    assert_eq!(parameters["pythonVersion"], "undefined");
    parameters["durationMs"] = recorded["durationMs"].clone();
    parameters["pythonVersion"] = recorded["pythonVersion"].clone();
    parameters
}

#[test]
fn a_command_sends_the_recorded_event() {
    let folder = Folder::new("nat-arrives");
    let collector = Collector::start().unwrap();
    let run = nat(&folder, &collector, &["info", "list-components"]);
    run.ended(0, &["on: NAT_TELEMETRY_ENABLED", "1 of 1 recorded"]);
    assert!(run.out.contains("multiply"));
    let recorded = &recorded_helper("emit_command_event", "full")["parameters"];
    let parameters = comparable(only_event(&collector, "nat"), recorded);
    assert_recorded(&parameters, recorded, &[]);
}

/// Command line, command, subcommand, and the recorded outcome of the same kind.
const OUTCOMES: [(&[&str], &str, &str, &str); 9] = [
    (&["run", "2 + 3"], "run", "undefined", "returns_0"),
    (&["evaluate", "sums"], "evaluate", "undefined", "returns_0"),
    (&["run", "--nope"], "run", "undefined", "no_such_option"),
    (
        &["serve", "--port", "x"],
        "serve",
        "undefined",
        "bad_parameter",
    ),
    (&["fly"], "unknown", "undefined", "usage_error"),
    (&["info", "alice"], "info", "undefined", "usage_error"),
    (&["--help"], "unknown", "undefined", "sys_exit_0"),
    (
        &["info", "list-components", "-h"],
        "info",
        "list-components",
        "sys_exit_0",
    ),
    (
        &["configure", "telemetry"],
        "configure",
        "telemetry",
        "returns_none",
    ),
];

#[test]
fn every_outcome_is_the_recorded_one() {
    let folder = Folder::new("nat-outcomes");
    folder.file("sums", "1 + 1 = 2\n");
    for (args, command, subcommand, outcome) in OUTCOMES {
        let collector = Collector::start().unwrap();
        let endpoint = ("NAT_TELEMETRY_ENDPOINT", &*collector.url());
        let mut program = folder.command(NAT, &[&WAIT, args].concat());
        program.current_dir(folder.path("."));
        let run = Run::of(program.envs([YES, endpoint]));
        let event = only_event(&collector, "nat");
        let names = [&event["command"], &event["subcommand"]];
        assert_eq!(names, [command, subcommand], "{args:?}");
        let recorded = recorded_helper("cli_outcome", outcome);
        for field in ["taskStatus", "exitCode", "errorClass"] {
            assert_eq!(event[field], recorded[field], "{args:?}");
        }
        run.ended(
            recorded["exitCode"].as_i64().unwrap().try_into().unwrap(),
            &[],
        );
        assert_eq!(event["durationMs"] == -1, command == "unknown", "{event}");
    }
}

#[test]
fn an_error_sends_only_its_class() {
    let folder = Folder::new("nat-errors");
    let wrong = folder.file("wrong", "1 + 1 = 3\n");
    for (args, code, class, said) in [
        (&["run", "alice + 1"][..], 1, "SyntaxError", "alice"),
        (&["run"], 2, "MissingParameter", "required"),
        (&["run", "1 / 0"], 1, "ZeroDivisionError", "division"),
        (
            &["run", &"(".repeat(100_000)],
            1,
            "RecursionError",
            "brackets",
        ),
        (
            &["evaluate", "alice.txt"],
            1,
            "FileNotFoundError",
            "alice.txt: No such",
        ),
        (&["evaluate", &wrong], 1, "undefined", ""),
    ] {
        let collector = Collector::start().unwrap();
        nat(&folder, &collector, args).ended(code, &[said]);
        let event = only_event(&collector, "nat");
        assert_eq!(event["errorClass"], class);
        assert_eq!(event["exitCode"], code);
        assert_eq!(event["taskStatus"], "failure");
        let body = String::from_utf8(collector.requests()[0].body.clone()).unwrap();
        for secret in ["alice", "division", "wrong"] {
            assert!(!body.contains(secret), "{secret} in {body}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_with_any_bytes_in_its_name_is_read() {
    let folder = Folder::new("nat-odd-name");
    let collector = Collector::start().unwrap();
    let mut command = folder.command(NAT, &[&WAIT[..], &["evaluate"]].concat());
    command.arg(folder.non_utf8_name("1 + 1 = 2\n")).envs([YES]);
    let run = Run::of(command.env("NAT_TELEMETRY_ENDPOINT", collector.url()));
    assert_eq!(run.ended(0, &[]).out, "1 of 1 correct\n");
    assert_eq!(only_event(&collector, "nat")["command"], "evaluate");
}

#[test]
fn without_an_answer_or_after_a_refusal_nothing_is_sent() {
    let folder = Folder::new("nat-opt-out");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let here = ("NAT_TELEMETRY_ENDPOINT", url.as_str());
    let sum = ["run", "1"];
    folder
        .run(NAT, &[here], &sum)
        .ended(0, &["telemetry off: ", "NAT_TELEMETRY_ENABLED=1"]);
    for opt_out in [
        ("NAT_TELEMETRY_ENABLED", "false"),
        ("NAT_TELEMETRY_ENABLED", ""),
        ("DO_NOT_TRACK", "1"),
        ("NEMO_TELEMETRY_ENABLED", "0"),
        ("CI", "true"),
    ] {
        folder
            .run(NAT, &[here, opt_out], &sum)
            .ended(0, &["telemetry off: "]);
    }
    // A stored no takes precedence over the variable.
    let disable = folder.run(NAT, &[here], &["configure", "telemetry", "--disable"]);
    disable.ended(0, &[]);
    folder
        .run(NAT, &[here, YES], &sum)
        .ended(0, &["telemetry off: "]);
    assert_eq!(collector.counts().attempts, 0);
}

#[test]
fn configure_telemetry_stores_and_reports_the_answer() {
    let folder = Folder::new("nat-configure");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let here = ("NAT_TELEMETRY_ENDPOINT", url.as_str());
    let nat = |env: &[(&str, &str)], args: &[&str]| run_with_wait(&folder, env, args);
    let status = nat(&[here], &["configure", "telemetry", "--status"]);
    assert!(status.out.contains("is off: "), "{}", status.out);
    let enable = nat(&[here], &["configure", "telemetry", "--enable"]);
    assert_eq!(enable.err, "", "no second report of whether it is on");
    let file = fs::read_to_string(folder.path(".config/nat/telemetry.toml")).unwrap();
    assert!(file.starts_with("# NeMo Agent Toolkit telemetry consent.\n# To change, run"));
    assert!(file.contains("\nconsent = \"enabled\"\n"));
    assert!(file.contains("\nprompt_version = \"1.0\"\n"));
    // Telemetry was off when the command started.
    assert_eq!(collector.counts().attempts, 0);

    // `telemetry status` shows the same, and records its own event.
    let status = nat(&[here], &["telemetry", "status"]);
    assert!(status.out.contains("is on: "), "{}", status.out);
    let event = only_event(&collector, "nat");
    let names = (&event["command"], &event["subcommand"]);
    assert_eq!(names, (&json!("telemetry"), &json!("status")));
    let show = nat(&[here], &["telemetry", "show"]);
    assert!(show.out.contains("durationMs"), "{}", show.out);

    // A yes is not stored while an opt-out applies. A failed write is an error.
    let opted_out = ("DO_NOT_TRACK", "1");
    let run = nat(&[here, opted_out], &["configure", "telemetry", "--enable"]);
    run.ended(3, &["DO_NOT_TRACK"]);
    let unwritable = ("NAT_TELEMETRY_CONSENT_FILE", &*folder.path(".config"));
    let run = nat(
        &[here, unwritable],
        &["configure", "telemetry", "--disable"],
    );
    run.ended(1, &[".config"]);
}

#[test]
fn c14_a_no_takes_precedence_over_a_yes_on_the_same_command_line() {
    let folder = Folder::new("nat-configure-both");
    let stored = || {
        let file = fs::read_to_string(folder.path(".config/nat/telemetry.toml")).unwrap();
        let line = file.lines().find(|line| line.starts_with("consent = "));
        line.unwrap().to_owned()
    };
    let here = ("NAT_TELEMETRY_ENDPOINT", "");
    let configure = |flags: &[&str]| {
        let words = [&["configure", "telemetry"], flags].concat();
        folder.run(NAT, &[here], &words)
    };
    for flags in [
        &["--enable", "--disable"][..],
        &["--disable", "--enable"],
        &["--disable", "--disable"],
        &["--enable", "--disable", "--enable"],
    ] {
        configure(&["--enable", "--enable"]).ended(0, &[]);
        assert_eq!(stored(), "consent = \"enabled\"");
        configure(flags).ended(0, &[]);
        assert_eq!(stored(), "consent = \"disabled\"", "{flags:?}");
    }
    // The status is shown and nothing changes, as in the original.
    for answer in ["--enable", "--disable"] {
        configure(&[answer]).ended(0, &[]);
        let before = stored();
        for flags in [
            &["--disable", "--status"][..],
            &["--status", "--enable"],
            &["--enable", "--disable", "--status"],
        ] {
            let status = configure(flags);
            let words = if answer == "--enable" {
                "is on: "
            } else {
                "is off: "
            };
            assert!(status.out.contains(words), "{flags:?}: {}", status.out);
            assert_eq!(stored(), before, "{flags:?}");
        }
    }
}

#[test]
fn dry_run_stdout_and_empty_endpoint_send_nothing() {
    let folder = Folder::new("nat-nowhere");
    let collector = Collector::start().unwrap();
    let url = collector.url();
    let variable = "NAT_TELEMETRY_ENDPOINT";
    let dry_run = ("NAT_TELEMETRY_DRY_RUN", "yes");
    for (env, lines) in [
        (vec![YES, (variable, &*url), dry_run], 1),
        (vec![YES, (variable, "stdout")], 1),
        (vec![YES, (variable, "")], 0),
        (vec![YES, (variable, " ")], 0),
    ] {
        let run = run_with_wait(&folder, &env, &["run", "1"]);
        run.ended(0, &["1 of 1 recorded"]);
        assert_eq!(run.out, "1\n");
        let printed: Vec<Value> = run
            .err
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        assert_eq!(printed.len(), lines, "{env:?}: {}", run.err);
        for envelope in printed {
            common::assert_recorded_envelope(&envelope, "nat");
        }
    }
    assert_eq!(collector.counts().attempts, 0);
}

#[test]
fn a_dead_endpoint_changes_the_report_only() {
    let folder = Folder::new("nat-unreachable");
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let black_hole = UnreachableEndpoint::black_hole().unwrap();
    for url in [refusing.url(), black_hole.url()] {
        let run = folder.run(NAT, &[YES], &["run", "6*7", "--endpoint", &url]);
        run.ended(0, &["0 of 1 recorded"]);
        assert_eq!(run.out, "42\n");
    }
    let run = run_with_wait(
        &folder,
        &[YES],
        &["run", "1", "--endpoint", &refusing.url()],
    );
    run.ended(0, &["last try  "]);
}

#[test]
fn the_program_ends_before_a_slow_collector_has_answered() {
    let folder = Folder::new("nat-held");
    let collector = Collector::script([ScriptedResponse::status(200).hold()]).unwrap();
    let run = folder.run(NAT, &[YES], &["run", "1", "--endpoint", &collector.url()]);
    run.ended(0, &["0 of 1 recorded"]);
    // Only after the program has ended.
    collector.release();
}

#[test]
fn a_retried_event_arrives_once() {
    let folder = Folder::new("nat-503");
    let collector = Collector::script([ScriptedResponse::status(503)]).unwrap();
    nat(&folder, &collector, &["run", "1"]).ended(0, &["1 of 1 recorded"]);
    assert_retried_once(&collector);
}

#[test]
fn an_event_that_is_too_large_is_counted_as_lost() {
    let folder = Folder::new("nat-413");
    let collector = Collector::script([ScriptedResponse::status(413)]).unwrap();
    nat(&folder, &collector, &["run", "1"]).ended(0, &["0 of 1 recorded"]);
    assert_eq!(collector.counts().requests, 1);
}

#[test]
fn each_command_has_its_own_session() {
    let folder = Folder::new("nat-sessions");
    let collector = Collector::start().unwrap();
    let endpoint = ("NAT_TELEMETRY_ENDPOINT", &*collector.url());
    for _ in 0..2 {
        let env = [YES, endpoint, ("NAT_SESSION_PREFIX", "dev-")];
        run_with_wait(&folder, &env, &["run", "1"]).ended(0, &[]);
    }
    let envelopes = envelopes(&collector);
    let sessions: Vec<_> = envelopes
        .iter()
        .map(|it| it["sessionId"].as_str().unwrap())
        .collect();
    assert_ne!(sessions[0], sessions[1]);
    for session in sessions {
        // The original's format: 32 digits without hyphens.
        let random = session.strip_prefix("dev-").unwrap();
        assert_eq!(random.len(), 32, "{session}");
        assert!(random.chars().all(|c| c.is_ascii_hexdigit()), "{session}");
    }
    assert_eq!(envelopes[0]["eventSysVer"], json!("nat-telemetry/1.0"));
}

#[cfg(target_os = "linux")]
#[test]
fn x_output_of_nat_that_cannot_be_written_is_an_error() {
    let folder = Folder::new("nat-unwritable");
    let sums = folder.file("sums.txt", "1 + 1 = 2\r2 * 2 = 4\r");
    let off = [("DO_NOT_TRACK", "1")];
    let cases: [&[&str]; 7] = [
        &["run", "1"],
        &["evaluate", &sums],
        &["info", "list-components"],
        &["telemetry", "show"],
        &["telemetry", "status", "--json"],
        &["configure", "telemetry", "--status"],
        &["--help"],
    ];
    for args in cases {
        common::assert_unwritable_output_fails(&folder, NAT, &off, args);
    }
    let run = folder.run(NAT, &off, &["evaluate", &sums]);
    assert_eq!(run.out, "2 of 2 correct\n", "old line ends separate lines");
}
