//! Measurements. They print tables and have no thresholds:
//! `cargo test -p telemetry-runtime --release --features spool --lib spool::tests::measured -- --ignored --nocapture`

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use super::{
    Limits,
    disk::{Scratch, spool_at},
    store,
};

/// An event with 12 fields has about this many bytes.
const EVENT_BYTES: usize = 420;

fn print(what: &str, mut times: Vec<u128>) {
    times.sort_unstable();
    let at = |part: f64| times[(times.len() as f64 * part) as usize];
    let [median, p90, p99, most] = [0.5, 0.9, 0.99, 0.999].map(at);
    let count = times.len();
    println!("{what}: {median} ns median, {p90} ns p90, {p99} ns p99, {most} ns p99.9 of {count}");
}

#[test]
#[ignore = "a measurement"]
fn storing_an_event() {
    let scratch = Scratch::new();
    let limits = Limits {
        total_bytes: u64::MAX,
        files: usize::MAX,
        ..Limits::DEFAULT
    };
    let spool = spool_at(&scratch.spool_path(), limits);
    let event = "x".repeat(EVENT_BYTES);
    let mut times: Vec<u128> = Vec::new();
    for _ in 0..50_000 {
        let began = Instant::now();
        let stored = black_box(store(&spool, &event));
        times.push(began.elapsed().as_nanos());
        if stored.is_err() {
            times.pop();
            spool.maintain();
        }
        if spool.held().1 > 8 * 1024 * 1024 {
            // As the worker does after a delivery.
            spool.purge().unwrap();
        }
    }
    print("store", times);
    println!("{:?}", spool.counters());
}

#[test]
#[ignore = "a measurement"]
fn adopting_16_mib() {
    let scratch = Scratch::new();
    let path = scratch.spool_path();
    let limits = Limits {
        total_bytes: 17 * 1024 * 1024,
        ..Limits::DEFAULT
    };
    let event = "x".repeat(EVENT_BYTES);
    let mut stored = 0;
    // Several processes, because each may have 48 open segments.
    for _ in 0..2 {
        let writer = spool_at(&path, limits);
        for _ in 0..19_000 {
            while store(&writer, &event).is_err() {
                writer.maintain();
                thread::yield_now();
            }
            stored += 1;
        }
    }
    for _ in 0..5 {
        let mut found = 0;
        let began = Instant::now();
        // As a worker that adopts one segment after the other would hold them all, two are needed.
        let adopters = [spool_at(&path, limits), spool_at(&path, limits)];
        for adopter in &adopters {
            while let Some(held) = adopter.adopt() {
                found += black_box(&held).events().count();
            }
        }
        println!(
            "adopted {found} of {stored} events in {:?}",
            began.elapsed()
        );
    }
}

/// A program that records one event and ends.
#[test]
#[ignore = "a measurement"]
fn the_first_event_and_the_end() {
    let scratch = Scratch::new();
    let path = scratch.spool_path();
    let event = "x".repeat(EVENT_BYTES);
    let (mut first, mut end) = (Vec::new(), Vec::new());
    for round in 0..500 {
        let spool = spool_at(&path, Limits::DEFAULT);
        let began = Instant::now();
        let stored = store(&spool, &event);
        first.push(began.elapsed().as_nanos());
        let began = Instant::now();
        spool.close();
        end.push(began.elapsed().as_nanos());
        if stored.is_err() || round % 20 == 0 {
            spool.purge().unwrap();
        }
    }
    print("first event", first);
    print("end", end);
}

/// Eight threads that record 10,000 events per second together.
#[test]
#[ignore = "a measurement"]
fn eight_writers() {
    let scratch = Scratch::new();
    let limits = Limits {
        total_bytes: u64::MAX,
        files: usize::MAX,
        ..Limits::DEFAULT
    };
    let spool = spool_at(&scratch.spool_path(), limits);
    let event = "x".repeat(EVENT_BYTES);
    let (each, writers) = (2000, 8);
    let pause = Duration::from_micros(800);
    thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(|| {
                for _ in 0..each {
                    let began = Instant::now();
                    let _ = black_box(store(&spool, &event));
                    thread::sleep(pause.saturating_sub(began.elapsed()));
                }
            });
        }
        scope.spawn(|| {
            // As the worker does.
            while spool.counters().stored + spool.counters().paused < each * writers / 2 {
                spool.maintain();
                thread::sleep(Duration::from_millis(20));
            }
        });
    });
    println!("{:?}", spool.counters());
}
