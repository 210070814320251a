//! A program that records in unusual contexts: in a panic hook, in the destructor of a thread-local
//! and in a handler that runs at exit.
//!
//! Arguments: the endpoint, and `owned` when the owner's drop has shut telemetry down before the
//! last two.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{cell::RefCell, io, panic, sync::OnceLock, time::Duration};

use telemetry_runtime::{Client, Policy, Product, TelemetryEvent};

/// Where it was recorded.
#[derive(TelemetryEvent)]
#[event(name = "late", schema = "1.0")]
struct Late {
    /// Number of the place.
    place: i64,
}

static PROGRAM: Product = Product::new("exit-late").default_on(true);
static CLIENT: OnceLock<Client> = OnceLock::new();

fn record(place: i64) {
    if let Some(client) = CLIENT.get() {
        let recorded = client.try_record(&Late::builder().place(place).build());
        let flushed = client.flush(Duration::from_secs(60));
        println!("{place}: {recorded:?}, {flushed:?}");
    }
}

struct AtEnd;

impl Drop for AtEnd {
    fn drop(&mut self) {
        record(2);
    }
}

thread_local! {
    static STORAGE: RefCell<Option<AtEnd>> = const { RefCell::new(None) };
}

extern "C" fn at_exit() {
    record(3);
    let Some(health) = CLIENT.get().map(Client::health) else {
        return;
    };
    let sum = health.delivered() + health.dropped() + health.held();
    println!("conserved: {}", health.accepted() == sum);
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_default();
    let owned = arguments.next().is_some();
    let telemetry = Client::builder(&PROGRAM)
        .env(|_| None)
        .exit_budget(Duration::from_secs(60))
        .endpoint(endpoint)
        .policy(Policy::default().request_timeout(Duration::from_secs(60)))
        .build();
    CLIENT.get_or_init(|| telemetry.client());
    #[expect(unsafe_code, reason = "std has no handler that runs at exit")]
    // SAFETY: the handler is a function of this program, takes nothing and does not unwind: what it
    // calls promises not to panic, and a panic would end the program at the border.
    if unsafe { libc::atexit(at_exit) } != 0 {
        return Err(io::Error::other("no handler"));
    }
    STORAGE.set(Some(AtEnd));

    panic::set_hook(Box::new(|_| record(1)));
    #[expect(clippy::panic, reason = "the hook is only called by a real one")]
    let panicked = panic::catch_unwind(|| -> () { panic!("scripted") });
    println!("panicked: {}", panicked.is_err());
    if owned {
        drop(telemetry);
    } else {
        // No shutdown: the handlers run first.
        std::mem::forget(telemetry);
    }
    Ok(())
}
