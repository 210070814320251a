//! A program that closes its standard streams while its client works, as a daemon does, and still
//! writes to them.
//!
//! Arguments: the endpoint, and a path for the audit log. Its exit code is 0 if all events were
//! delivered.

use std::{
    error::Error,
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use telemetry_runtime::{AuditLog, Client, Policy, Product, TelemetryEvent};

/// One round.
#[derive(TelemetryEvent)]
#[event(name = "round", schema = "1.0")]
struct Round {
    /// Number of the round.
    number: i64,
}

static PROGRAM: Product = Product::new("closed-streams").default_on(true);
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_default();
    let log = Arc::new(AuditLog::new(arguments.next().unwrap_or_default()));
    let telemetry = Client::builder(&PROGRAM)
        .env(|_| None)
        .endpoint(endpoint)
        .audit(log)
        .policy(Policy::default().request_timeout(PATIENCE))
        .build();
    close_standard_streams();
    let done = Arc::new(AtomicBool::new(false));
    let of_writer = Arc::clone(&done);
    let writer = thread::spawn(move || {
        while !of_writer.load(Ordering::Relaxed) {
            let _ = writeln!(io::stderr(), "failed: /srv/jane/secret.txt");
            let _ = writeln!(io::stdout(), "mail: jane@host.example");
            let _ = io::stdout().flush();
        }
    });
    for number in 0..3 {
        // A daemon may also close them when its client already has a connection.
        close_standard_streams();
        telemetry.record(&Round::builder().number(number).build());
        if !telemetry.flush(PATIENCE).is_complete() {
            return Err("not delivered".into());
        }
        check_descriptors()?;
    }
    done.store(true, Ordering::Relaxed);
    writer.join().map_err(|_| "the writer panicked")?;
    Ok(())
}

#[cfg(unix)]
fn close_standard_streams() {
    for stream in 0..=2 {
        #[expect(unsafe_code, reason = "std cannot close a stream")]
        // SAFETY: nothing owns these descriptors; std accepts that they are closed.
        unsafe {
            libc::close(stream);
        }
    }
}

#[cfg(not(unix))]
fn close_standard_streams() {}

/// The library's files and sockets have other numbers.
fn check_descriptors() -> Result<(), Box<dyn Error>> {
    for stream in 0..=2 {
        let file = std::fs::read_link(format!("/proc/self/fd/{stream}"));
        match file {
            Ok(file) if file.as_os_str() != "/dev/null" => return Err("a stream is in use".into()),
            _ => {}
        }
    }
    Ok(())
}
