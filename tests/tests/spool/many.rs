//! Many processes on one spool at the same time.

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use telemetry_tests::{client::PATIENCE, scratch::Scratch};

use super::{
    host::{Host, assert_balanced, count, files},
    ledger::{Answer, Ledger},
};

/// Processes that ended before the others start, and the events of each.
const EARLIER: i64 = 20;
const EVENTS: i64 = 40;

/// Starts processes with clients at once, all of which look for the events of earlier ones.
fn at_once(folder: &str, processes: i64) {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), folder);
    let ledger = Ledger::start(Answer::Unavailable);
    let start = || Host::with_still_clock(scratch.path(), &ledger.url(), &[]);
    // Their clocks do not advance and no batch is full, so they send nothing.
    let mut earlier: Vec<_> = (0..EARLIER).map(|_| start()).collect();
    for host in &mut earlier {
        let fates = host.ask(&format!("fill {EVENTS}"));
        assert_eq!(fates.matches("d ").count(), 40, "{fates}");
    }
    earlier.into_iter().for_each(Host::kill);
    assert_eq!(files(scratch.path()).len(), 20);
    ledger.answers(Answer::Accept);
    // Own events have numbers that the earlier ones do not have.
    let mut hosts: Vec<_> = (0..processes).map(|_| start()).collect();
    for (host, number) in hosts.iter_mut().zip(EVENTS..) {
        host.store(number);
    }
    for host in &mut hosts {
        host.command("tick");
    }
    let all = usize::try_from(EARLIER * EVENTS + processes).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while ledger.received().len() < all {
        assert!(
            Instant::now() < deadline,
            "{} arrived",
            ledger.received().len()
        );
        thread::sleep(Duration::from_millis(5));
    }
    let mut adopted = 0;
    for mut host in hosts {
        assert_eq!(host.line().unwrap(), "ticks");
        host.ask("shutdown");
        let counts = host.ask("health");
        assert_balanced(&counts);
        adopted += count(&counts, "adopted");
        assert_eq!(count(&counts, "dropped"), 0, "{counts}");
        assert!(host.end("return").success());
    }
    // An event that two processes sent would be there more often.
    for (number, times) in ledger.times() {
        let once = if number < EVENTS { 20 } else { 1 };
        assert_eq!(times, once, "{number}");
    }
    assert!(adopted >= 800, "{adopted}");
    let requests = ledger.collector.requests();
    let sessions: BTreeSet<_> = requests
        .iter()
        .filter_map(|it| session(&it.text()))
        .collect();
    assert_eq!(
        sessions.len(),
        usize::try_from(EARLIER + processes).unwrap()
    );
    assert_eq!(files(scratch.path()).len(), 0);
}

/// The session of an envelope.
pub(crate) fn session(envelope: &str) -> Option<String> {
    let (_, rest) = envelope.split_once("\"sessionId\":\"")?;
    Some(rest.split('"').next()?.to_owned())
}

#[test]
fn row_47_processes_that_start_at_once_send_each_stored_event_once() {
    at_once("spool-many", 16);
}

#[test]
#[cfg_attr(not(feature = "slow"), ignore = "starts 200 processes")]
fn row_47_200_processes_that_start_at_once_send_each_stored_event_once() {
    at_once("spool-200", 200);
}
