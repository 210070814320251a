//! Curves over the load: threads, backlog, batches and clients.

use std::{sync::mpsc, time::Instant};

use telemetry_runtime::{
    Client,
    transport::{Outcome, Request, Transport},
};

use crate::{
    curves::{Curve, Growth},
    events::served,
    measure::{clock::process_cpu, stats::Spread},
    peers::{
        LARGE, OURS, Peer, Recorder,
        ours::{Discard, Ours, builder, flush, without_owner},
    },
    rows::{Plan, in_turns, threads::cpu_per_call},
};

/// The median of each amount of work.
fn points(work: &[usize], values: Vec<Vec<f64>>) -> Vec<(f64, f64)> {
    let medians = values.into_iter().map(|values| Spread::of(values).median);
    work.iter()
        .map(|amount| *amount as f64)
        .zip(medians)
        .collect()
}

pub(crate) fn threads(plan: Plan) -> Curve {
    const THREADS: [usize; 5] = [1, 2, 4, 8, 16];
    let discarded = Discard::default();
    let builder = builder()
        .transport(discarded.clone())
        .max_batch_events(LARGE);
    // Room for the events of all threads between two flushes.
    let peer = Peer::new(OURS, Ours::with(builder.queue_bytes(64 << 20), discarded));
    let values = in_turns(plan.rounds(20), &THREADS, |threads| {
        Spread::of(cpu_per_call(&peer, *threads, 10)).median
    });
    Curve {
        title: "Record, by the number of threads that record",
        across: "threads",
        up: "CPU ns per call",
        growth: Growth::Flat,
        series: vec![("the calling thread", points(&THREADS, values))],
        lost: peer.lost(),
    }
}

/// Does not return from a request until the channel is closed.
struct Gate(mpsc::Receiver<()>);

impl Transport for Gate {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let _ = self.0.recv();
        Outcome::delivered()
    }
}

/// Nanoseconds of the last calls before a backlog of this many events, and CPU nanoseconds of the
/// process to send them in batches of this size; and the events that were lost.
fn backlog_of(events: usize, batch: usize) -> (f64, f64, u64) {
    const LAST: usize = 500;
    let (closing, open) = mpsc::channel();
    let builder = builder().transport(Gate(open)).max_batch_events(batch);
    let client = builder.queue_bytes(256 << 20).build();
    (LAST..events).for_each(|number| client.record(&served(number as u32)));
    let start = Instant::now();
    (0..LAST).for_each(|number| client.record(&served(number as u32)));
    let call = start.elapsed().as_secs_f64() * 1e9 / LAST as f64;
    let cpu = process_cpu();
    drop(closing);
    flush(&client);
    let cpu = (process_cpu() - cpu) / events as f64;
    let lost = (events as u64).saturating_sub(client.health().delivered());
    (call, cpu, lost)
}

pub(crate) fn backlog(plan: Plan) -> Curve {
    const EVENTS: [usize; 5] = [1000, 5000, 20_000, 50_000, 100_000];
    let mut lost = 0;
    let mut measured = |batch: usize| {
        in_turns(plan.rounds(20), &EVENTS, |events| {
            let (call, cpu, more) = backlog_of(*events, batch);
            lost += more;
            (call, cpu)
        })
    };
    let (large, small) = (measured(500), measured(10));
    type Rounds = Vec<Vec<(f64, f64)>>;
    let pick = |rounds: &Rounds, of: fn(&(f64, f64)) -> f64| {
        let values = rounds.iter().map(|values| values.iter().map(of).collect());
        points(&EVENTS, values.collect())
    };
    Curve {
        title: "A backlog behind a transport that does not return",
        across: "events in the backlog",
        up: "ns per event",
        growth: Growth::Flat,
        series: vec![
            ("the last calls", pick(&large, |round| round.0)),
            ("CPU, batches of 500", pick(&large, |round| round.1)),
            ("CPU, batches of 10", pick(&small, |round| round.1)),
        ],
        lost,
    }
}

pub(crate) fn batch(plan: Plan) -> Curve {
    const BATCHES: [usize; 7] = [1, 10, 50, 100, 500, 1000, 5000];
    const BURST: u32 = 5000;
    let peers = BATCHES.map(|batch| {
        let discarded = Discard::default();
        let builder = builder()
            .transport(discarded.clone())
            .max_batch_events(batch);
        let builder = builder.max_batch_bytes(16 << 20).queue_bytes(64 << 20);
        Peer::new(OURS, Ours::with(builder, discarded))
    });
    let values = in_turns(plan.rounds(100), &peers, |peer| {
        let start = process_cpu();
        peer.recorder.burst(peer.calls(BURST));
        peer.recorder.settle();
        (process_cpu() - start) / f64::from(BURST)
    });
    Curve {
        title: "From the call to a discarded body, by the events in a batch",
        across: "events in a batch",
        up: "CPU ns per event",
        growth: Growth::Flat,
        series: vec![("the whole process", points(&BATCHES, values))],
        lost: peers.iter().map(Peer::lost).sum(),
    }
}

/// Clients that record in turns.
struct Clients(Vec<Client>);

impl Recorder for Clients {
    fn record(&self, number: u32) {
        if let Some(client) = self.0.get(number as usize % self.0.len()) {
            client.record(&served(number));
        }
    }

    fn settle(&self) {
        self.0.iter().for_each(flush);
    }

    fn delivered(&self) -> u64 {
        self.0
            .iter()
            .map(|client| client.health().delivered())
            .sum()
    }
}

pub(crate) fn clients(plan: Plan) -> Curve {
    const CLIENTS: [usize; 4] = [1, 4, 16, 64];
    // The same number of events for each client, so that each wake-up of a worker is for the same number.
    const EACH: u32 = 200;
    let peers = CLIENTS.map(|count| {
        let client = |_| {
            let builder = builder().transport(Discard::default());
            without_owner(builder.max_batch_events(LARGE).build())
        };
        Peer::new(OURS, Clients((0..count).map(client).collect()))
    });
    let sized: Vec<_> = peers
        .iter()
        .zip(CLIENTS.map(|count| count as u32 * EACH))
        .collect();
    let values = in_turns(plan.rounds(50), &sized, |(peer, calls)| {
        let bursts = (0..5).map(|_| {
            let (nanos, _) = peer.timed(*calls);
            peer.recorder.settle();
            nanos
        });
        Spread::of(bursts.collect()).median
    });
    Curve {
        title: "Record to the clients of a process in turns, by their number",
        across: "clients",
        up: "ns per call",
        growth: Growth::Flat,
        series: vec![("record", points(&CLIENTS, values))],
        lost: peers.iter().map(Peer::lost).sum(),
    }
}
