//! A product that needs consent, recording until the user opts out: `opt_out_recorder HOME ENDPOINT`.
//!
//! One line on standard output after its first request, one with the decision when telemetry is off.
//! Then it continues to record until its input ends, and reports the counters of its events:
//! accepted, delivered, dropped because telemetry was turned off.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{env, ffi::OsString, io, path::Path, thread, time::Duration};

use telemetry_runtime::{
    Client, Policy, Product, TelemetryEvent, consent::ProductConsent, health::DropReason,
};

/// Only fails a test.
const PATIENCE: Duration = Duration::from_secs(60);

static TOOL: Product = Product::new("tool")
    .requires_consent(ProductConsent::new("1.0", "telemetry.toml"))
    .marker_file("do_not_track")
    .administrator_folder("tool");

/// One run.
#[derive(TelemetryEvent)]
#[event(name = "tool_run", schema = "1.0")]
struct ToolRun {
    /// Exit code.
    exit_code: i32,
}

fn main() -> io::Result<()> {
    let arguments: Vec<OsString> = env::args_os().collect();
    let [_, home, endpoint] = arguments.as_slice() else {
        return Err(io::Error::other("usage: opt_out_recorder HOME ENDPOINT"));
    };
    let home = home.clone();
    let telemetry = Client::builder(&TOOL)
        .env(move |name| match name {
            "HOME" => Some(home.clone()),
            "=administrator-root" => Some(Path::new(&home).join("etc").into()),
            _ => None,
        })
        .endpoint(endpoint.to_string_lossy())
        .policy(Policy::default().request_timeout(PATIENCE))
        .build();
    let run = || ToolRun::builder().exit_code(0).build();
    let mut first = true;
    while telemetry.is_on() {
        // Some leave together, some are held for a while.
        for _ in 0..7 {
            telemetry.record(&run());
        }
        let _ = telemetry.flush(PATIENCE);
        telemetry.record(&run());
        if telemetry.health().delivered() > 0 && std::mem::take(&mut first) {
            println!("sending");
        }
    }
    println!("{}", telemetry.decision());
    let in_vain = telemetry.client();
    thread::spawn(move || {
        loop {
            in_vain.record(&run());
            let _ = in_vain.flush(PATIENCE);
        }
    });
    io::read_to_string(io::stdin())?;
    let _ = telemetry.shutdown(PATIENCE);
    let health = telemetry.health();
    let opted_out = health.dropped_for(DropReason::OptedOut);
    println!("{} {} {opted_out}", health.accepted(), health.delivered());
    Ok(())
}
