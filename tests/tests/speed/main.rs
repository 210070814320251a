//! The cost of the runtime, counted instead of timed: instructions, copied bytes, allocations, and the
//! code that a derive generates. `tests/speed.json` contains the committed numbers.
//!
//! `cargo test -p telemetry-tests --features slow --test speed` prints each number beside the
//! committed one. A number that changed by more than its tolerance fails, also if it became smaller:
//! `UPDATE_EXPECT=1` writes the new numbers.

#![cfg(feature = "slow")]
// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod committed;
mod measured;
mod sink;
mod tools;
mod valgrind;

use std::path::Path;

use telemetry_tests::generated_crates::{EVENTS, GeneratedCrate, VARIANTS};

use crate::{
    committed::{
        Section,
        Tolerance::{Absolute, Percent},
    },
    measured::{BURST, Measured},
    tools::Tools,
    valgrind::{copied_bytes, instructions},
};

/// The number of repetitions in two runs. Their difference is counted, so that the start of the
/// program, and everything else that happens once, is left out.
type Runs = (usize, usize);

/// Batch sizes, and runs for each.
const BATCHES: [(u16, Runs); 2] = [(50, (40, 240)), (500, (10, 40))];

/// The part of a batch that does not depend on its events, and that of each event. The arguments are
/// for the two sizes of [`BATCHES`].
fn parts(small: f64, large: f64) -> (f64, f64) {
    let [few, many] = BATCHES.map(|(batch, _)| f64::from(batch));
    let by_event = (large - small) / (many - few);
    (small - few * by_event, by_event)
}

#[test]
fn instructions_are_the_committed_ones() {
    let Some(mut section) = Section::begin("instructions", Tools::Valgrind) else {
        return;
    };
    let program = Measured::new();
    for (subject, name) in [
        ("C", "encode C, per event"),
        ("G", "encode G, per event"),
        ("A", "encode A, per event"),
        ("18", "encode 18 fields, per event"),
    ] {
        let [caller, _] = instructions(&program, "encode", subject, (200, 1200), None);
        section.row(name, caller, Percent(1.0));
    }
    for (subject, name) in [
        ("on", "record, per event"),
        ("off", "record, off, per event"),
    ] {
        let only = Some("*measured_record*");
        let [caller, _] = instructions(&program, "record", subject, (10, 40), only);
        section.row(name, caller / BURST, Percent(1.0));
    }
    let [small, large] = BATCHES.map(|(batch, _)| {
        instructions(&program, "envelope", &batch.to_string(), (10, 60), None)[0]
    });
    let (by_batch, by_event) = parts(small, large);
    // A small remainder of two large counts: 0.1 % of the count for 50 events is 2 % of it.
    section.row("envelope, per batch", by_batch, Percent(10.0));
    section.row("envelope, per event", by_event, Percent(1.0));
    for work in ["discard", "send"] {
        // The number of times that the worker waits for the answer differs: each is 0.8 % of a small batch.
        let tolerance = if work == "send" {
            Percent(3.0)
        } else {
            Percent(1.0)
        };
        for (batch, runs) in BATCHES {
            let counted = instructions(&program, work, &batch.to_string(), runs, None);
            let [caller, worker] = counted.map(|count| count / f64::from(batch));
            section.row(
                format!("{work} {batch}, caller, per event"),
                caller,
                tolerance,
            );
            section.row(
                format!("{work} {batch}, worker, per event"),
                worker,
                tolerance,
            );
        }
    }
    section.end();
}

#[test]
fn copies_are_the_committed_ones() {
    let Some(mut section) = Section::begin("copies", Tools::Valgrind) else {
        return;
    };
    let program = Measured::new();
    let bytes = program.event_bytes();
    for work in ["discard", "send"] {
        let [small, large] = BATCHES.map(|(batch, (few, many))| {
            let runs = (few / 4, many / 4);
            copied_bytes(&program, work, &batch.to_string(), runs)
        });
        let [record, worker] = [0, 1].map(|side| parts(small[side], large[side]));
        let times = |(_, by_event): (f64, f64)| by_event / bytes;
        section.row(
            format!("{work}, record, times per event"),
            times(record),
            Absolute(0.05),
        );
        section.row(
            format!("{work}, worker, times per event"),
            times(worker),
            Absolute(0.05),
        );
        // The worker wakes, and waits for an answer, a few times more or less.
        let tolerance = Absolute(if work == "send" { 1000.0 } else { 400.0 });
        section.row(
            format!("{work}, worker, bytes per batch"),
            worker.0,
            tolerance,
        );
    }
    section.end();
}

#[test]
fn allocations_are_the_committed_ones() {
    let Some(mut section) = Section::begin("allocations", Tools::Compiler) else {
        return;
    };
    let program = Measured::new();
    for (work, subject, name) in [
        ("encode", "A", "encode A, per event"),
        ("record", "off", "record, off, per 200 events"),
        ("record", "on", "record, per 200 events"),
    ] {
        let [caller, _] = program.allocations(work, subject);
        section.row(name, caller, Absolute(0.0));
    }
    for work in ["discard", "send"] {
        for (batch, _) in BATCHES {
            let [caller, worker] = program.allocations(work, &batch.to_string());
            section.row(
                format!("{work} {batch}, caller, per batch"),
                caller,
                Absolute(0.0),
            );
            section.row(
                format!("{work} {batch}, worker, per batch"),
                worker,
                Absolute(0.0),
            );
        }
    }
    section.end();
}

#[test]
fn generated_code_is_as_long_as_committed() {
    let Some(mut section) = Section::begin("compile", Tools::Compiler) else {
        return;
    };
    let programs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    let target = programs.join("target");
    let crates = VARIANTS.iter().take(3).map(|variant| {
        (
            variant.name,
            GeneratedCrate::write(&programs, &target, variant),
        )
    });
    let counted: Vec<_> = crates
        .map(|(name, generated)| (name, generated.expanded_bytes().1, generated.llvm_lines()))
        .collect();
    let (_, without_derive, _) = counted[0];
    let by_event = |count: usize| count as f64 / EVENTS as f64;
    for (name, bytes, lines) in &counted[1..] {
        let bytes = by_event(bytes - without_derive);
        section.row(format!("{name}, bytes per event"), bytes, Percent(1.0));
        section.row(
            format!("{name}, LLVM lines per event"),
            by_event(*lines),
            Percent(1.0),
        );
    }
    section.end();
}
