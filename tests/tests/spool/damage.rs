//! Files that are damaged between two runs.

use std::{collections::BTreeSet, fs, path::Path};

use telemetry_tests::scratch::Scratch;

use super::{
    host::{Host, count, files, later_run},
    ledger::{Answer, Ledger},
};

const ROUNDS: u64 = 24;
/// Fewer than fill a batch, so that no request begins.
const EVENTS: i64 = 40;

/// Changes a file at a random place.
fn damage(random: &mut fastrand::Rng, file: &Path) -> String {
    let mut bytes = fs::read(file).unwrap();
    let at = random.usize(..bytes.len());
    let how = match random.u8(..4) {
        0 => {
            bytes.truncate(at);
            format!("cut at {at}")
        }
        1 => {
            let bit = random.u8(..8);
            bytes[at] ^= 1 << bit;
            format!("bit {bit} of {at} changed")
        }
        2 => {
            bytes[at..].fill(0);
            format!("zeros from {at}")
        }
        _ => {
            let length = random.usize(1..300);
            let noise = (0..length).map(|_| random.u8(..));
            bytes.splice(at..at, noise.collect::<Vec<_>>());
            format!("{length} bytes inserted at {at}")
        }
    };
    fs::write(file, bytes).unwrap();
    how
}

#[test]
fn row_60_a_later_run_sends_the_events_before_the_damage_of_a_file_and_invents_none() {
    let mut sent = 0;
    for seed in 0..ROUNDS {
        let mut random = fastrand::Rng::with_seed(seed);
        let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-damage");
        let ledger = Ledger::start(Answer::Unavailable);
        let mut host = Host::with_still_clock(scratch.path(), &ledger.url(), &[]);
        for number in 0..EVENTS {
            host.store(number);
        }
        host.kill();
        let how = damage(&mut random, &files(scratch.path())[0]);
        ledger.answers(Answer::Accept);
        let counts = later_run(scratch.path(), &ledger.url(), &[], EVENTS);
        let about = format!("seed {seed}, {how}: {counts}");
        let mut received = ledger.sorted();
        assert_eq!(received.pop(), Some(EVENTS), "{about}");
        let unique: BTreeSet<_> = received.iter().collect();
        assert_eq!(unique.len(), received.len(), "{about}");
        assert!(
            received.iter().all(|number| (0..EVENTS).contains(number)),
            "{about}"
        );
        // A damaged note about a request may have made events ambiguous.
        let known = count(&counts, "adopted");
        assert_eq!(
            known,
            received.len() as u64 + count(&counts, "dropped"),
            "{about}"
        );
        let numbers = (0..EVENTS).zip(&received);
        if count(&counts, "ambiguous") == 0 {
            assert!(numbers.into_iter().all(|(at, it)| at == *it), "{about}");
        }
        sent += received.len();
        // A file with a damaged head is kept under another name until its age limit.
        for file in files(scratch.path()) {
            assert_eq!(file.extension().unwrap(), "bad", "{about}");
        }
        let again = later_run(scratch.path(), &ledger.url(), &[], EVENTS + 1);
        assert_eq!(count(&again, "adopted"), 0, "{about}: {again}");
    }
    assert!(sent > 0);
}
