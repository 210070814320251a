//! Hosts with eight writing threads are killed at random moments, and later runs send their events.

use std::{collections::BTreeMap, io::stdin, thread, time::Duration};

use telemetry_tests::scratch::Scratch;

use super::{
    host::{Host, count, files, later_run},
    ledger::{Answer, Ledger},
};

const ROUNDS: u64 = 100;

/// Seeds of a proof of many rounds, so that each run of it has other ones.
const SEEDS: u64 = 1_000_000;

/// The distance between the numbers of two threads.
const APART: i64 = 100_000_000;

/// The numbers of a round do not occur in another one.
const ROUND: i64 = 10 * APART;

/// Events that a killed host reported.
#[derive(Default)]
struct Reported {
    durable: Vec<i64>,
    /// The last number of each thread.
    last: BTreeMap<i64, i64>,
}

impl Reported {
    fn line(&mut self, line: &str) {
        let mut words = line.split(' ');
        let (fate, number) = (words.next().unwrap(), words.next().unwrap());
        let number: i64 = number.parse().unwrap();
        let last = self.last.entry(number / APART).or_insert(number);
        *last = number.max(*last);
        if fate == "d" {
            self.durable.push(number);
        }
    }

    /// True if the host recorded this event. It may have ended before it could report the last one of a thread.
    fn may_have_recorded(&self, number: i64) -> bool {
        match self.last.get(&(number / APART)) {
            Some(last) => number <= last + 1,
            None => number % APART == 0,
        }
    }
}

/// Starts a host, and kills it after a random number of lines and a random time.
fn kill_one(random: &mut fastrand::Rng, first: i64, host: Host) -> Reported {
    let (lines, time) = (random.usize(1..1500), random.u64(0..2000));
    let mut host = host;
    host.command(&format!("threads {first}"));
    let mut reported = Reported::default();
    for _ in 0..lines {
        reported.line(&host.line().unwrap());
    }
    thread::sleep(Duration::from_micros(time));
    host.child.kill().unwrap();
    // A thread that ends with the process leaves a whole line or none.
    while let Some(line) = host.line() {
        reported.line(&line);
    }
    host.wait();
    reported
}

/// Sums over rounds.
#[derive(Default, Debug)]
struct Totals {
    /// Events that killed hosts reported as durable.
    durable: u64,
    /// Those that a later run sent or counted.
    adopted: u64,
    ambiguous: u64,
}

impl Totals {
    fn add(&mut self, round: &Self) {
        self.durable += round.durable;
        self.adopted += round.adopted;
        self.ambiguous += round.ambiguous;
    }
}

fn round(folder: &str, seed: u64) -> Totals {
    let mut random = fastrand::Rng::with_seed(seed);
    let answer = [Answer::Accept, Answer::Unavailable, Answer::Silence][random.usize(..3)];
    let again = random.bool();
    let words: &[&str] = if again { &["least"] } else { &[] };
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), folder);
    let ledger = Ledger::start(answer);
    let first = i64::try_from(seed).unwrap() * ROUND;
    let host = Host::start(scratch.path(), &ledger.url(), words);
    let reported = kill_one(&mut random, first, host);

    ledger.answers(Answer::Accept);
    let counts = later_run(scratch.path(), &ledger.url(), words, -1);
    let about = format!("seed {seed}, {answer:?}, again: {again}: {counts}");
    let times = ledger.times();
    for number in times.keys().filter(|number| **number >= 0) {
        assert!(reported.may_have_recorded(*number), "{number}: {about}");
    }
    let missing = reported.durable.iter().filter(|it| !times.contains_key(it));
    let missing = u64::try_from(missing.count()).unwrap();
    let twice = times.values().filter(|times| **times > 1).count();
    // The requests of one process follow each other, and a batch has at most 50 events.
    if again {
        assert_eq!(missing, 0, "{about}");
        assert!(twice <= 50, "{twice}: {about}");
        assert_eq!(count(&counts, "dropped"), 0, "{about}");
    } else {
        let ambiguous = count(&counts, "ambiguous");
        assert!(
            missing <= ambiguous && ambiguous <= 50,
            "{missing}: {about}"
        );
        assert_eq!(count(&counts, "dropped"), ambiguous, "{about}");
        assert_eq!(twice, 0, "{about}");
    }
    // A file whose creation was interrupted has no event, and another name.
    let left = files(scratch.path());
    let is_segment = |file: &std::path::PathBuf| file.extension().is_some_and(|it| it == "seg");
    assert!(!left.iter().any(is_segment), "{left:?}: {about}");
    Totals {
        durable: u64::try_from(reported.durable.len()).unwrap(),
        adopted: count(&counts, "adopted"),
        ambiguous: count(&counts, "ambiguous"),
    }
}

#[test]
fn row_33_every_durable_event_of_a_killed_host_arrives_or_is_counted() {
    let mut totals = Totals::default();
    for seed in 0..ROUNDS {
        totals.add(&round("spool-kills", seed));
    }
    // Later runs really had something to send.
    assert!(totals.adopted > ROUNDS, "{totals:?}");
    assert!(totals.ambiguous > 0, "{totals:?}");
    println!("{totals:?}");
}

/// The first line of the standard input is the number of rounds.
#[test]
#[ignore = "a proof of any number of rounds"]
fn row_33_every_durable_event_of_a_killed_host_arrives_or_is_counted_in_any_number_of_rounds() {
    let mut line = String::new();
    stdin().read_line(&mut line).unwrap();
    let rounds = line.trim().parse().unwrap_or(ROUNDS);
    let first = fastrand::u64(ROUNDS..SEEDS);
    println!("seeds {first} to {}", first + rounds - 1);
    let mut totals = Totals::default();
    for seed in first..first + rounds {
        totals.add(&round("spool-kills-any", seed));
    }
    println!("{rounds} rounds: {totals:?}");
}
