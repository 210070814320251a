//! A call on the caller's thread, and its allocations.

use crate::{
    chart::{Bar, Chart},
    measure::{alloc, stats::Spread},
    peers::{OURS, Peer},
    report::{Goal, Section},
    rows::{Plan, Series, in_turns, lines, ratio, series},
};

/// Calls between two waits: too few to fill the queue of any library.
const BURST: u32 = 200;
/// Bursts in a turn, of which the median counts: the first ones run with the caches of another library.
const BURSTS: usize = 20;

pub(crate) fn measure(plan: Plan, peers: &[Peer]) -> Section {
    for peer in peers {
        peer.recorder.burst(peer.calls(BURST));
        peer.recorder.settle();
    }
    let both = in_turns(plan.rounds(60), peers, |peer| {
        let bursts = (0..BURSTS).map(|_| {
            let both = peer.timed(BURST);
            peer.recorder.settle();
            both
        });
        let (nanos, cpu): (Vec<_>, Vec<_>) = bursts.unzip();
        (Spread::of(nanos).median, Spread::of(cpu).median)
    });
    let nanos = |rounds: &Vec<(f64, f64)>| rounds.iter().map(|round| round.0).collect();
    let mut series = series(peers, both.iter().map(nanos).collect());
    for ((one, peer), rounds) in series.iter_mut().zip(peers).zip(both) {
        let cpu = rounds.into_iter().map(|round| round.1).collect();
        one.more.push(Spread::of(cpu).show(0));
        one.more.push(format!("{:.1}", allocations(peer)));
    }
    let mut section = Section::new(
        "Record one event",
        format!(
            "Nanoseconds of one call on the caller's thread with one event of 18 fields: build the event, read \
             the clock, hand the event over. {BURST} calls in a row, then a wait until the event has left the \
             library, which is not counted; the median of {BURSTS} repetitions in each turn. The worker of the first \
             line sleeps during the calls. opentelemetry_sdk copies the fields and encodes them later, as does metrique; this library, tracing \
             and posthog-rs make text during the call. CPU time leaves out the interruptions by other threads."
        ),
        &[
            "library",
            "ns per call",
            "times this library",
            "CPU ns of the thread per call",
            "allocations per call",
        ],
    );
    section.lines = lines(&series, 0);
    section.goals = goals(&series);
    let valid = series.iter().filter(|one| one.is_valid());
    let bars = valid
        .map(|one| Bar::new(&one.name, one.spread().median))
        .collect();
    section.charts.push(Chart::bars(
        "record",
        "Nanoseconds per call of record",
        bars,
    ));
    section
}

fn allocations(peer: &Peer) -> f64 {
    let before = alloc::of_this_thread();
    peer.recorder.burst(peer.calls(BURST));
    let allocations = alloc::of_this_thread() - before;
    peer.recorder.settle();
    allocations as f64 / f64::from(BURST)
}

fn goals(series: &[Series]) -> Vec<Goal> {
    let Some(ours) = series.first() else {
        return Vec::new();
    };
    let spread = ours.is_valid().then(|| ours.spread());
    let allocations = ours.more.last().cloned();
    let times = |ratio: &Spread| format!("{} times", ratio.show(2));
    vec![
        Goal::of(
            "record, one thread",
            "82 ns on the machine where it took 122",
            spread,
            |spread| format!("{} ns", spread.show(0)),
            |spread| spread.median <= 82.0,
        ),
        Goal::of(
            "record, allocations",
            "0",
            allocations,
            Clone::clone,
            |allocations| allocations == "0.0",
        ),
        Goal::of(
            "record beside metrique",
            "at most metrique's `append_on_drop`",
            ratio(series, OURS, "metrique"),
            times,
            |ratio| ratio.median <= 1.0,
        ),
        Goal::of(
            "record beside opentelemetry_sdk",
            "4 times faster",
            ratio(series, "opentelemetry_sdk", OURS),
            times,
            |ratio| ratio.median >= 4.0,
        ),
    ]
}
