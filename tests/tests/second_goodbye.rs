//! A program that has said how long it waits is not held up again when the client goes out of scope.

use std::{sync::mpsc, thread, time::Duration};

use telemetry_runtime::{
    Client, Flushed, Label, Policy, Product, TelemetryEvent,
    testing::{Answer, Collector},
};

/// Only fails a test.
const PATIENCE: Duration = Duration::from_secs(60);

/// Nobody waits for it.
const LONG: Duration = Duration::from_secs(3600);

static ON: Product = Product::new("test").default_on(true);

#[derive(TelemetryEvent)]
#[event(name = "left", schema = "1.0")]
struct Left {
    place: Label,
}

#[test]
fn a_drop_after_a_shutdown_waits_no_longer_than_the_shutdown_did() {
    let collector = Collector::script([Answer::status(200).hold()]).unwrap();
    let telemetry = Client::builder(&ON)
        .environment(|_| None)
        .endpoint(collector.url())
        .exit_budget(LONG)
        .policy(Policy::new().request_timeout(LONG))
        .build();
    telemetry.record(&Left::builder().place(Label("here")).build());
    assert_eq!(telemetry.flush(Duration::ZERO), Flushed::DeadlinePassed);
    collector.wait_for_requests(1, PATIENCE).unwrap();
    assert_eq!(telemetry.shutdown(Duration::ZERO), Flushed::DeadlinePassed);

    let (dropped, was_dropped) = mpsc::channel();
    let dropping = thread::spawn(move || {
        drop(telemetry);
        let _ = dropped.send(());
    });
    let in_time = was_dropped.recv_timeout(PATIENCE);
    // Only now the collector answers.
    collector.release();
    dropping.join().unwrap();
    assert_eq!(in_time, Ok(()), "the drop waited for the answer");
}
