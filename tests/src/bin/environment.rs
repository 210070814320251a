//! A program whose host changes the environment all the time, and in which every read of it by
//! `getenv` is counted.
//!
//! Arguments: the endpoints, and how many seconds it goes on; once, when none.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{
    ffi::c_char,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use telemetry_runtime::{Client, Policy, Product, TelemetryEvent};

static READS: AtomicU64 = AtomicU64::new(0);

/// Replaces the C library's, for everything in this program: its symbol is found first.
#[expect(unsafe_code, reason = "the C library's function is to be replaced")]
// SAFETY: it has the C library's signature; "no such variable" is an answer that every caller must
// expect; it reads nothing of the environment, so no concurrent change can affect it.
#[unsafe(no_mangle)]
extern "C" fn getenv(_: *const c_char) -> *mut c_char {
    READS.fetch_add(1, Ordering::SeqCst);
    std::ptr::null_mut()
}

/// One round.
#[derive(TelemetryEvent)]
#[event(name = "round", schema = "1.0")]
struct Round {
    /// Number of the round.
    round: i64,
}

static PROGRAM: Product = Product::new("environment")
    .endpoint_variable("PROGRAM_ENDPOINT")
    .default_on(true);

/// Sets and unsets variables until the flag is set.
fn change(end: &AtomicBool) -> u64 {
    let mut changes = 0;
    let names = [
        "PROGRAM_ENDPOINT",
        "HTTPS_PROXY",
        "DO_NOT_TRACK",
        "TZ",
        "HOME",
    ];
    while !end.load(Ordering::Relaxed) {
        for name in names {
            set(name, &changes.to_string());
            changes += 1;
        }
        // An environment that grows moves.
        set(&format!("VARIABLE_{}", changes % 500), "x");
    }
    changes
}

fn set(name: &str, value: &str) {
    #[expect(
        unsafe_code,
        reason = "hosts do this, and it is what the test is about"
    )]
    // SAFETY: no code reads the environment meanwhile: `getenv` is the one above, nothing else of
    // this program looks into it, and this is the only thread that changes it.
    unsafe {
        std::env::set_var(name, value);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<_> = std::env::args().skip(1).collect();
    let seconds = arguments.pop().unwrap_or_default().parse()?;
    // Everything as a host has it: the environment of the process, an address of each kind.
    let clients: Vec<_> = arguments
        .into_iter()
        .map(|endpoint| {
            let builder = Client::builder(&PROGRAM).endpoint(endpoint);
            let patient = Policy::default().request_timeout(Duration::from_secs(60));
            builder.max_batch_events(5).policy(patient).build()
        })
        .collect();
    let at_start = READS.load(Ordering::SeqCst);

    let end = AtomicBool::new(false);
    let until = Instant::now() + Duration::from_secs(seconds);
    let (mut rounds, mut changes) = (0_i64, 0);
    thread::scope(|scope| -> Result<(), Box<dyn std::error::Error>> {
        // With an explicit size: otherwise std would ask for RUST_MIN_STACK.
        let host = thread::Builder::new().stack_size(256 * 1024);
        let host = host.spawn_scoped(scope, || change(&end))?;
        while rounds < 100 || Instant::now() < until {
            for client in &clients {
                for _ in 0..7 {
                    client.record(&Round::builder().round(rounds).build());
                }
                let _ = client.flush(Duration::from_secs(60));
            }
            rounds += 1;
        }
        end.store(true, Ordering::Relaxed);
        changes = host.join().unwrap_or_default();
        Ok(())
    })?;
    for client in &clients {
        let _ = client.shutdown(Duration::from_secs(60));
    }
    let afterwards = READS.load(Ordering::SeqCst) - at_start;
    println!("read at the start: {}", at_start > 0);
    println!("changed meanwhile: {}", changes > 0);
    println!("read afterwards: {afterwards}");
    for client in clients {
        let health = client.health();
        let sum = health.delivered() + health.dropped() + health.held();
        let all = u64::try_from(rounds * 7)?;
        println!(
            "taken {}, conserved {}, delivered {}",
            health.accepted() + health.refused() == all,
            health.accepted() == sum,
            health.delivered() == all,
        );
    }
    Ok(())
}
