//! Exits with stored events, for every collector that does not respond: they do not wait for it, and a later
//! run sends the events.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use telemetry_runtime::testing::{Collector, ScriptedResponse, UnreachableEndpoint};
use telemetry_tests::scratch::Scratch;

use super::{
    host::{Host, PROGRAM, count, files, later_run},
    ledger::{Answer, Ledger},
};

const PLACES: [&str; 3] = ["plain", "tokio", "tokio-async"];

/// Exits of each measurement.
const EXITS: usize = 200;

/// Endpoints that do not answer, which live as long as this value.
struct Dead {
    unreachable: [UnreachableEndpoint; 2],
    collectors: [Collector; 2],
}

impl Dead {
    fn start() -> Self {
        let drip = ScriptedResponse::status(200).drip(1, Duration::from_secs(1));
        let always = |answer: ScriptedResponse| Collector::with_handler(move |_| answer.clone());
        Self {
            unreachable: [
                UnreachableEndpoint::refusing(),
                UnreachableEndpoint::black_hole(),
            ]
            .map(Result::unwrap),
            collectors: [always(ScriptedResponse::silence()), always(drip)].map(Result::unwrap),
        }
    }

    fn urls(&self) -> [(&'static str, String); 4] {
        let [refusing, black_hole] = &self.unreachable;
        let [silent, dripping] = &self.collectors;
        [
            ("refused", refusing.url()),
            ("black hole", black_hole.url()),
            ("silent", silent.url()),
            ("dripping", dripping.url()),
        ]
    }
}

#[test]
fn row_39_no_exit_waits_for_a_collector_that_does_not_respond() {
    let dead = Dead::start();
    for (kind, url) in dead.urls() {
        for place in PLACES {
            let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-exits");
            let mut host = Host::with_still_clock(scratch.path(), &url, &[]);
            host.store(1);
            // A request begins. It would last a minute.
            host.ask("advance 2");
            assert_eq!(host.ask(&format!("late {place}")), "leaves");
            if place == "tokio-async" {
                assert_eq!(host.line().as_deref(), Some("Stored"), "{kind}");
            }
            assert!(host.wait().success(), "{kind}, {place}");
            let stored = files(scratch.path());
            assert_eq!(stored.len(), 1, "{kind}, {place}: {stored:?}");
        }
        let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-exits");
        let mut host = Host::with_still_clock(scratch.path(), &url, &[]);
        host.store(1);
        assert_eq!(host.ask("shutdown"), "Stored", "{kind}");
    }
}

/// A host without any network interface, not even loopback; `None` with a printed line if this user may not
/// have one.
fn without_network(scratch: &Scratch, url: &str) -> Option<Host> {
    let can = Command::new("unshare").args(["-Urn", "true"]).status();
    if !can.is_ok_and(|status| status.success()) {
        println!("SKIPPED: this user cannot create a network namespace");
        return None;
    }
    let mut program = Command::new("unshare");
    program.args(["-Urn", PROGRAM]).arg(scratch.path());
    program.args([url, "1.0.0", "virtual"]);
    Some(Host::run(program))
}

#[test]
fn row_39_without_a_network_no_exit_waits_and_a_later_run_sends_the_events() {
    for place in PLACES {
        let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-exits-offline");
        let ledger = Ledger::start(Answer::Accept);
        let Some(mut host) = without_network(&scratch, &ledger.url()) else {
            return;
        };
        host.store(1);
        host.ask("advance 2");
        assert_eq!(host.ask(&format!("late {place}")), "leaves");
        assert!(host.wait().success(), "{place}");
        assert_eq!(ledger.collector.counts().attempts, 0);
        let counts = later_run(scratch.path(), &ledger.url(), &[], 2);
        assert_eq!(count(&counts, "delivered"), 2, "{place}: {counts}");
        assert_eq!(ledger.sorted(), [1, 2], "{place}");
    }
}

/// The times from the last line of a process to its end, sorted. Without a client if `words` turn it off.
fn measure(url: &str, place: &str, words: &[&str]) -> Vec<Duration> {
    let mut times = Vec::new();
    while times.len() < EXITS {
        let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-measured");
        let mut host = Host::start(scratch.path(), url, words);
        if host.ask("record 1").starts_with('m') {
            // The disk was slow, so the exit would wait for the collector.
            host.kill();
            continue;
        }
        host.command(&format!("late {place}"));
        assert_eq!(host.line().as_deref(), Some("leaves"));
        let began = Instant::now();
        host.wait();
        times.push(began.elapsed());
    }
    times.sort_unstable();
    times
}

#[test]
#[ignore = "prints a table, on a machine that does nothing else"]
fn measured_exits() {
    let dead = Dead::start();
    println!("| collector | place | p50 | p99 | max |\n| --- | --- | --- | --- | --- |");
    for place in PLACES {
        let [(_, url), ..] = dead.urls();
        let off = ("telemetry off", url, ["off"].as_slice());
        let rows = dead.urls().map(|(kind, url)| (kind, url, [].as_slice()));
        for (kind, url, words) in [off].into_iter().chain(rows) {
            let times = measure(&url, place, words);
            let at = |share: usize| times[(times.len() - 1) * share / 100];
            println!(
                "| {kind} | {place} | {:.2?} | {:.2?} | {:.2?} |",
                at(50),
                at(99),
                at(100)
            );
        }
    }
}
