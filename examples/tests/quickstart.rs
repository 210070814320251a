//! The quickstart as a process with its own environment.
//!
//! Cargo builds the examples of this package before it runs this test. Child processes do not inherit
//! the environment, since `CI` is often set where tests run.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use telemetry_examples::validate::Schemas;
use telemetry_runtime::testing::{Collector, UnreachableEndpoint};

/// `target/PROFILE/examples/quickstart`, from `target/PROFILE/deps/THIS_TEST`.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let name = format!("quickstart{}", std::env::consts::EXE_SUFFIX);
    let program = profile.join("examples").join(name);
    assert!(
        program.exists(),
        "{} is not built; run `cargo build -p telemetry-examples --example quickstart`",
        program.display()
    );
    program
}

/// A `PATH` for `rustc`: the folder of the running cargo first, since a rustup proxy needs settings in
/// the user's home.
fn toolchain() -> OsString {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let beside = Path::new(&cargo).parent().map(Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(beside.into_iter().chain(std::env::split_paths(&path))).unwrap()
}

struct Run {
    out: String,
    err: String,
    code: Option<i32>,
}

fn quickstart(env: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = Command::new(program());
    command.args(args).env_clear().envs(env.iter().copied());
    // Programs do not start on Windows without it.
    command.envs(std::env::var_os("SystemRoot").map(|value| ("SystemRoot", value)));
    command.env("PATH", toolchain());
    let Output {
        stdout,
        stderr,
        status,
    } = command.output().unwrap();
    Run {
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
        code: status.code(),
    }
}

impl Run {
    #[track_caller]
    fn shows(&self, text: &str) {
        assert!(
            self.out.contains(text),
            "no {text:?} in\n{}{}",
            self.out,
            self.err
        );
    }

    #[track_caller]
    fn hides(&self, text: &str) {
        let shown = self.out.contains(text) || self.err.contains(text);
        assert!(!shown, "{text:?} in\n{}{}", self.out, self.err);
    }

    /// The JSON object in the output.
    fn shown_parameters(&self) -> Value {
        let start = self.out.find('{').unwrap();
        let end = self.out.rfind('}').unwrap();
        serde_json::from_str(&self.out[start..=end]).unwrap()
    }
}

/// A program that every machine with this test has.
const RUSTC: [&str; 2] = ["rustc", "--version"];

#[test]
fn the_event_arrives_and_validates() {
    let run = quickstart(&[], &RUSTC);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    run.shows("rustc 1.");
    run.shows("POST http://127.0.0.1:");
    run.shows("valid");
    let parameters = run.shown_parameters();
    assert_eq!(parameters["command"], "rustc");
    assert_eq!(parameters["taskStatus"], "success");
    assert_eq!(parameters["exitCode"], 0);
    assert!(parameters["durationMs"].as_i64().unwrap() >= 0);
    let schemas = Schemas::checked_in().unwrap();
    assert_eq!(schemas.parameters("nat_cli_command", &parameters), Ok(()));
}

#[test]
fn a_failed_command_is_recorded_and_its_exit_code_returned() {
    let run = quickstart(&[], &["rustc", "--no-such-option"]);
    assert_eq!(run.code, Some(1));
    let parameters = run.shown_parameters();
    assert_eq!(parameters["taskStatus"], "failure");
    assert_eq!(parameters["exitCode"], 1);
    // The user typed the option.
    assert!(!parameters.to_string().contains("no-such-option"));
}

#[test]
fn a_command_that_does_not_exist_is_recorded() {
    let run = quickstart(&[], &["/nonexistent/program"]);
    assert_eq!(run.code, Some(127));
    let parameters = run.shown_parameters();
    assert_eq!(parameters["errorClass"], "NotFound");
    assert_eq!(parameters["exitCode"], -1);
}

#[test]
fn off_names_the_signal_that_decided_and_how_to_see_the_event_anyway() {
    for (name, value) in [("CI", "true"), ("DO_NOT_TRACK", "1")] {
        let run = quickstart(&[(name, value)], &RUSTC);
        assert_eq!(run.code, Some(0));
        run.shows("rustc 1.");
        run.shows("telemetry off: ");
        run.shows(name);
        run.shows("--ignore-environment");
        run.hides("POST");
        run.hides("durationMs");
    }
}

#[test]
fn ignore_environment_sends_the_event_with_a_note() {
    for (name, value) in [("CI", "true"), ("DO_NOT_TRACK", "1")] {
        let mut args = vec!["--ignore-environment"];
        args.extend(RUSTC);
        let run = quickstart(&[(name, value)], &args);
        assert_eq!(run.code, Some(0));
        run.shows("ignores the environment");
        run.shows("POST http://127.0.0.1:");
        run.shows("valid");
    }
}

#[test]
fn an_opt_out_applies_to_every_endpoint_except_the_local_collector() {
    let collector = Collector::start().unwrap();
    let endpoint = collector.url();
    let run = quickstart(
        &[("DO_NOT_TRACK", "1")],
        &["--endpoint", &endpoint, "rustc", "-V"],
    );
    run.shows("telemetry off: ");
    let both = [
        "--ignore-environment",
        "--endpoint",
        &endpoint,
        "rustc",
        "-V",
    ];
    assert_eq!(quickstart(&[], &both).code, Some(2));
    assert_eq!(collector.requests(), []);
}

#[test]
fn an_endpoint_on_the_command_line_gets_the_event() {
    let collector = Collector::start().unwrap();
    let run = quickstart(&[], &["--endpoint", &collector.url(), "rustc", "--version"]);
    assert_eq!(run.code, Some(0));
    run.shows("delivered");
    let [request] = &*collector.requests() else {
        panic!("one request: {}{}", run.out, run.err);
    };
    assert_eq!(request.header("content-type"), Some("application/json"));
    let envelope: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(envelope["eventSchemaVer"], "1.5");
    assert_eq!(Schemas::checked_in().unwrap().envelope(&envelope), Ok(()));
}

#[test]
fn the_stdout_endpoint_prints_the_envelope_as_one_json_line() {
    let run = quickstart(&[], &["--endpoint", "stdout", "rustc", "--version"]);
    assert_eq!(run.code, Some(0));
    let lines: Vec<&str> = run
        .err
        .lines()
        .filter(|line| line.starts_with('{'))
        .collect();
    let [line] = lines.as_slice() else {
        panic!("one line of JSON, not\n{}", run.err);
    };
    let envelope: Value = serde_json::from_str(line).unwrap();
    assert_eq!(envelope["events"][0]["name"], "nat_cli_command");
    assert_eq!(Schemas::checked_in().unwrap().envelope(&envelope), Ok(()));
}

#[test]
fn a_dead_endpoint_is_reported_and_does_not_change_the_command() {
    let endpoint = UnreachableEndpoint::refusing().unwrap();
    let run = quickstart(&[], &["--endpoint", &endpoint.url(), "rustc", "--version"]);
    assert_eq!(run.code, Some(0));
    run.shows("rustc 1.");
    run.shows("not delivered");
}

#[test]
fn plain_http_to_another_machine_is_rejected() {
    let run = quickstart(
        &[],
        &["--endpoint", "http://collector.invalid/", "rustc", "-V"],
    );
    assert_eq!(run.code, Some(0));
    run.shows("telemetry off: ");
    run.shows("https");
}

/// A proxy receives the requests for all other hosts.
#[test]
fn only_an_explicit_endpoint_is_ever_contacted() {
    let proxy = Collector::start().unwrap();
    let address = proxy.url();
    let names = [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    let env: Vec<_> = names.iter().map(|name| (*name, address.as_str())).collect();

    let run = quickstart(&env, &RUSTC);
    run.shows("valid");
    assert_eq!(
        proxy.requests(),
        [],
        "the default run contacted another host"
    );

    // The proxy receives a request for the host of `--endpoint`.
    let args = ["--endpoint", "https://collector.invalid/", "rustc", "-V"];
    quickstart(&env, &args).shows("not delivered");
    let requested = proxy.requests();
    let requested = requested
        .first()
        .map(|request| (&*request.method, &*request.path));
    assert_eq!(requested, Some(("CONNECT", "collector.invalid:443")));
}

#[test]
fn an_invalid_command_line_runs_nothing() {
    let run = quickstart(&[], &["--endpiont", "stdout", "rustc", "--version"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.out, "");
    assert!(run.err.contains("--endpiont"), "{}", run.err);
}

#[test]
fn help_lists_every_option_and_the_exit_code() {
    let run = quickstart(&[], &["--help"]);
    assert_eq!(run.code, Some(0));
    for text in [
        "--endpoint stdout",
        "--endpoint URL",
        "--ignore-environment",
        "exit code",
    ] {
        run.shows(text);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn x_output_of_the_quickstart_that_cannot_be_written_is_an_error() {
    let off = ("DO_NOT_TRACK", "1");
    for args in [&["--help"][..], &["true"], &["sh", "-c", "exit 3"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let (_, closed) = std::io::pipe().unwrap();
        for stdout in [std::process::Stdio::from(full.unwrap()), closed.into()] {
            let mut command = Command::new(program());
            command.args(args).env_clear().envs([off]).stdout(stdout);
            let output = command.env("PATH", toolchain()).output().unwrap();
            let err = String::from_utf8(output.stderr).unwrap();
            let code = if args.len() > 1 { 3 } else { 1 };
            assert_eq!(output.status.code(), Some(code), "{args:?}: {err}");
            assert!(err.contains("could not be written"), "{args:?}: {err}");
        }
    }
}

/// The program and the view are a group of processes, as in a terminal.
#[cfg(unix)]
#[test]
fn an_event_is_in_the_live_view() {
    use std::{
        io::{BufRead, BufReader, Read, Write},
        net::TcpStream,
        os::unix::process::CommandExt,
        process::Stdio,
    };

    let tool = program().with_file_name("../telemetry-tool");
    if !tool.exists() {
        println!("SKIPPED: run `cargo build -p telemetry-tool` first");
        return;
    }
    let mut child = Command::new(program())
        .args(["--view", "true"])
        .env_clear()
        .env("PATH", toolchain())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut all = Vec::new();
    let page = loop {
        let line = lines.next().unwrap_or_else(|| panic!("{all:?}")).unwrap();
        if let Some(page) = line.strip_prefix("view      http://") {
            break page.to_owned();
        }
        all.push(line);
    };
    assert!(all.contains(&"delivered 1 event".to_owned()), "{all:?}");
    let (host, root) = page.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /{root}events HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.contains("\r\n\r\n1 valid nat_cli_command 1.5 "),
        "{answer}"
    );
    let group = format!("-{}", child.id());
    let interrupted = Command::new("kill").args(["-INT", "--", &group]).status();
    assert!(interrupted.unwrap().success());
    child.wait().unwrap();
    // The view has ended, too: nothing accepts a connection.
    while TcpStream::connect(host).is_ok() {}
}
