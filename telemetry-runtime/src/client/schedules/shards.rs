//! Threads that fill different shards, also while memory is scarce.

use super::*;

/// The numbers of all events in the order in which they were sent.
fn in_order(memory: &MemoryTransport) -> Vec<i64> {
    let mut numbers = Vec::new();
    for body in memory.bodies() {
        let text = String::from_utf8(body).unwrap();
        let pieces = text.split("\"number\":").skip(1);
        numbers.extend(pieces.map(|piece| {
            let digits = piece.split('}').next().unwrap();
            digits.parse::<i64>().unwrap()
        }));
    }
    numbers
}

/// Three threads record the numbers 0.., 10.. and 20.. and flush in between. Every accepted event is sent once,
/// and each thread's events keep their order.
fn scenario(queue_bytes: usize, batch: usize) {
    let memory = MemoryTransport::new();
    let telemetry = builder()
        .transport(memory.clone())
        .queue_bytes(queue_bytes)
        .max_batch_events(batch)
        .build();
    threads(3, &telemetry, |client, number| {
        for event in 0..4 {
            let recorded = client.try_record(&Run(number * 10 + event));
            assert!(matches!(recorded, Ok(_) | Err(RecordError::QueueFull)));
            if event == 2 && number == 0 {
                assert!(client.flush(NEVER).is_complete());
            }
            assert_conserved(client);
        }
    });
    assert!(telemetry.shutdown(NEVER).is_complete());
    let sent = in_order(&memory);
    for thread in 0..3 {
        let of_thread = sent.iter().filter(|number| *number / 10 == thread);
        assert!(of_thread.is_sorted(), "{sent:?}");
    }
    let health = telemetry.health();
    assert_eq!(sent.len() as u64, health.accepted(), "{health:?}");
    assert_eq!(health.accepted() + health.refused(), 12, "{health:?}");
    assert_conserved(&telemetry);
}

#[test]
fn threads_keep_the_order_of_their_events() {
    explore(|| scenario(1 << 20, 3));
}

/// There is memory for one small batch and part of another one.
#[test]
fn threads_keep_the_order_of_their_events_while_memory_is_scarce() {
    explore(|| scenario(1200, 8));
}
