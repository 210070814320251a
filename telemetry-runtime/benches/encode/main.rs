//! Cost of encoding one event, compared with serde_json. All encoders run in one process, so their
//! ratios are more reliable than their absolute times.
//!
//! `cargo bench -p telemetry-runtime --bench encode` measures time. With ` -- instructions` it counts
//! instructions with valgrind; these counts differ by less than 1 % between runs. With an event, an
//! encoder and a number of times, it runs only that encoder, for a profiler. With `--features otlp` it also
//! measures the log record of OTLP, with its name and its times.
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used)]

mod events;

use std::{
    env,
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use serde::Serialize;
use telemetry_runtime::TelemetryEvent;

/// An event and its encoders.
struct Subject {
    name: &'static str,
    bytes: usize,
    encoders: Vec<(&'static str, Encoder)>,
}

/// Encodes the event the given number of times.
type Encoder = Box<dyn FnMut(u32)>;

fn subject<E>(name: &'static str, make: fn() -> E) -> Subject
where
    E: TelemetryEvent + Serialize + 'static,
{
    let expected = serde_json::to_vec(&make()).unwrap();
    let mut buffer = vec![0; 4096];
    let written = make().parameters().write(&mut buffer).unwrap();
    assert_eq!(
        buffer.get(..written),
        Some(&*expected),
        "both encoders write the same bytes"
    );
    let bytes = expected.len();
    let (one, two, three) = (make(), make(), make());
    #[cfg(feature = "otlp")]
    let mut records = (make(), vec![0; 16 * 1024]);
    let mut reused = Vec::with_capacity(4096);
    let mut copy = vec![0; bytes];
    Subject {
        name,
        bytes,
        encoders: vec![
            (
                "to_vec",
                repeated(move || serde_json::to_vec(black_box(&one)).unwrap().len()),
            ),
            (
                "to_writer",
                repeated(move || {
                    reused.clear();
                    serde_json::to_writer(&mut reused, black_box(&two)).unwrap();
                    black_box(&reused).len()
                }),
            ),
            (
                "telemetry",
                repeated(move || {
                    let len = black_box(&three).parameters().write(&mut buffer).unwrap();
                    black_box(&buffer);
                    len
                }),
            ),
            #[cfg(feature = "otlp")]
            (
                "OTLP",
                repeated(move || {
                    let (event, buffer) = &mut records;
                    let parameters = black_box(&*event).parameters();
                    let at = std::time::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
                    let len = parameters.write_log_record(black_box(at), buffer).unwrap();
                    black_box(buffer);
                    len
                }),
            ),
            (
                "memcpy",
                repeated(move || {
                    black_box(&mut copy).copy_from_slice(black_box(&expected));
                    bytes
                }),
            ),
        ],
    }
}

fn repeated(mut encode: impl FnMut() -> usize + 'static) -> Encoder {
    Box::new(move |times| {
        for _ in 0..times {
            black_box(encode());
        }
    })
}

/// Rounds of a measurement. In each round every encoder runs once, so that load of the machine affects
/// all of them.
const ROUNDS: usize = 400;
/// Encodings by one encoder in one round.
const TIMES: u32 = 500;

/// Median nanoseconds of one encoding, by encoder.
fn nanos(subject: &mut Subject) -> Vec<f64> {
    let mut rounds = vec![Vec::new(); subject.encoders.len()];
    for _ in 0..ROUNDS {
        for ((_, encoder), times) in subject.encoders.iter_mut().zip(&mut rounds) {
            let start = Instant::now();
            encoder(TIMES);
            times.push(start.elapsed());
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times.get(ROUNDS / 2).unwrap().as_secs_f64() * 1e9 / f64::from(TIMES)
    };
    rounds.into_iter().map(median).collect()
}

/// Instructions of one encoding, by encoder: the difference between runs of this program with 1100 and
/// with 100 encodings, divided by 1000. This leaves out the start of the program.
fn instructions(subject: &mut Subject) -> Vec<f64> {
    let count = |encoder: &str, times: u32| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(env::current_exe().unwrap())
            .args([subject.name, encoder, &times.to_string()])
            .output()
            .expect("valgrind is installed");
        let report = String::from_utf8(output.stderr).unwrap();
        let collected = report
            .split("Collected : ")
            .nth(1)
            .expect("valgrind prints a count");
        let count: f64 = collected
            .split_whitespace()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        count
    };
    let encoders = subject.encoders.iter();
    let counts = encoders.map(|(name, _)| (count(name, 1100) - count(name, 100)) / 1000.0);
    counts.collect()
}

fn main() {
    let arguments: Vec<_> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let mut subjects = [
        subject("C", events::command),
        subject("G", events::usage),
        subject("A", events::run),
    ];
    if let [name, encoder, times] = &*arguments {
        let subjects = subjects.iter_mut().filter(|subject| subject.name == name);
        let mut encoders = subjects.flat_map(|subject| &mut subject.encoders);
        let (_, encode) = encoders.find(|(known, _)| known == encoder).unwrap();
        return encode(times.parse().unwrap());
    }
    let counting = arguments.iter().any(|argument| argument == "instructions");
    let unit = if counting { "instructions" } else { "ns" };
    println!("{unit} per event (in parentheses: factor compared with serde_json::to_vec)");
    for subject in &mut subjects {
        let results = if counting {
            instructions(subject)
        } else {
            nanos(subject)
        };
        let Subject { name, bytes, .. } = subject;
        print!("{name} {bytes:>5} bytes");
        for ((encoder, _), result) in subject.encoders.iter().zip(&results) {
            let factor = results.first().unwrap_or(result) / result;
            print!("  {encoder} {result:>7.1} ({factor:>4.1})");
        }
        println!();
    }
}
