//! Sums over processes that end in different ways, and what later processes send for earlier ones.

use telemetry_runtime::testing::{Collector, ScriptedResponse};
use telemetry_tests::scratch::Scratch;

use super::{
    host::{Host, PROGRAM, assert_balanced, count, files, later_run},
    ledger::{Answer, Ledger},
    many::session,
};

/// Accepted events of all processes are delivered, dropped, in files, or were in the memory of a killed one.
#[test]
fn row_33_the_counts_of_processes_that_end_differently_balance() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-balance");
    // The event 13 is rejected, and everything else is accepted.
    let rejects = |text: &str| text.contains("\"number\":13}");
    let collector = Collector::with_handler(move |request| {
        let rejected = rejects(&request.text());
        ScriptedResponse::status(if rejected { 422 } else { 200 })
    });
    let collector = collector.unwrap();
    let (mut accepted, mut delivered, mut dropped, mut adopted) = (0, 0, 0, 0);
    for (end, first) in ["return", "exit", "abort", "kill", "static"]
        .into_iter()
        .zip((0..).step_by(10))
    {
        let mut host = Host::with_still_clock(scratch.path(), &collector.url(), &[]);
        for number in first..first + 7 {
            host.store(number);
        }
        if end == "exit" {
            // This one sends for itself.
            assert_eq!(host.ask("flush"), "Complete");
        }
        let counts = host.ask("health");
        assert_balanced(&counts);
        accepted += count(&counts, "accepted");
        delivered += count(&counts, "delivered");
        dropped += count(&counts, "dropped");
        adopted += count(&counts, "adopted");
        if end == "kill" {
            host.kill();
        } else {
            host.end(end);
        }
    }
    let counts = later_run(scratch.path(), &collector.url(), &[], 100);
    accepted += count(&counts, "accepted");
    delivered += count(&counts, "delivered");
    dropped += count(&counts, "dropped");
    adopted += count(&counts, "adopted");
    assert_eq!((accepted, dropped), (36, 1), "{counts}");
    assert_eq!(accepted, delivered + dropped, "{counts}");
    assert!(adopted > 0);
    assert_eq!(files(scratch.path()).len(), 0);
}

#[test]
fn row_76_a_later_process_of_another_version_sends_the_session_version_and_times_of_the_earlier_one()
 {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-version");
    let ledger = Ledger::start(Answer::Unavailable);
    let mut first = Host::with_still_clock(scratch.path(), &ledger.url(), &[]);
    let of_first = first.ask("session");
    first.store(1);
    let stored =
        String::from_utf8_lossy(&std::fs::read(&files(scratch.path())[0]).unwrap()).into_owned();
    let (_, recorded) = stored.split_once("{\"ts\":\"").unwrap();
    let recorded = recorded.split('"').next().unwrap();
    first.kill();

    ledger.answers(Answer::Accept);
    let mut program = std::process::Command::new(PROGRAM);
    program
        .arg(scratch.path())
        .args([&ledger.url(), "2.0.0", "virtual"]);
    let mut second = Host::run(program);
    let of_second = second.ask("session");
    assert_ne!(of_first, of_second);
    second.ask("deliver 2");
    second.end("return");
    let requests = ledger.collector.requests();
    let texts: Vec<_> = requests.iter().map(|it| it.text()).collect();
    assert_eq!(texts.len(), 2);
    for (number, version, of_process) in [(1, "1.0.0", of_first), (2, "2.0.0", of_second)] {
        let number = format!("\"number\":{number}}}");
        let text = texts.iter().find(|it| it.contains(&number)).unwrap();
        assert!(
            text.contains(&format!("\"clientVer\":\"{version}\"")),
            "{text}"
        );
        assert_eq!(session(text), Some(of_process), "{text}");
        let has_time = text.contains(&format!("{{\"ts\":\"{recorded}\""));
        assert_eq!(has_time, version == "1.0.0", "{text}");
        assert!(
            !text.contains(&format!("\"sentTs\":\"{recorded}\"")),
            "{text}"
        );
    }
}
