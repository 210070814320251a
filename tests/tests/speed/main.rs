//! The cost of the runtime, counted instead of timed: instructions, copied bytes, allocations, and the
//! code that a derive generates. `tests/speed.json` contains the committed numbers.
//!
//! `cargo test -p telemetry-tests --features slow --test speed` prints each number beside the
//! committed one. A number that changed by more than its tolerance fails, also if it became smaller:
//! `UPDATE_EXPECT=1` writes the new numbers.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(all(test, feature = "slow"))]

mod committed;
mod measured;
mod sink;
mod valgrind;

use committed::{Section, Tools};
use measured::Measured;
use valgrind::{copied_bytes, instructions};

/// Numbers of repetitions of the two runs whose difference is counted, so that the start of the
/// program, and everything else that happens once, is left out.
type Runs = (usize, usize);

#[test]
fn instructions_are_the_committed_ones() {
    let Some(mut section) = Section::begin("instructions", Tools::Valgrind, 1.0) else {
        return;
    };
    let program = Measured::new();
    let runs: Runs = (200, 1200);
    for subject in ["C", "G", "A", "18"] {
        let [caller, _] = instructions(&program, "encode", subject, runs, None);
        section.row(&format!("encode {subject}"), caller);
    }
    for subject in ["on", "off"] {
        // 200 events are recorded between two flushes, which are not counted.
        let runs: Runs = (10, 40);
        let [caller, _] =
            instructions(&program, "record", subject, runs, Some("*measured_record*"));
        section.row(&format!("record {subject}"), caller / 200.0);
    }
    let envelope = [50, 500].map(|events| {
        let [caller, _] = instructions(&program, "envelope", &events.to_string(), (10, 60), None);
        caller
    });
    let by_event = (envelope[1] - envelope[0]) / 450.0;
    section.row("envelope, per batch", envelope[0] - 50.0 * by_event);
    section.row("envelope, per event", by_event);
    for work in ["discard", "send"] {
        for (batch, runs) in [(50, (40, 240)), (500, (10, 40))] {
            let counted = instructions(&program, work, &batch.to_string(), runs, None);
            let [caller, others] = counted.map(|count| count / f64::from(batch));
            section.row(&format!("{work} {batch}, caller"), caller);
            section.row(&format!("{work} {batch}, worker"), others);
        }
    }
    section.end();
}

#[test]
fn copied_bytes_are_the_committed_ones() {
    let Some(mut section) = Section::begin("copies", Tools::Valgrind, 1.0) else {
        return;
    };
    let program = Measured::new();
    let bytes = program.event_bytes();
    for work in ["discard", "send"] {
        for (batch, runs) in [(50, (10, 60)), (500, (4, 14))] {
            let counted = copied_bytes(&program, work, &batch.to_string(), runs);
            let [caller, others] = counted.map(|count| count / f64::from(batch) / bytes);
            section.row(&format!("{work} {batch}, caller"), caller);
            section.row(&format!("{work} {batch}, others"), others);
        }
    }
    section.end();
}

#[test]
fn allocations_are_the_committed_ones() {
    let Some(mut section) = Section::begin("allocations", Tools::Compiler, 0.0) else {
        return;
    };
    let program = Measured::new();
    for (work, subject) in [
        ("encode", "A"),
        ("record", "on"),
        ("record", "off"),
        ("discard", "50"),
        ("discard", "500"),
        ("send", "50"),
        ("send", "500"),
    ] {
        // The second half of the repetitions is counted.
        let [caller, others] = program
            .allocations(work, subject, 200)
            .map(|count| count / 100.0);
        section.row(&format!("{work} {subject}, caller"), caller);
        section.row(&format!("{work} {subject}, others"), others);
    }
    section.end();
}
