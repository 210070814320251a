//! From the call to the answer of a collector on loopback, in batches of 1, 50 and 500.

use std::time::Instant;

use crate::{
    chart::{Bar, Chart},
    collector::Collector,
    measure::{clock::process_cpu, stats::Spread},
    report::{Goal, Section},
    rows::Plan,
    senders::{
        Otlp, Sender,
        http::{Prepared, Serde},
        ours::{Flushing, Free},
        tcp::Tcp,
    },
};

/// Events per second and CPU time per event of one contestant.
struct Run {
    name: &'static str,
    per_second: Vec<f64>,
    cpu: Vec<f64>,
    lost: u64,
}

const OURS: &str = "this library, flushes";
const FREE: &str = "this library, never waits";
const PREPARED: &str = "reqwest, prepared body";

pub(crate) fn measure(plan: Plan, collector: &Collector) -> Section {
    let mut section = Section::new(
        "Record to a collector on loopback",
        "Events of 18 fields, 380 bytes, to a collector in another process, which counts them. CPU time is that \
         of all threads of the sender. reqwest is asynchronous, on one thread. The OTLP exporter has a queue for \
         all events and is flushed once. This library has its default queue of 1 MiB and is flushed after 2,000 \
         events (500 in batches of 1), or has a queue for all events and is flushed once.",
        &[
            "client",
            "batch",
            "thousand events/s",
            "CPU ns per event",
            "events/s of prepared body",
            "CPU of prepared body",
        ],
    );
    for (batch, events) in [(1, 2_000), (50, 50_000), (500, 200_000)] {
        let events = if plan.quick { events / 4 } else { events };
        let runs = runs(plan, collector, batch, events);
        section.lines.extend(lines(&runs, batch));
        match batch {
            50 => section.goals.extend(goals_of_50(&runs)),
            500 => section.goals.extend(goals_of_500(&runs)),
            _ => (),
        }
        if batch == 50 {
            let valid = runs.iter().filter(|run| run.lost == 0);
            let bars = valid.map(|run| Bar::new(run.name, Spread::of(run.cpu.clone()).median));
            let title = "CPU nanoseconds per event to a collector, batches of 50";
            section
                .charts
                .push(Chart::bars("loopback", title, bars.collect()));
        }
    }
    section
}

fn runs(plan: Plan, collector: &Collector, batch: usize, events: usize) -> Vec<Run> {
    let (url, address) = (collector.url(), collector.address());
    let mut contestants: Vec<(&str, Box<dyn Sender>)> = vec![
        (OURS, Box::new(Flushing::start(&url, batch))),
        (FREE, Box::new(Free::start(&url, batch))),
        (
            "opentelemetry-otlp, protobuf",
            Box::new(Otlp::start(address, batch, events)),
        ),
        (
            "reqwest, serde structs",
            Box::new(Serde::structs(&url, batch)),
        ),
        ("reqwest, serde tree", Box::new(Serde::tree(&url, batch))),
        (PREPARED, Box::new(Prepared::start(&url, batch))),
        (
            "TCP, prepared request",
            Box::new(Tcp::start(address, batch)),
        ),
    ];
    let mut runs: Vec<_> = contestants
        .iter()
        .map(|(name, _)| Run {
            name,
            per_second: Vec::new(),
            cpu: Vec::new(),
            lost: 0,
        })
        .collect();
    // The first round opens connections and is not counted.
    for round in 0..=plan.rounds(25) {
        for ((_, sender), run) in contestants.iter_mut().zip(&mut runs) {
            let (before, _) = collector.counts();
            let (start, cpu) = (Instant::now(), process_cpu());
            sender.send(events);
            let (time, cpu) = (start.elapsed().as_secs_f64(), process_cpu() - cpu);
            let arrived = collector.wait_for(before + events as u64) - before;
            run.lost += (events as u64).saturating_sub(arrived);
            if round > 0 {
                run.per_second.push(events as f64 / time);
                run.cpu.push(cpu / events as f64);
            }
        }
    }
    runs
}

fn find<'r>(runs: &'r [Run], name: &str) -> Option<&'r Run> {
    runs.iter().find(|run| run.name == name && run.lost == 0)
}

fn lines(runs: &[Run], batch: usize) -> Vec<Vec<String>> {
    let prepared = find(runs, PREPARED);
    let line = |run: &Run| {
        let name = [run.name.to_owned(), batch.to_string()];
        let figures = if run.lost > 0 {
            let lost = format!("lost {}, no figure", run.lost);
            [lost, "–".to_owned(), "–".to_owned(), "–".to_owned()]
        } else {
            let thousands = run.per_second.iter().map(|events| events / 1e3).collect();
            let part = |mine: &[f64], theirs: Option<&[f64]>| {
                theirs.map_or("–".to_owned(), |theirs| {
                    format!("{:.2}", Spread::ratio(mine, theirs).median)
                })
            };
            [
                Spread::of(thousands).show(0),
                Spread::of(run.cpu.clone()).show(0),
                part(&run.per_second, prepared.map(|run| &*run.per_second)),
                part(&run.cpu, prepared.map(|run| &*run.cpu)),
            ]
        };
        name.into_iter().chain(figures).collect()
    };
    runs.iter().map(line).collect()
}

fn goals_of_50(runs: &[Run]) -> Vec<Goal> {
    let both = find(runs, OURS).zip(find(runs, PREPARED));
    let speed = both.map(|(ours, theirs)| Spread::ratio(&ours.per_second, &theirs.per_second));
    let cpu = both.map(|(ours, theirs)| Spread::ratio(&ours.cpu, &theirs.cpu));
    let times = |ratio: &Spread| format!("{} times", ratio.show(2));
    vec![
        Goal::of(
            "loopback, batches of 50, events per second",
            "at least 0.8 times reqwest with a prepared body",
            speed,
            times,
            |ratio| ratio.median >= 0.8,
        ),
        Goal::of(
            "loopback, batches of 50, CPU",
            "at most 1.5 times reqwest with a prepared body",
            cpu,
            times,
            |ratio| ratio.median <= 1.5,
        ),
    ]
}

fn goals_of_500(runs: &[Run]) -> Vec<Goal> {
    let ours = find(runs, OURS);
    let cpu = ours.map(|run| Spread::of(run.cpu.clone()));
    let millions =
        |run: &Run| Spread::of(run.per_second.iter().map(|events| events / 1e6).collect());
    let free = find(runs, FREE).zip(ours);
    let free = free.map(|(free, ours)| Spread::ratio(&free.per_second, &ours.per_second));
    vec![
        Goal::of(
            "loopback, batches of 500, CPU",
            "at most 250 ns per event",
            cpu,
            |cpu| format!("{} ns", cpu.show(0)),
            |cpu| cpu.median <= 250.0,
        ),
        Goal::of(
            "loopback, batches of 500, events per second",
            "at least 3 million",
            ours.map(millions),
            |millions| format!("{} million", millions.show(2)),
            |millions| millions.median >= 3.0,
        ),
        Goal::of(
            "loopback, batches of 500, a recorder that never waits",
            "at least 0.85 times one that flushes",
            free,
            |ratio| format!("{} times", ratio.show(2)),
            |ratio| ratio.median >= 0.85,
        ),
    ]
}
