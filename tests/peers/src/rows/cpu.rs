//! CPU time of the whole process per event, with bodies that are made and discarded.

use crate::{
    chart::{Bar, Chart},
    measure::{clock::process_cpu, stats::Spread},
    peers::{Peer, ours::Ours},
    report::{Goal, Section},
    rows::{Plan, Series, in_turns, lines, series},
};

/// Events between two waits: too few to fill the queue of any library.
const BURST: u32 = 1000;
/// Bursts in a turn, of which the median counts: the first ones run with the caches of another library.
const BURSTS: usize = 5;

pub(crate) fn measure(plan: Plan, peers: &[Peer]) -> Section {
    let ours = [
        Peer::new("this library, batches of 50", Ours::discarding(50)),
        Peer::new("this library, batches of 500", Ours::discarding(500)),
    ];
    let peers: Vec<&Peer> = ours.iter().chain(peers.iter().skip(2)).collect();
    let values = in_turns(plan.rounds(60), &peers, |peer| {
        let bursts = (0..BURSTS).map(|_| {
            let start = process_cpu();
            peer.recorder.burst(peer.calls(BURST));
            peer.recorder.settle();
            (process_cpu() - start) / f64::from(BURST)
        });
        Spread::of(bursts.collect()).median
    });
    section(&series(peers, values))
}

fn section(all: &[Series]) -> Section {
    let mut section = Section::new(
        "CPU time of the whole process",
        format!(
            "Nanoseconds of CPU time of all threads per event, from the call to a request body that is discarded, \
             in bursts of {BURST} events; the median of {BURSTS} bursts in each turn. opentelemetry_sdk encodes nothing. posthog-rs has no transport to \
             replace: it sends to the collector, in batches of 100."
        ),
        &["library", "CPU ns per event", "times the first line"],
    );
    section.lines = lines(all, 0);
    let spread = all
        .iter()
        .find(|one| one.name.ends_with("of 50") && one.is_valid());
    section.goals.push(Goal::of(
        "CPU of the whole process, bodies discarded",
        "at most 180 ns per event",
        spread.map(Series::spread),
        |spread| format!("{} ns in batches of 50", spread.show(0)),
        |spread| spread.median <= 180.0,
    ));
    let valid = all.iter().filter(|one| one.is_valid());
    let bars = valid
        .map(|one| Bar::new(&one.name, one.spread().median))
        .collect();
    let title = "CPU nanoseconds of the whole process per event, bodies discarded";
    section.charts.push(Chart::bars("cpu", title, bars));
    section
}
