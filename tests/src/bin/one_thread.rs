//! A program that gets no further thread after the worker has started.
//!
//! Argument: the endpoint. It is to be started as a user without privileges.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{error::Error, thread, time::Duration};

use telemetry_runtime::{Client, Policy, Product, TelemetryEvent};

/// One round.
#[derive(TelemetryEvent)]
#[event(name = "round", schema = "1.0")]
struct Round {
    /// Number of the round.
    number: i64,
}

static PROGRAM: Product = Product::new("one-thread").default_on(true);
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = std::env::args().nth(1).unwrap_or_default();
    let telemetry = Client::builder(&PROGRAM)
        .env(|_| None)
        .endpoint(endpoint)
        .policy(Policy::default().request_timeout(PATIENCE))
        .build();
    // Starts the worker.
    telemetry.record(&Round::builder().number(0).build());
    refuse_threads()?;
    let refused = thread::Builder::new().spawn(|| {}).is_err();
    println!("refused: {refused}");
    telemetry.record(&Round::builder().number(1).build());
    println!("{:?}", telemetry.flush(PATIENCE));
    println!("delivered: {}", telemetry.health().delivered());
    Ok(())
}

#[cfg(target_os = "linux")]
fn refuse_threads() -> Result<(), Box<dyn Error>> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let limit = Rlimit {
        current: Some(1),
        maximum: Some(1),
    };
    Ok(setrlimit(Resource::Nproc, limit)?)
}

#[cfg(not(target_os = "linux"))]
fn refuse_threads() -> Result<(), Box<dyn Error>> {
    Err("only Linux has this limit".into())
}
