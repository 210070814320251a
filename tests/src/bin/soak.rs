//! A program that records at a steady pace for a while and looks at itself meanwhile.
//!
//! Arguments: the endpoint, seconds, and events per second. It prints one line per second: memory in
//! KiB, threads, descriptors; then what became of the events.
#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::{
    error::Error,
    fs, thread,
    time::{Duration, Instant},
};

use telemetry_runtime::{Client, Policy, Product, TelemetryEvent};

/// One piece of work.
#[derive(TelemetryEvent)]
#[event(name = "work", schema = "1.0")]
struct Work {
    /// Number of the piece.
    number: i64,
}

static PROGRAM: Product = Product::new("soak").default_on(true);

/// The host's threads that record.
const RECORDERS: i64 = 4;
const TICK: Duration = Duration::from_millis(10);

fn look() -> Result<String, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident = resident.and_then(|rest| rest.trim().strip_suffix(" kB"));
    let count = |what: &str| fs::read_dir(what).map(Iterator::count);
    let (threads, files) = (count("/proc/self/task")?, count("/proc/self/fd")?);
    Ok(format!("{} {threads} {files}", resident.ok_or("no VmRSS")?))
}

/// Records its part of the events, a fixed number per tick, even if a tick is late.
fn record(client: &Client, recorder: i64, ticks: i64, per_tick: i64) {
    let start = Instant::now();
    for tick in 0..ticks {
        let due = TICK * u32::try_from(tick).unwrap_or(u32::MAX);
        thread::sleep(due.saturating_sub(start.elapsed()));
        for event in 0..per_tick {
            let number = (tick * per_tick + event) * RECORDERS + recorder;
            client.record(&Work::builder().number(number).build());
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_default();
    let seconds: i64 = arguments.next().unwrap_or_default().parse()?;
    let rate: i64 = arguments.next().unwrap_or_default().parse()?;
    let ticks = seconds * 100;
    let per_tick = rate / 100 / RECORDERS;
    // The collector flaps by the second: what is lost with it must come back as fast.
    let policy = Policy::default()
        .request_timeout(Duration::from_millis(300))
        .backoff(Duration::from_millis(20), Duration::from_millis(200));
    let telemetry = Client::builder(&PROGRAM)
        .env(|_| None)
        .endpoint(endpoint)
        .flush_interval(Duration::from_millis(200))
        .policy(policy)
        .build();
    let conserved = || {
        let health = telemetry.health();
        health.accepted() == health.delivered() + health.dropped() + health.held()
    };
    let start = Instant::now();
    thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        for recorder in 0..RECORDERS {
            let client = telemetry.client();
            scope.spawn(move || record(&client, recorder, ticks, per_tick));
        }
        for second in 1..=seconds {
            let due = Duration::from_secs(second.unsigned_abs());
            thread::sleep(due.saturating_sub(start.elapsed()));
            println!("{}", look()?);
            if !conserved() {
                return Err(format!("{:?}", telemetry.health()).into());
            }
        }
        Ok(())
    })?;
    let took = start.elapsed();
    let _ = telemetry.shutdown(Duration::from_secs(10));
    // The worker's end is the end of its last request.
    let _ = telemetry.shutdown(Duration::from_secs(60));
    let health = telemetry.health();
    println!("recorded {}", ticks * per_tick * RECORDERS);
    println!("accepted {}", health.accepted());
    println!("refused {}", health.refused());
    println!("delivered {}", health.delivered());
    println!("dropped {}", health.dropped());
    println!("held {}", health.held());
    println!("panics {}", health.panics());
    println!("milliseconds {}", took.as_millis());
    Ok(())
}
