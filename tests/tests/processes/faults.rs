//! Rows 36, 52, 59, 63 and 70: faults of the whole process, such as no memory or no descriptors. Each
//! test starts a program for them.

use std::process::{Command, Output};

use telemetry_runtime::testing::{Collector, ScriptedResponse};
use telemetry_tests::scratch::Scratch;

/// The lines of a program that ended by itself, without a panic and without output of the library.
#[track_caller]
fn said(mut program: Command) -> Vec<String> {
    let Output {
        status,
        stdout,
        stderr,
    } = program.env_clear().output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(stdout), text(stderr));
    assert!(status.success(), "{status}\n{stdout}{stderr}");
    assert_eq!(stderr, "", "{stdout}");
    stdout.lines().map(str::to_owned).collect()
}

/// The values of this field in everything that the collector got, in order.
fn values(collector: &Collector, field: &str) -> Vec<i64> {
    let field = format!("\"{field}\":");
    let requests = collector.requests();
    let bodies = requests.iter().map(|request| request.text().into_owned());
    let values = bodies.flat_map(|body| {
        let pieces = body.split(&field).skip(1).map(|piece| {
            let digits = piece.split(['}', ',']).next().unwrap();
            digits.parse().unwrap()
        });
        pieces.collect::<Vec<i64>>()
    });
    values.collect()
}

#[test]
fn row_36_a_panic_hook_a_destructor_and_a_handler_at_exit_record() {
    let collector = Collector::start().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_exit_late"));
    program.arg(collector.url());
    let recorded = |place| format!("{place}: Ok(Accepted {{ durable: false }}), Complete");
    let expected = [
        recorded(1),
        "panicked: true".to_owned(),
        recorded(2),
        recorded(3),
        "conserved: true".to_owned(),
    ];
    assert_eq!(said(program), expected);
    assert_eq!(values(&collector, "place"), [1, 2, 3]);
}

#[test]
fn row_36_after_the_owner_a_destructor_and_a_handler_at_exit_are_counted() {
    let collector = Collector::start().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_exit_late"));
    program.args([&collector.url(), "owned"]);
    let refused = |place| format!("{place}: Err(ShutDown), Complete");
    let expected = [
        "1: Ok(Accepted { durable: false }), Complete".to_owned(),
        "panicked: true".to_owned(),
        refused(2),
        refused(3),
        "conserved: true".to_owned(),
    ];
    assert_eq!(said(program), expected);
    assert_eq!(values(&collector, "place"), [1]);
}

#[test]
fn row_52_no_event_takes_more_memory_than_its_bound() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_no_memory"));
    program.arg("huge");
    assert_eq!(said(program), ["huge", "huge", "huge", "over"]);
}

#[test]
fn row_63_without_memory_only_events_are_lost() {
    let program = Command::new(env!("CARGO_BIN_EXE_no_memory"));
    let steps = [
        "encode",
        "encoded",
        "batch",
        "batch again",
        "flush",
        "flushed",
        "request",
        "waiting",
        "held",
        "sent",
        "delivered",
        "over",
    ];
    assert_eq!(said(program), steps);
}

fn without_descriptors(collector: &Collector, name: &str) -> Vec<String> {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), name);
    let mut program = Command::new("/bin/sh");
    program
        .args(["-c", "ulimit -n 40; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_no_descriptors"))
        .arg(collector.url())
        .arg(scratch.join("usage.json"));
    said(program)
}

/// The program aborts at any panic. Its tokio needs a socket pair for signals.
#[test]
fn without_a_descriptor_an_async_runtime_with_signals_does_not_panic() {
    let collector = Collector::start().unwrap();
    let said = without_descriptors(&collector, "faults-no-panic");
    assert_eq!(said[0], "without effect: true");
}

#[test]
fn row_59_without_a_descriptor_events_wait_and_lines_of_the_audit_log_are_counted() {
    let collector = Collector::start().unwrap();
    let said = without_descriptors(&collector, "faults-no-descriptors");
    let number = |line: &str| line.split(' ').nth(1).unwrap().parse::<i64>().unwrap();
    let expected = ["without effect: true", "not logged: true", "lines: true"];
    assert_eq!(said[..3], expected);
    let (delivered, events) = (number(&said[3]), number(&said[4]));
    assert_eq!(delivered, events);
    assert_eq!(values(&collector, "free"), (0..events).collect::<Vec<_>>());
}

/// Over HTTP, by a name that the system resolves, over TLS as far as it comes, and to no network.
#[track_caller]
fn assert_nothing_is_read(seconds: u64) {
    let collector = Collector::start().unwrap();
    let alerts = Collector::script(std::iter::repeat_with(ScriptedResponse::tls_alert)).unwrap();
    let secure = alerts.url().replace("http:", "https:");
    let mut program = Command::new(env!("CARGO_BIN_EXE_environment"));
    let named = collector.url().replace("127.0.0.1", "localhost");
    program.args([&collector.url(), &named, &secure, "", &seconds.to_string()]);
    let expected = [
        "read at the start: true",
        "changed meanwhile: true",
        "read afterwards: 0",
        "taken true, conserved true, delivered true",
        "taken true, conserved true, delivered true",
        "taken true, conserved true, delivered false",
        "taken true, conserved true, delivered true",
    ];
    assert_eq!(said(program), expected);
    assert!(alerts.counts().connections > 0);
}

#[test]
fn row_70_nothing_is_read_from_an_environment_that_changes() {
    assert_nothing_is_read(0);
}

#[cfg(feature = "slow")]
#[test]
fn row_70_nothing_is_read_for_a_minute() {
    assert_nothing_is_read(60);
}
