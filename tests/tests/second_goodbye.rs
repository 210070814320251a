//! A program that has said how long it waits is not held up again when the client goes out of scope.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, Flushed, Label, Product, TelemetryEvent,
    transport::{Outcome, Request, Transport},
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

/// Says when a request is made, and forgets its deadline until it is let go.
struct Stuck(mpsc::Sender<()>, mpsc::Receiver<()>);

impl Transport for Stuck {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let _ = self.0.send(());
        let _ = self.1.recv();
        Outcome::delivered()
    }
}

#[test]
fn a_drop_after_a_shutdown_waits_no_longer_than_the_shutdown_did() {
    let (entered, in_send) = mpsc::channel();
    let (let_go, release) = mpsc::channel();
    let telemetry = Client::builder(&ON)
        .environment(|_| None)
        .transport(Stuck(entered, release))
        .exit_budget(LONG)
        .build();
    telemetry.record(&Left::builder().place(Label("here")).build());
    assert_eq!(telemetry.flush(Duration::ZERO), Flushed::DeadlinePassed);
    in_send.recv_timeout(PATIENCE).unwrap();
    assert_eq!(telemetry.shutdown(Duration::ZERO), Flushed::DeadlinePassed);

    let (dropped, was_dropped) = mpsc::channel();
    let dropping = thread::spawn(move || {
        drop(telemetry);
        let _ = dropped.send(());
    });
    let in_time = was_dropped.recv_timeout(PATIENCE);
    // Only now the request ends.
    drop(let_go);
    dropping.join().unwrap();
    assert_eq!(in_time, Ok(()), "the drop waited for the answer");
}
