//! Processes that store, send, adopt, fail and die at random, against a ledger of the results that they got.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::time::Duration;

use super::{
    Limits, SMALL, Span, adopt_all,
    scripted::{Disk, Operation},
    span, store,
};
use crate::spool::{Spool, ranges::Range, worker_side::Resolution};

/// Small segments, of which none is evicted.
const LIMITS: Limits = Limits {
    total_bytes: u64::MAX,
    files: 4096,
    ..SMALL
};

/// The state of an event as the test knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The call returned that it is stored.
    Stored,
    /// It was about to be sent.
    Intended,
    /// It was sent or dropped.
    Resolved,
}

struct Process {
    spool: Spool,
    /// The events that it owns.
    owned: BTreeMap<String, Span>,
}

struct World {
    seed: u64,
    random: fastrand::Rng,
    disk: Disk,
    processes: Vec<Process>,
    ledger: BTreeMap<String, Fate>,
    /// The disk fails at random.
    faulty: bool,
    next: u32,
}

impl World {
    fn new(seed: u64, faulty: bool) -> Self {
        Self {
            seed,
            random: fastrand::Rng::with_seed(seed),
            disk: Disk::new(),
            processes: Vec::new(),
            ledger: BTreeMap::new(),
            faulty,
            next: 0,
        }
    }

    fn steps(&mut self, count: u32) {
        for _ in 0..count {
            self.step();
        }
    }

    fn step(&mut self) {
        let count = self.processes.len();
        let action = self.random.u8(0..100);
        if count == 0 || (action < 5 && count < 4) {
            let spool = self.disk.spool(LIMITS);
            self.processes.push(Process {
                spool,
                owned: BTreeMap::new(),
            });
            return;
        }
        let index = self.random.usize(..count);
        let process = &mut self.processes[index];
        match action {
            // The process dies: nothing is closed in order.
            5..10 => drop(self.processes.swap_remove(index)),
            10..60 => {
                let length = self.random.usize(..200);
                let event = format!("{}:{}", self.next, "x".repeat(length));
                self.next += 1;
                if let Ok(stored) = store(&process.spool, &event) {
                    process.owned.insert(event.clone(), span(stored));
                    self.ledger.insert(event, Fate::Stored);
                }
            }
            60..80 => {
                let chosen: Vec<_> = process
                    .owned
                    .iter()
                    .filter(|_| self.random.u8(0..4) == 0)
                    .map(|(event, span)| (event.clone(), *span))
                    .collect();
                let spans: Vec<Span> = chosen.iter().map(|(_, span)| *span).collect();
                if process.spool.intend(&spans).is_err() {
                    return;
                }
                let resolution = match self.random.u8(0..4) {
                    0 => Resolution::NotSent,
                    1 => Resolution::Dropped(1),
                    _ => Resolution::Delivered,
                };
                let answered = self.random.u8(0..8) > 0;
                for (event, _) in &chosen {
                    let fate = match (answered, resolution) {
                        (false, _) => Fate::Intended,
                        // An earlier request with it may have been sent.
                        (true, Resolution::NotSent) => self.ledger[event],
                        (true, _) => Fate::Resolved,
                    };
                    self.ledger.insert(event.clone(), fate);
                    if fate == Fate::Resolved {
                        process.owned.remove(event);
                    }
                }
                if answered {
                    process.spool.resolve(&spans, resolution);
                } else {
                    // It waits for an answer and dies.
                    drop(self.processes.swap_remove(index));
                }
            }
            80..88 => process.spool.maintain(),
            88..94 => {
                if let Some(held) = process.spool.adopt() {
                    for event in held.events() {
                        let text = String::from_utf8(event.bytes.to_vec()).unwrap();
                        let range = Range::of_one(event.number);
                        check(&self.ledger, &text, event.ambiguous, self.faulty, self.seed);
                        let span = Span {
                            segment: held.segment,
                            range,
                        };
                        assert!(process.owned.insert(text, span).is_none());
                    }
                }
            }
            94..97 if self.faulty => self.break_or_mend(),
            _ => self
                .disk
                .advance(Duration::from_secs(self.random.u64(..90))),
        }
    }

    fn break_or_mend(&mut self) {
        match self.random.u8(0..3) {
            0 => {
                self.disk.set_space(None);
                self.disk.set_fault(|_| None);
            }
            1 => self.disk.set_space(Some(self.random.u64(..900))),
            _ => {
                let (mut random, kind) = (self.random.fork(), ErrorKind::Other);
                self.disk.set_fault(move |operation| {
                    let spared = matches!(operation, Operation::Open | Operation::Names);
                    (!spared && random.u8(0..8) == 0).then_some(kind)
                });
            }
        }
    }
}

/// An event that was found must be known, and must not be more certain than it is.
fn check(ledger: &BTreeMap<String, Fate>, event: &str, ambiguous: bool, faulty: bool, seed: u64) {
    match ledger.get(event) {
        Some(Fate::Stored) => {}
        Some(Fate::Intended) => assert!(ambiguous, "seed {seed}: {event} may have been sent"),
        // Its note was never written, because the disk failed until its process died.
        Some(Fate::Resolved) => assert!(faulty, "seed {seed}: {event} is resolved and was found"),
        None => panic!("seed {seed}: {event} was invented"),
    }
}

fn run(seed: u64, faulty: bool) {
    let mut world = World::new(seed, faulty);
    world.steps(300);
    let counters: Vec<_> = world
        .processes
        .iter()
        .map(|it| it.spool.counters())
        .collect();
    world.disk.set_space(None);
    world.disk.set_fault(|_| None);
    world.processes.clear();
    let found = adopt_all(&world.disk.spool(LIMITS));
    let mut seen = BTreeSet::new();
    for (event, ambiguous) in found {
        check(&world.ledger, &event, ambiguous, faulty, seed);
        assert!(
            seen.insert(event.clone()),
            "seed {seed}: {event} was found twice"
        );
    }
    let lost = world
        .ledger
        .iter()
        .filter(|(event, fate)| **fate != Fate::Resolved && !seen.contains(*event));
    let lost: Vec<_> = lost.collect();
    assert!(lost.is_empty(), "seed {seed}: lost {lost:?} {counters:?}");
}

/// After a loss of power, the end of each file is missing or empty. Stored events may be lost then, but none
/// is invented or found twice.
#[test]
fn row_55_the_loss_of_data_that_was_not_written_back_invents_no_event() {
    for seed in 0..300 {
        let mut world = World::new(seed, false);
        world.steps(200);
        world.processes.clear();
        for name in world.disk.file_names() {
            let random = &mut world.random;
            world.disk.damage(&name, |bytes| {
                let kept = random.usize(..=bytes.len());
                match random.u8(0..3) {
                    0 => bytes.truncate(kept),
                    1 => bytes[kept..].fill(0),
                    _ => {}
                }
            });
        }
        let mut seen = BTreeSet::new();
        for (event, _) in adopt_all(&world.disk.spool(LIMITS)) {
            assert!(
                world.ledger.contains_key(&event),
                "seed {seed}: {event} was invented"
            );
            assert!(
                seen.insert(event.clone()),
                "seed {seed}: {event} was found twice"
            );
        }
    }
}

#[test]
fn row_33_processes_that_die_at_random_lose_and_repeat_no_stored_event() {
    for seed in 0..300 {
        run(seed, false);
    }
}

#[test]
fn row_54_processes_on_a_failing_disk_lose_no_stored_event_and_invent_none() {
    for seed in 0..300 {
        run(seed, true);
    }
}
