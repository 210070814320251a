//! A minute at 10,000 events a second against a collector that fails in turns: no memory, thread or
//! descriptor count grows, and every lost event is counted.
//!
//! A separate binary: other tests beside it would change the load that it compares over time.

#![cfg(all(feature = "slow", target_os = "linux"))]
// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::{
    collections::{HashMap, HashSet},
    process::Command,
    sync::{Arc, Mutex},
    time::Instant,
};

use telemetry_runtime::testing::{Collector, ScriptedResponse};

const SECONDS: usize = 60;
const RATE: usize = 10_000;
/// Until the buffers have their sizes.
const WARM_UP: usize = 15;

/// Events that the collector took in, and whether one came twice.
#[derive(Default)]
struct Taken {
    numbers: HashSet<i64>,
    twice: u64,
}

/// Four seconds of answers, then a second each of refusal, resets and silence.
fn flapping(taken: Arc<Mutex<Taken>>) -> Collector {
    let start = Instant::now();
    let answer = move |request: &telemetry_runtime::testing::ReceivedRequest| {
        match start.elapsed().as_secs() % 7 {
            4 => return ScriptedResponse::status(503),
            5 => return ScriptedResponse::reset(),
            6 => return ScriptedResponse::silence(),
            _ => {}
        }
        let text = request.text();
        let mut taken = taken.lock().unwrap();
        for piece in text.split("\"number\":").skip(1) {
            let digits = piece.split('}').next().unwrap();
            let fresh = taken.numbers.insert(digits.parse().unwrap());
            taken.twice += u64::from(!fresh);
        }
        ScriptedResponse::status(200)
    };
    Collector::with_handler(answer).unwrap()
}

#[test]
fn a_minute_at_full_speed_grows_nothing_and_loses_no_count() {
    let taken = Arc::new(Mutex::new(Taken::default()));
    let collector = flapping(Arc::clone(&taken));
    let output = Command::new(env!("CARGO_BIN_EXE_soak"))
        .args([&collector.url(), &SECONDS.to_string(), &RATE.to_string()])
        .env_clear()
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{:?}", output.stderr);
    assert!(output.stderr.is_empty());

    let lines: Vec<_> = text.lines().collect();
    let (looks, counts) = lines.split_at(SECONDS);
    let looks: Vec<Vec<u64>> = looks
        .iter()
        .map(|line| {
            line.split(' ')
                .map(|number| number.parse().unwrap())
                .collect()
        })
        .collect();
    let most = |column: usize, from: usize, to: usize| {
        let looks = looks[from..to].iter().map(|look| look[column]);
        looks.max().unwrap()
    };
    // Three rounds of the collector's phases after the warm-up, and three at the end.
    let early = |column| most(column, WARM_UP, WARM_UP + 21);
    let late = |column| most(column, SECONDS - 21, SECONDS);
    // A look may or may not find a connection that is being replaced.
    for (column, what, slack) in [(0, "KiB", 1024), (1, "threads", 0), (2, "descriptors", 4)] {
        println!(
            "{what}: at most {} early, {} late",
            early(column),
            late(column)
        );
        assert!(
            late(column) <= early(column) + slack,
            "{what} grow: {looks:?}"
        );
    }

    let counts: HashMap<_, i64> = counts
        .iter()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, number)| (name, number.parse().unwrap()))
        .collect();
    println!("{counts:?}");
    let count = |name: &str| counts[name];
    assert_eq!(count("recorded"), (SECONDS * RATE) as i64);
    assert_eq!(count("recorded"), count("accepted") + count("refused"));
    assert_eq!(count("accepted"), count("delivered") + count("dropped"));
    assert_eq!((count("held"), count("panics")), (0, 0));
    let taken = taken.lock().unwrap();
    assert_eq!(taken.twice, 0, "an event was counted twice");
    // An answer that came too late is an event that was taken in and not known to be.
    let taken = taken.numbers.len() as i64;
    assert!(count("delivered") <= taken && taken <= count("accepted"));
    println!("taken in {taken}");
    assert!(count("delivered") > 0);
}
