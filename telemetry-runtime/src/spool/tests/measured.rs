//! Measurements. They print tables and have no thresholds:
//! `cargo test -p telemetry-runtime --release --features spool --lib spool::tests::measured -- --ignored --nocapture`

use std::{hint::black_box, time::Instant};

use super::{
    Limits,
    disk::{Scratch, spool_at},
    store,
};

/// An event with 12 fields has about this many bytes.
const EVENT_BYTES: usize = 420;

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
            super::super::purge::purge(
                &*super::super::disk::open_folder(scratch.spool_path())().unwrap(),
            )
            .unwrap();
            spool.forget();
        }
    }
    times.sort_unstable();
    let at = |part: f64| times[(times.len() as f64 * part) as usize];
    println!(
        "store {EVENT_BYTES} bytes: {} ns median, {} ns p90, {} ns p99, {} ns p99.9 ({} stored)",
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999),
        times.len()
    );
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
                std::thread::yield_now();
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
