//! Programs that record and return from `main`.

use std::{
    io::Read,
    process::{Command, Output, Stdio},
    time::Duration,
};

use telemetry_runtime::testing::{Collector, ScriptedResponse, UnreachableEndpoint};

const PLACES: [&str; 8] = [
    "plain",
    "heartbeat",
    "tokio-multi",
    "tokio-current",
    "tokio-blocking",
    "tokio-async",
    "async-drop",
    "async",
];

fn program(place: &str, endpoint: String) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_exit_main"));
    program.arg(place).arg(endpoint);
    program
}

/// The program ended by itself, printed only its own line, and did not panic.
#[track_caller]
fn assert_left(place: &str, output: &Output) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{place}: {output:?}");
    assert_eq!(text(&output.stdout), "left\n", "{place}");
    assert_eq!(text(&output.stderr), "", "{place}");
}

/// Row 37, with a collector that answers within the budget: on every machine a minute is enough.
#[test]
fn row_37_a_program_that_records_and_returns_has_sent() {
    for place in PLACES {
        let collector = Collector::script([ScriptedResponse::status(200)]).unwrap();
        let mut program = program(place, collector.url());
        let output = program.arg("60").output().unwrap();
        assert_left(place, &output);
        let requests = collector.requests();
        let body = String::from_utf8_lossy(&requests[0].body).into_owned();
        assert!(body.contains("\"exitCode\":7"), "{place}: {body}");
    }
}

/// Row 37 with a refused connection, vanishing packets, and a response that never comes or drips.
#[test]
fn row_37_a_program_ends_in_every_state_of_its_collector() {
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let silent = Collector::with_handler(|_| ScriptedResponse::silence()).unwrap();
    let drip = ScriptedResponse::status(200).drip(1, Duration::from_secs(1));
    let dripping = Collector::with_handler(move |_| drip.clone()).unwrap();
    let black_hole = UnreachableEndpoint::black_hole().unwrap();
    for place in PLACES {
        for endpoint in [
            refusing.url(),
            black_hole.url(),
            silent.url(),
            dripping.url(),
        ] {
            let output = program(place, endpoint).output().unwrap();
            assert_left(place, &output);
        }
    }
}

/// The open sockets of a process, from the operating system.
#[cfg(target_os = "linux")]
fn sockets(process: &str) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let targets = entries.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
    targets
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .collect()
}

/// The operating system's view of the process.
#[cfg(target_os = "linux")]
#[test]
fn building_a_client_starts_no_thread_and_opens_no_socket() {
    let mut child = program("builds", "https://telemetry.example/v1".to_owned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut built = [0; 6];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut built)
        .unwrap();
    assert_eq!(&built, b"built\n");
    let threads = std::fs::read_dir(format!("/proc/{}/task", child.id()));
    assert_eq!(threads.unwrap().count(), 1);
    // The test process may have inherited one, for example as standard error.
    let inherited = sockets("self");
    let mut opened = sockets(&child.id().to_string());
    opened.retain(|socket| !inherited.contains(socket));
    assert!(opened.is_empty(), "{opened:?}");
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}
