//! The end of a client whose events are stored.

use std::{fs, time::Duration};

use telemetry_runtime::{
    Policy,
    health::FlushOutcome,
    testing::{Collector, ScriptedResponse, UnreachableEndpoint},
};
use telemetry_tests::{
    client::{PATIENCE, Run, assert_conserved},
    scratch::Scratch,
};

use super::{builder, contain, end, files, until};

#[test]
fn with_everything_stored_a_shutdown_sends_nothing() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-exit");
    let collector = Collector::start().unwrap();
    let client = builder(&scratch, collector.url()).build();
    client.record(&Run(1));
    assert_eq!(client.shutdown(PATIENCE), FlushOutcome::Stored);
    assert!(!FlushOutcome::Stored.is_complete());
    until(&client, || client.health().held() == 0);
    let health = client.health();
    assert_eq!((health.stored(), health.dropped()), (1, 0));
    assert_conserved(&client);
    assert_eq!(collector.counts().attempts, 0);
    assert!(contain(&files(scratch.path()), "\"number\":1"));
}

#[test]
fn row_39_a_shutdown_does_not_wait_for_a_request_if_everything_is_stored() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-exit-busy");
    let silent = [ScriptedResponse::silence()];
    let collector = Collector::script(silent).unwrap();
    // The request is not answered before the end of the test.
    let policy = Policy::new().request_timeout(PATIENCE * 60);
    let client = builder(&scratch, collector.url())
        .policy(policy)
        .flush_interval(Duration::ZERO)
        .build();
    client.record(&Run(1));
    collector.wait_for_requests(1, PATIENCE).unwrap();
    client.record(&Run(2));
    assert_eq!(client.shutdown(PATIENCE * 60), FlushOutcome::Stored);
    let asynchronous = client.shutdown_async(PATIENCE * 60);
    let mut asynchronous = std::pin::pin!(asynchronous);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let ready = asynchronous.as_mut().poll(&mut context);
    assert_eq!(ready, std::task::Poll::Ready(FlushOutcome::Stored));
    assert_eq!(client.health().held(), 2);
    drop(client);
    assert!(contain(&files(scratch.path()), "\"number\":2"));
}

#[test]
fn events_in_memory_only_are_sent_before_the_end() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-exit-memory");
    let collector = Collector::start().unwrap();
    fs::write(scratch.join("stores"), "not a folder").unwrap();
    let client = builder(&scratch, collector.url()).build();
    assert!(!client.try_record(&Run(1)).unwrap().is_durable());
    assert_eq!(client.shutdown(PATIENCE), FlushOutcome::Complete);
    assert_eq!(client.health().delivered(), 1);
    assert_conserved(&client);
}

#[test]
fn the_counts_of_a_summary_are_stored_at_the_end() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-exit-summary");
    let endpoint = UnreachableEndpoint::refusing().unwrap();
    let client = builder(&scratch, endpoint.url()).build();
    let summary = client.summary::<Run>(PATIENCE);
    summary.update(|run| run.0 += 77);
    assert_eq!(client.shutdown(PATIENCE), FlushOutcome::Stored);
    assert_eq!(client.health().stored(), 1);
    assert!(contain(&files(scratch.path()), "\"number\":77"));
}

#[test]
fn a_request_that_is_not_connected_writes_no_note_so_an_exit_leaves_no_ambiguous_event() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-exit-connect");
    let endpoints = [
        UnreachableEndpoint::refusing().unwrap(),
        UnreachableEndpoint::black_hole().unwrap(),
    ];
    for (number, endpoint) in (1..).zip(&endpoints) {
        let policy = Policy::new().request_timeout(Duration::from_millis(100));
        let client = builder(&scratch, endpoint.url()).policy(policy).build();
        client.record(&Run(number));
        let before = files(scratch.path());
        assert_eq!(client.flush(PATIENCE), FlushOutcome::Incomplete);
        assert_eq!(files(scratch.path()), before);
        end(&client);
        assert_eq!(client.health().stored(), 1);
    }
}
