//! Cost of encoding one event, compared with serde_json in the same run: trust the ratios.
//!
//! `cargo bench -p telemetry-runtime --bench encode` measures time; with ` -- instructions` it counts
//! instructions with valgrind, which repeat to a fraction of a percent where time does not. Two more
//! arguments (an event and a way) name one row to run alone, for a profiler.
#![expect(clippy::print_stdout, reason = "a benchmark reports")]
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

/// An event and the ways to make its bytes.
struct Subject {
    name: &'static str,
    bytes: usize,
    ways: [(&'static str, Way); 4],
}

/// Encodes this many times.
type Way = Box<dyn FnMut(u32)>;

fn subject<E>(name: &'static str, make: fn() -> E) -> Subject
where
    E: TelemetryEvent + Serialize + 'static,
{
    let expected = serde_json::to_vec(&make()).unwrap();
    let mut buffer = vec![0; 4096];
    let written = make().parameters().write(&mut buffer).unwrap();
    assert_eq!(buffer.get(..written), Some(&*expected), "the same bytes");
    let bytes = expected.len();
    let (one, two, three) = (make(), make(), make());
    let mut reused = Vec::with_capacity(4096);
    let mut copy = vec![0; bytes];
    Subject {
        name,
        bytes,
        ways: [
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

fn repeated(mut encode: impl FnMut() -> usize + 'static) -> Way {
    Box::new(move |times| {
        for _ in 0..times {
            black_box(encode());
        }
    })
}

/// The ways take turns, so that a busy machine is busy for all of them.
const TURNS: usize = 400;
const TIMES: u32 = 500;

/// Nanoseconds of one encoding, the median of each way's turns.
fn nanos(subject: &mut Subject) -> [f64; 4] {
    let mut turns = [const { Vec::new() }; 4];
    for _ in 0..TURNS {
        for ((_, way), turns) in subject.ways.iter_mut().zip(&mut turns) {
            let start = Instant::now();
            way(TIMES);
            turns.push(start.elapsed());
        }
    }
    turns.map(|mut turns: Vec<Duration>| {
        turns.sort_unstable();
        turns.get(TURNS / 2).unwrap().as_secs_f64() * 1e9 / f64::from(TIMES)
    })
}

/// Instructions of one encoding: what a thousand more of them add to a run of this program.
fn instructions(subject: &mut Subject) -> [f64; 4] {
    let count = |way: &str, times: u32| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(env::current_exe().unwrap())
            .args([subject.name, way, &times.to_string()])
            .output()
            .expect("valgrind is installed");
        let report = String::from_utf8(output.stderr).unwrap();
        let collected = report.split("Collected : ").nth(1).expect("a count");
        let count: f64 = collected
            .split_whitespace()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        count
    };
    let ways = subject.ways.each_ref();
    ways.map(|(way, _)| (count(way, 1100) - count(way, 100)) / 1000.0)
}

fn main() {
    let arguments: Vec<_> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let mut subjects = [
        subject("C", events::command),
        subject("G", events::usage),
        subject("A", events::run),
    ];
    if let [name, way, times] = &*arguments {
        let ways = subjects.iter_mut().filter(|subject| subject.name == name);
        let mut ways = ways.flat_map(|subject| &mut subject.ways);
        let (_, way) = ways.find(|(known, _)| known == way).unwrap();
        return way(times.parse().unwrap());
    }
    let counting = arguments.iter().any(|argument| argument == "instructions");
    let unit = if counting { "instructions" } else { "ns" };
    println!("{unit} per event, and times less than serde_json::to_vec");
    for subject in &mut subjects {
        let results = if counting {
            instructions(subject)
        } else {
            nanos(subject)
        };
        let Subject { name, bytes, .. } = subject;
        print!("{name} {bytes:>5} bytes");
        for ((way, _), result) in subject.ways.iter().zip(results) {
            print!("  {way} {result:>7.1} ({:>4.1})", results[0] / result);
        }
        println!();
    }
}
