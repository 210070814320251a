//! After a shutdown with a deadline, the drop of the client does not wait again.

use std::{
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, Product, TelemetryEvent,
    health::FlushOutcome,
    transport::{Outcome, Request, Transport},
};

/// Only fails a test.
const PATIENCE: Duration = Duration::from_secs(60);

static TOOL: Product = Product::new("tool").default_on(true);

/// One run.
#[derive(TelemetryEvent)]
#[event(name = "tool_run", schema = "1.0")]
struct ToolRun {
    /// Exit code.
    exit_code: i32,
}

/// Signals when it begins to send, and exceeds every deadline.
struct Stuck {
    began: Sender<()>,
    released: Receiver<()>,
}

impl Transport for Stuck {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let _ = self.began.send(());
        let _ = self.released.recv();
        Outcome::delivered()
    }
}

#[test]
fn a_drop_after_a_shutdown_waits_no_longer_than_the_shutdown_did() {
    let (began, has_begun) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let telemetry = Client::builder(&TOOL)
        .env(|_| None)
        .transport(Stuck { began, released })
        .exit_budget(PATIENCE * 60)
        .build();
    telemetry.record(&ToolRun::builder().exit_code(7).build());
    assert_eq!(
        telemetry.flush(Duration::ZERO),
        FlushOutcome::DeadlinePassed
    );
    has_begun.recv_timeout(PATIENCE).unwrap();
    assert_eq!(
        telemetry.shutdown(Duration::ZERO),
        FlushOutcome::DeadlinePassed
    );

    let (dropped, was_dropped) = mpsc::channel();
    let dropping = thread::spawn(move || {
        drop(telemetry);
        let _ = dropped.send(());
    });
    let in_time = was_dropped.recv_timeout(PATIENCE);
    // Only now the transport comes back.
    drop(release);
    dropping.join().unwrap();
    assert_eq!(in_time, Ok(()), "the drop waited for the transport");
}
