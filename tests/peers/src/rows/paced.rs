//! The slowest calls of a caller that records at intervals.

use std::time::Duration;

use crate::{
    measure::stats::{Spread, part},
    peers::{OURS, Peer, Recorder},
    report::{Goal, Section},
    rows::{Plan, Series, lines, ratio},
};

/// Time between two calls.
const GAP: Duration = Duration::from_micros(10);
const CALLS: u32 = 2000;

/// Records nothing.
struct Empty;

impl Recorder for Empty {
    fn record(&self, _: u32) {}
    fn settle(&self) {}
    fn delivered(&self) -> u64 {
        u64::MAX
    }
}

pub(crate) fn measure(plan: Plan, peers: &[Peer]) -> Section {
    let mut series = vec![Series::new("an empty call", Vec::new())];
    series.extend(peers.iter().map(|peer| Series::new(peer.name, Vec::new())));
    let mut typical = vec![Vec::new(); series.len()];
    for _ in 0..plan.rounds(100) {
        for (number, (series, typical)) in series.iter_mut().zip(&mut typical).enumerate() {
            let mut times = match number.checked_sub(1).and_then(|number| peers.get(number)) {
                Some(peer) => {
                    let times = peer.recorder.paced(peer.calls(CALLS), GAP);
                    peer.recorder.settle();
                    times
                }
                None => Empty.paced(CALLS, GAP),
            };
            times.sort_by(f64::total_cmp);
            series.values.push(part(&times, 0.99));
            typical.push(part(&times, 0.5));
        }
    }
    for (series, peer) in series.iter_mut().skip(1).zip(peers) {
        series.lost = peer.lost();
    }
    for (series, typical) in series.iter_mut().zip(typical) {
        series.more.push(Spread::of(typical).show(0));
    }
    let mut section = Section::new(
        "Record at intervals",
        format!(
            "The 99th percentile of {CALLS} calls, one every {} microseconds; nanoseconds, with the clock that \
             measures them. The first line records nothing: it shows the interruptions by the machine.",
            GAP.as_micros()
        ),
        &["library", "p99, ns", "times an empty call", "typical, ns"],
    );
    section.lines = lines(&series, 0);
    let times = |ratio: &Spread| format!("{} times", ratio.show(2));
    section.goals.push(Goal {
        name: "paced p99",
        goal: "shown as a multiple of an empty paced loop",
        reached: ratio(&series, OURS, "an empty")
            .as_ref()
            .map_or("no figure".to_owned(), times),
        met: Some(true),
    });
    section.goals.push(Goal::of(
        "paced p99, batches of 50",
        "at most 2 times the sleeping worker's",
        ratio(&series, "this library, batches of 50", OURS),
        times,
        |ratio| ratio.median <= 2.0,
    ));
    section
}
