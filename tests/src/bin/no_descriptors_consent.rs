//! A program with the user's consent that uses up all of its file descriptors:
//! `no_descriptors_consent HOME`. It is to be started with a low limit.
//!
//! It prints its state after each step, and waits for a line on standard input before each of these: it
//! records with no descriptor left, it records with the descriptors back, it checks the files again.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{fs::File, io, path::Path, time::Duration};

use telemetry_runtime::{
    Client, Product, TelemetryEvent, TelemetryGuard, consent::ProductConsent,
    transport::MemoryTransport,
};

/// Only fails a test.
const PATIENCE: Duration = Duration::from_secs(60);

static TOOL: Product = Product::new("tool")
    .requires_consent(ProductConsent::new("1.0", "telemetry.toml"))
    .marker_file("do_not_track")
    .administrator_folder("tool");

/// One run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    /// Number of the run.
    number: i64,
}

fn report(telemetry: &TelemetryGuard, memory: &MemoryTransport, number: i64) {
    telemetry.record(&Run::builder().number(number).build());
    let _ = telemetry.flush(PATIENCE);
    let health = telemetry.health();
    let (held, dropped) = (health.held(), health.dropped());
    let (sent, decision) = (memory.bodies().len(), telemetry.decision());
    println!("{sent} sent, {held} held, {dropped} dropped, {decision}");
}

fn next_step() -> io::Result<()> {
    io::stdin().read_line(&mut String::new()).map(drop)
}

fn main() -> io::Result<()> {
    let home = std::env::args_os().nth(1).unwrap_or_default();
    let memory = MemoryTransport::new();
    let telemetry = Client::builder(&TOOL)
        .env(move |name| match name {
            "HOME" => Some(home.clone()),
            "=administrator-root" => Some(Path::new(&home).join("etc").into()),
            _ => None,
        })
        .transport(memory.clone())
        .build();
    report(&telemetry, &memory, 1);
    let mut taken = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        taken.push(file);
        if taken.len() > 1000 {
            return Err(io::Error::other("there is no limit"));
        }
    }
    println!("no descriptor is left");
    next_step()?;
    report(&telemetry, &memory, 2);
    println!("{}", telemetry.recheck());
    drop(taken);
    next_step()?;
    report(&telemetry, &memory, 3);
    next_step()?;
    telemetry.recheck();
    report(&telemetry, &memory, 4);
    Ok(())
}
