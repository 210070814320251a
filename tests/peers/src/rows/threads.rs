//! Calls from several threads at the same time.

use std::{
    sync::{Barrier, Mutex, PoisonError},
    thread,
};

use crate::{
    measure::stats::Spread,
    peers::{OURS, Peer},
    report::{Goal, Section},
    rows::Plan,
};

const BURST: u32 = 200;

/// CPU nanoseconds per call on the threads that call, one value per thread and round.
pub(crate) fn cpu_per_call(peer: &Peer, threads: usize, rounds: usize) -> Vec<f64> {
    let values = Mutex::new(Vec::new());
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for _ in 0..rounds {
                    barrier.wait();
                    let (_, nanos) = peer.timed(BURST);
                    values
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(nanos);
                    if barrier.wait().is_leader() {
                        peer.recorder.settle();
                    }
                }
            });
        }
    });
    values.into_inner().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn measure(plan: Plan, peers: &[Peer]) -> Section {
    const THREADS: [usize; 3] = [1, 2, 4];
    let mut section = Section::new(
        "Record from several threads",
        "CPU nanoseconds per call on the calling thread (`CLOCK_THREAD_CPUTIME_ID`), all threads with one client. \
         In parentheses: times the CPU time of one thread, with its quartiles over the repetitions.",
        &["library", "1 thread", "2 threads", "4 threads"],
    );
    let chosen = [
        OURS,
        "this library, batches of 50",
        "metrique",
        "opentelemetry_sdk",
    ];
    for name in chosen {
        let Some(peer) = peers.iter().find(|peer| peer.name.starts_with(name)) else {
            continue;
        };
        // The repetitions of all numbers of threads take turns.
        let mut medians = [const { Vec::new() }; 3];
        for _ in 0..plan.rounds(20) {
            for (threads, medians) in THREADS.iter().zip(&mut medians) {
                let nanos = cpu_per_call(peer, *threads, 20);
                medians.push(Spread::of(nanos).median);
            }
        }
        let [one, two, four] = medians;
        let (two_times, four_times) = (Spread::ratio(&two, &one), Spread::ratio(&four, &one));
        let lost = peer.lost();
        if name == OURS {
            for (name, times) in [
                ("record, two threads", two_times),
                ("record, four threads", four_times),
            ] {
                section.goals.push(Goal::of(
                    name,
                    "CPU time per call at most 1.2 times one thread's",
                    (lost == 0).then_some(times),
                    |times| format!("{} times", times.show(2)),
                    |times| times.median <= 1.2,
                ));
            }
        }
        if lost > 0 {
            let text = format!("lost {lost}, no figure");
            section.lines.push(vec![
                peer.name.to_owned(),
                text,
                "–".to_owned(),
                "–".to_owned(),
            ]);
            continue;
        }
        let cell = |nanos: Vec<f64>, times: Spread| {
            format!("{:.0} ({})", Spread::of(nanos).median, times.show(2))
        };
        section.lines.push(vec![
            peer.name.to_owned(),
            format!("{:.0}", Spread::of(one).median),
            cell(two, two_times),
            cell(four, four_times),
        ]);
    }
    section
}
