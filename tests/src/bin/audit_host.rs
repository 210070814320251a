//! A program for the faults of files and streams.
//!
//! - `lines PATH BYTES` logs lines with a text of that length until it is killed. It prints one byte
//!   for each line.
//! - `chroot PATH FOLDER` logs a line, changes its root directory and logs another line.
//! - `stderr EVENTS BYTES` sends events with a text of that length to the endpoint `stdout`.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use telemetry_runtime::{AuditLog, Client, Product, TelemetryEvent};

static PROGRAM: Product = Product::new("audit-host").default_on(true);

/// One event.
#[derive(TelemetryEvent)]
#[event(name = "text", schema = "1.0")]
struct Text {
    /// Number of the event.
    number: i64,
    /// Some text.
    #[event(free_text = "test")]
    text: String,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["lines", path, bytes] => bytes.parse().is_ok_and(|bytes| lines(path, bytes)),
        ["chroot", path, folder] => after_chroot(path, folder),
        ["stderr", events, bytes] => match (events.parse(), bytes.parse()) {
            (Ok(events), Ok(bytes)) => to_stderr(events, bytes),
            _ => false,
        },
        _ => false,
    };
    if done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn lines(path: &str, bytes: usize) -> bool {
    let log = AuditLog::new(path);
    let line = format!("{{\"text\":\"{}\"}}", "x".repeat(bytes));
    loop {
        if log.append(line.as_bytes()).is_err() || io::stdout().write_all(b".").is_err() {
            return false;
        }
        let _ = io::stdout().flush();
    }
}

#[cfg(target_os = "linux")]
fn after_chroot(path: &str, folder: &str) -> bool {
    let log = AuditLog::new(path);
    let before = log.append(b"{}");
    if rustix::process::chroot(folder).is_err() || env::set_current_dir("/").is_err() {
        println!("no permission");
        return true;
    }
    println!("{before:?} {:?} {}", log.append(b"{}"), log.not_written());
    true
}

#[cfg(not(target_os = "linux"))]
fn after_chroot(_: &str, _: &str) -> bool {
    false
}

fn to_stderr(events: i64, bytes: usize) -> bool {
    let telemetry = Client::builder(&PROGRAM)
        .env(|_| None)
        .endpoint("stdout")
        .max_event_bytes(bytes * 2 + 1000)
        .build();
    for number in 0..events {
        let text = format!("{}\u{202e}", "x".repeat(bytes));
        telemetry.record(&Text::builder().number(number).text(text).build());
        // Each event has a separate envelope.
        let _ = telemetry.flush(std::time::Duration::from_millis(250));
    }
    let client = telemetry.client().clone();
    drop(telemetry);
    let health = client.health();
    println!(
        "{} {} {}",
        health.accepted(),
        health.delivered(),
        health.dropped()
    );
    true
}
