//! Many threads at once: nothing is lost, duplicated or stuck, and the counters balance.

use std::{collections::BTreeSet, thread};

use telemetry_runtime::transport::MemoryTransport;

use super::*;

const THREADS: i64 = 6;
const EVENTS: i64 = 2000;

#[test]
fn every_accepted_event_arrives_once_under_concurrent_flushes() {
    let memory = MemoryTransport::new();
    let telemetry = builder()
        .transport(memory.clone())
        .max_batch_events(7)
        .queue_bytes(16 * 1024)
        .build();
    let accepted = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (client, accepted) = (telemetry.client(), &accepted);
            scope.spawn(move || {
                let mut mine = Vec::new();
                for number in thread * EVENTS..(thread + 1) * EVENTS {
                    if client.try_record(&Run(number)).is_ok() {
                        mine.push(number);
                    }
                    match number % 500 {
                        100 => drop(client.flush_async(Duration::ZERO)),
                        200 => _ = client.flush(Duration::ZERO),
                        300 => assert!(client.flush(PATIENCE).is_complete()),
                        400 => assert!(block_on(client.flush_async(PATIENCE)).is_complete()),
                        _ => {}
                    }
                }
                accepted.lock().unwrap().extend(mine);
            });
        }
        let watcher = telemetry.client();
        scope.spawn(move || {
            while watcher.health().accepted() + watcher.health().refused() < 1000 {
                assert_conserved(&watcher);
                thread::yield_now();
            }
        });
    });
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    let sent = numbers(&memory.bodies());
    let unique: BTreeSet<_> = sent.iter().copied().collect();
    assert_eq!(unique.len(), sent.len(), "an event was sent twice");
    assert_eq!(unique, accepted.into_inner().unwrap());
    assert_conserved(&telemetry);
}

#[test]
fn shutdowns_race_with_records_and_flushes() {
    for round in 0..200 {
        let memory = MemoryTransport::new();
        let telemetry = builder()
            .transport(memory.clone())
            .max_batch_events(2)
            .build();
        thread::scope(|scope| {
            for thread in 0..3 {
                let client = telemetry.client();
                scope.spawn(move || {
                    for number in 0..10 {
                        client.record(&Run(number));
                        if number == thread * 3 {
                            let _ = client.flush(PATIENCE);
                        }
                    }
                    if (round + thread) % 3 == 0 {
                        assert!(block_on(client.shutdown_async(PATIENCE)).is_complete());
                    }
                });
            }
        });
        assert!(telemetry.shutdown(PATIENCE).is_complete());
        let health = telemetry.health();
        assert_eq!((health.held(), health.dropped()), (0, 0));
        assert_eq!(numbers(&memory.bodies()).len() as u64, health.delivered());
        assert_conserved(&telemetry);
    }
}
