//! Summaries: updates, the worker, flushes, an opt-out and shutdowns at the same time.

use super::*;

/// Every update was sent or refused.
fn assert_all_sent(memory: &MemoryTransport, telemetry: &Client, sum: i64) {
    let refused = telemetry.health().refused_for(RecordError::ShutDown);
    let sent: i64 = sent(memory).iter().sum();
    assert_eq!(
        sent + i64::try_from(refused).unwrap(),
        sum,
        "{:?}",
        telemetry.health()
    );
    assert_conserved(telemetry);
}

/// Runs `body` on `count` threads with the same summary.
fn updating(count: i64, client: &Client, body: fn(&Client, &Summary<Run>, i64)) {
    let summary = client.summary::<Run>(NEVER);
    let start = |number| {
        let (client, summary) = (client.clone(), summary.clone());
        thread::spawn(move || body(&client, &summary, number))
    };
    let threads: Vec<_> = (0..count).map(start).collect();
    drop(summary);
    for thread in threads {
        thread.join().unwrap();
    }
}

fn count(summary: &Summary<Run>) {
    summary.update(|run| {
        let before = run.0;
        // Other threads continue during the closure.
        thread::yield_now();
        run.0 = before + 1;
    });
}

#[test]
fn every_flush_sends_the_updates_before_it() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).build();
        updating(3, &telemetry, |client, summary, number| {
            count(summary);
            if number == 0 {
                assert!(client.flush(NEVER).is_complete());
                // At least its own update was delivered.
                let health = client.health();
                assert!(health.delivered() > 0, "{health:?}");
            }
            count(summary);
            assert_conserved(client);
        });
        assert!(telemetry.flush(NEVER).is_complete());
        assert_eq!(sent(&memory).iter().sum::<i64>(), 6);
        assert_eq!(telemetry.health().refused(), 0);
        drop(telemetry);
        assert_eq!(sent(&memory).iter().sum::<i64>(), 6);
    });
}

#[test]
fn an_update_during_a_shutdown_is_sent_or_counted() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).build();
        updating(3, &telemetry, |client, summary, number| {
            count(summary);
            if number == 0 {
                assert!(client.shutdown(NEVER).is_complete());
            }
            count(summary);
        });
        let client = telemetry.client();
        drop(telemetry);
        assert_all_sent(&memory, &client, 6);
        assert_eq!(client.health().held(), 0);
    });
}

#[test]
fn an_opt_out_ends_updates_and_blocks_no_caller() {
    explore(|| {
        let memory = MemoryTransport::new();
        let telemetry = builder().transport(memory.clone()).build();
        updating(3, &telemetry, |client, summary, number| {
            count(summary);
            match number {
                0 => client.opt_out(),
                1 => assert_ne!(client.flush(NEVER), FlushOutcome::DeadlinePassed),
                _ => {}
            }
            count(summary);
            assert_conserved(client);
        });
        let _ = telemetry.shutdown(NEVER);
        let health = telemetry.health();
        assert_eq!((health.held(), health.refused()), (0, 0));
        assert!(sent(&memory).iter().sum::<i64>() <= 6);
        assert_conserved(&telemetry);
    });
}

/// While the system refuses the thread, a flush returns, and the counts are refused at the end.
#[test]
fn updates_without_a_thread_block_no_caller() {
    explore(|| {
        let telemetry = builder()
            .transport(MemoryTransport::new())
            .refuse_threads(Duration::ZERO, |name| name == "telemetry")
            .build();
        updating(3, &telemetry, |client, summary, number| {
            count(summary);
            match number {
                0 => assert_ne!(client.flush(NEVER), FlushOutcome::DeadlinePassed),
                1 => drop(client.shutdown(NEVER)),
                _ => {}
            }
            count(summary);
        });
        let _ = telemetry.shutdown(NEVER);
        let health = telemetry.health();
        assert_eq!((health.accepted(), health.held()), (0, 0));
        assert!(health.refused_for(RecordError::ShutDown) > 0);
        assert_eq!(health.refused_for(RecordError::ShutDown), health.refused());
    });
}
