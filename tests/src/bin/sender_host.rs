//! A command-line tool with a background sender.
//!
//! `sender_host <events> <what>` records numbered events, ends its client, and reports `left`. It finds its
//! endpoint in the variable `SENDER_HOST_ENDPOINT`. A process that was started as a sender first adds a line
//! to the file in the variable `SENDER_HOST_LOG`, which shows to the test that it was started. With the variable
//! `SENDER_HOST_HANGS`, the end of a sender hangs.
//!
//! | what | effect |
//! | --- | --- |
//! | `plain` | nothing else |
//! | `waits` | ends its client at the end of its input |
//! | `shutdown` | calls `shutdown` and ends without destructors |
//! | `own-endpoint`, `own-lookup`, `no-token`, `memory` | builds the client with this setting |
//! | `child` | a child of a fork records the events, and the parent ends without its client |
//! | `lingers` | ends its client, reports it, and waits for the end of its input |
//! | `measured` | occupies as many MiB of memory as the third argument says, and reports how many nanoseconds the end of its client takes |
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{
    env,
    fs::OpenOptions,
    hint::black_box,
    io::{self, Write},
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, Durability, Policy, Product, Profile, TelemetryGuard,
    env::process_env,
    policy::OnAmbiguous,
    sender::{SenderToken, run_if_requested},
};
use telemetry_tests::client::Run;

static HOST: Product = Product::new("sender-host")
    .client_id("sender-host")
    .endpoint_variable("SENDER_HOST_ENDPOINT")
    .enable_variable("SENDER_HOST_TELEMETRY")
    .marker_file(".sender-host-off")
    .spool_in_state_dir("sender-host/events")
    // A test that holds an answer decides how long the request takes.
    .policy(
        Policy::new()
            .ambiguous(OnAmbiguous::AtLeastOnce)
            .request_timeout(Duration::from_secs(60)),
    )
    .default_on(true);

/// Another product of the same program.
static OTHER: Product = Product::new("sender-other").spool_in_state_dir("sender-other/events");

fn main() -> io::Result<()> {
    note_start()?;
    let _ = run_if_requested(&OTHER);
    let token = run_if_requested(&HOST);
    let mut arguments = env::args().skip(1);
    let events = arguments.next().and_then(|count| count.parse().ok());
    let what = arguments.next().unwrap_or_default();
    let telemetry = build(&what, token);
    if what == "child" {
        #[cfg(unix)]
        record_in_child(telemetry, events.unwrap_or(0));
        return Ok(());
    }
    // Before the first event, because it takes longer than the flush interval. Each page is written, so that it
    // is resident.
    let mib = arguments.next().and_then(|mib| mib.parse().ok());
    let memory = black_box(vec![1_u8; mib.unwrap_or(0_usize) << 20]);
    record(&telemetry, events.unwrap_or(0));
    match &*what {
        "waits" => {
            println!("recorded");
            io::read_to_string(io::stdin())?;
            drop(telemetry);
        }
        "shutdown" => {
            let _ = telemetry.shutdown(Duration::from_secs(60));
            println!("left");
            std::process::exit(0);
        }
        "measured" | "measured-no-token" => {
            let began = Instant::now();
            drop(telemetry);
            println!("{}", began.elapsed().as_nanos());
            drop(black_box(memory));
            return Ok(());
        }
        "lingers" => {
            drop(telemetry);
            println!("left");
            io::read_to_string(io::stdin())?;
            return Ok(());
        }
        _ => drop(telemetry),
    }
    // Not `println!`, which panics if the stream is closed.
    let _ = io::stdout().write_all(b"left\n");
    Ok(())
}

/// The only code that a sender of this program runs before the library's.
fn note_start() -> io::Result<()> {
    let is_sender = env::args().nth(1).as_deref() == Some("--telemetry-sender");
    let Some(log) = env::var_os("SENDER_HOST_LOG").filter(|_| is_sender) else {
        return Ok(());
    };
    #[cfg(unix)]
    if env::var_os("SENDER_HOST_HANGS").is_some() {
        hang_at_exit();
    }
    let mut log = OpenOptions::new().append(true).create(true).open(log)?;
    log.write_all(format!("{}\n", std::process::id()).as_bytes())
}

/// Registers a handler that never returns.
#[cfg(unix)]
#[expect(unsafe_code, reason = "std has no handler that runs at exit")]
fn hang_at_exit() {
    extern "C" fn hang() {
        loop {
            std::thread::park();
        }
    }

    // SAFETY: the handler is a function of this program and does not unwind.
    unsafe {
        libc::atexit(hang);
    }
}

fn build(what: &str, token: SenderToken) -> TelemetryGuard {
    let builder = Client::builder(&HOST).profile(Profile::cli());
    let builder = match what {
        "no-token" | "measured-no-token" => builder,
        _ => builder.sender(token),
    };
    let builder = match what {
        "own-endpoint" => builder.endpoint(env::var("SENDER_HOST_ENDPOINT").unwrap_or_default()),
        "own-lookup" => builder.env(process_env),
        "memory" => builder.durability(Durability::Memory),
        _ => builder,
    };
    builder.build()
}

fn record(client: &Client, events: i64) {
    for number in 0..events {
        client.record(&Run(number));
    }
}

#[cfg(unix)]
fn record_in_child(telemetry: TelemetryGuard, events: i64) {
    let client = telemetry.client();
    let _ = telemetry_tests::fork::fork(move || {
        record(&client, events);
        let _ = client.shutdown(Duration::from_secs(60));
        0
    })
    .end(Duration::from_secs(60));
    // The parent has recorded nothing, and does not end its client.
    std::mem::forget(telemetry);
    println!("left");
}
