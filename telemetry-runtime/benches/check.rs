//! The time in which a registry compares its documents with files, over the number of events.
//!
//! It prints tables and has no thresholds.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reports to its user"
)]
#![allow(missing_docs, reason = "the declarations of a benchmark")]

use std::{fs, hint::black_box, path::Path, sync::LazyLock, time::Instant};

use telemetry_runtime::{
    Registry, TelemetryEnum, TelemetryEvent,
    descriptor::EventDescriptor,
    field::TelemetryField,
    schema::{
        Document, WireInteger,
        macros::{Declaration, registry},
    },
};

/// Result of a run.
#[derive(TelemetryEnum)]
#[event(name = "StatusEnum")]
pub enum Status {
    Success,
    Failure,
    #[event(fallback)]
    Undefined,
}

macro_rules! event {
    ($name:ident: $($status:ident $count:ident $text:ident $switch:ident),*) => {
        /// One run.
        #[derive(TelemetryEvent)]
        #[event(name = "run", schema = "1.0")]
        pub struct $name {
            $(
                /// Result.
                pub $status: Status,
                /// Number of records.
                #[event(unit = "ms", range(min = -1, max = 1000))]
                pub $count: i64,
                /// Name of a model.
                #[event(free_text = "one of the names in the program")]
                pub $text: String,
                /// Whether a switch is on.
                pub $switch: bool,
            )*
        }
    };
}

event!(Run: status1 count1 text1 on1, status2 count2 text2 on2, status3 count3 text3 on3,
    status4 count4 text4 on4, status5 count5 text5 on5);

/// A registry of copies of one event with 20 fields.
fn registry_of(events: usize, version: &'static str) -> Registry {
    let event = |at: usize| -> &'static EventDescriptor {
        let mut event = *Run::DESCRIPTOR;
        event.name = Box::leak(format!("run_{at}").into());
        event.schema_version = version;
        Box::leak(Box::new(event))
    };
    let events: Vec<_> = (0..events).map(event).collect();
    registry(Declaration {
        client_name: "Example_Client",
        client_id: "000000000000000",
        version,
        description: "Events of a benchmark.",
        require_why_since: None,
        types: const { &[<WireInteger as TelemetryField>::TYPE] },
        events: Box::leak(events.into()),
        disclosures: &[],
    })
}

const DOCUMENTS: [(Document, &str); 3] = [
    (Document::Events, "events.json"),
    (Document::Lock, "events.lock.json"),
    (Document::Privacy, "privacy.md"),
];

/// The time of this thread in seconds, without the time of other programs on Linux.
fn seconds() -> f64 {
    let nanoseconds = || {
        let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    nanoseconds().map_or_else(|| START.elapsed().as_secs_f64(), |time| time / 1e9)
}

/// The time of one run in milliseconds, the shortest of five averages. An average takes 100 ms, because the clock
/// of Linux advances with each tick of the scheduler.
fn fastest(mut run: impl FnMut()) -> f64 {
    let averages = (0..5).map(|_| {
        let (start, mut runs) = (seconds(), 0.0);
        loop {
            run();
            runs += 1.0;
            let time = seconds() - start;
            if time >= 0.1 {
                break time / runs * 1000.0;
            }
        }
    });
    averages.fold(f64::INFINITY, f64::min)
}

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-check");
    for (title, version) in [
        ("the files are current", "1.0"),
        ("every event differs", "1.1"),
    ] {
        println!("\ncheck of document, lock and privacy report: {title}");
        println!(
            "{:>8}  {:>9}  {:>11}  {:>5}",
            "events", "ms", "us for one", "ratio"
        );
        let mut first = None;
        for events in [50, 100, 200, 500, 1000, 2000] {
            let (written, declared) = (registry_of(events, "1.0"), registry_of(events, version));
            for (document, name) in DOCUMENTS {
                written.write(document, folder.join(name)).unwrap();
            }
            let ms = fastest(|| {
                for (document, name) in DOCUMENTS {
                    let _ = black_box(declared.check(document, folder.join(name)));
                }
            });
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let each = ms * 1000.0 / events as f64;
            let ratio = each / *first.get_or_insert(each);
            println!("{events:8}  {ms:9.1}  {each:11.1}  {ratio:5.2}");
        }
    }
    fs::remove_dir_all(&folder).unwrap();
}
