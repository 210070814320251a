//! A program that records and flushes with no file descriptor left, then with one more each time.
//!
//! tokio's feature `signal` is on in this build. Arguments: the endpoint, and a path for the audit log. It is to be started with a low limit.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{fs::File, sync::Arc, time::Duration};

use telemetry_runtime::{
    AuditLog, Client, Policy, Product, TelemetryEvent, health::FlushOutcome,
    transport::HttpTransport,
};

/// One try.
#[derive(TelemetryEvent)]
#[event(name = "try", schema = "1.0")]
struct Try {
    /// Number of free descriptors.
    free: i64,
}

static PROGRAM: Product = Product::new("no-descriptors").default_on(true);
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_default();
    let log = Arc::new(AuditLog::new(arguments.next().unwrap_or_default()));

    // As in a build with `panic = "abort"`, no panic may happen, not even one that would be caught.
    std::panic::set_hook(Box::new(|_| std::process::abort()));
    let mut taken = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        taken.push(file);
        if taken.len() > 1000 {
            return Err("there is no limit".into());
        }
    }
    let telemetry = Client::builder(&PROGRAM)
        .env(|_| None)
        .transport(HttpTransport::new(&endpoint)?)
        .audit(Arc::clone(&log))
        .policy(Policy::default().request_timeout(PATIENCE))
        .build();

    let mut tries = 0;
    loop {
        telemetry.record(&Try::builder().free(tries).build());
        let flushed = telemetry.flush(PATIENCE);
        let health = telemetry.health();
        let sum = health.delivered() + health.dropped() + health.held();
        if health.accepted() != sum || health.dropped() + health.panics() > 0 {
            return Err(format!("{health:?}").into());
        }
        if flushed == FlushOutcome::Complete {
            break;
        }
        if taken.pop().is_none() {
            return Err(format!("not sent with every descriptor free: {health:?}").into());
        }
        tries += 1;
    }
    // Without a descriptor nothing is sent and nothing logged, and each line missed is counted.
    println!("without effect: {}", tries > 0);
    println!("not logged: {}", log.not_written() > 0);
    let lines = log.written() + log.not_written();
    println!("lines: {}", i64::try_from(lines)? == tries + 1);
    println!("delivered: {}", telemetry.health().delivered());
    println!("events: {}", tries + 1);
    Ok(())
}
