//! Stored events: what their files must say after each outcome, and adopted events.

use super::*;
use crate::delivery::core::{
    loaded::Loaded,
    place::{Fate, Note, Place},
};

const OWN: PartitionKey = PartitionKey::new("1.0");
const LIMITS: BatchConfig = BatchConfig {
    batch_events: 4,
    batch_bytes: 1000,
};

fn core(policy: Policy) -> Core {
    Core::new(INTERVAL, policy, fastrand::Rng::with_seed(7))
}

fn place(segment: u32, number: u64) -> Place {
    Place::new(segment, number).unwrap()
}

/// Batches with the events 0 to `events` of a segment.
fn loaded(key: PartitionKey, segment: u32, events: u64) -> Vec<Batch> {
    let mut loaded = Loaded::new(key, MonoTime::START, LIMITS, usize::MAX);
    for number in 0..events {
        assert!(loaded.push(b"{}", place(segment, number)));
    }
    loaded.into_batches()
}

/// A core that holds one batch of two stored events.
fn with_two(policy: Policy) -> Core {
    let mut core = core(policy);
    for batch in loaded(OWN, 1, 2) {
        let _ = core.ingest(batch);
    }
    core
}

/// The fates that the core noted, with the numbers of their events.
fn fates(core: &mut Core) -> Vec<(Vec<u64>, Fate)> {
    let numbers = |places: Vec<Place>| {
        let stored = places.into_iter().filter_map(Place::stored);
        stored.map(|(_, number)| number).collect()
    };
    let notes = core.take_notes().into_iter();
    notes
        .map(|Note { places, fate }| (numbers(places), fate))
        .collect()
}

fn failure() -> Failure {
    Failure::new(FailureKind::Connect)
}

#[test]
fn each_outcome_of_a_request_has_its_fate() {
    let at_least = Policy::new().ambiguous(OnAmbiguous::AtLeastOnce);
    let once = Policy::new().max_retries(0);
    let dropped = Fate::Dropped;
    let cases = [
        (Policy::new(), Outcome::delivered(), Fate::Delivered, 0),
        (Policy::new(), Outcome::NotSent(failure()), Fate::NotSent, 2),
        (Policy::new(), Outcome::status(503), Fate::NotSent, 2),
        (Policy::new(), Outcome::status(401), Fate::NotSent, 2),
        (at_least, Outcome::Ambiguous(failure()), Fate::Unanswered, 2),
        (
            Policy::new(),
            Outcome::Ambiguous(failure()),
            dropped(DropReason::Ambiguous),
            0,
        ),
        (
            once,
            Outcome::status(503),
            dropped(DropReason::Exhausted),
            0,
        ),
        (
            Policy::new().row(599..=599, Action::Drop),
            Outcome::status(599),
            dropped(DropReason::Rejected),
            0,
        ),
    ];
    for (policy, outcome, fate, held) in cases {
        let mut core = with_two(policy);
        assert!(core.next(at(SECOND)).is_some());
        core.on_outcome(at(SECOND), &outcome);
        assert_eq!(fates(&mut core), [(vec![0, 1], fate)], "{outcome:?}");
        assert_eq!((core.held_events(), core.held_stored()), (held, held));
    }
}

#[test]
fn the_halves_of_a_batch_are_not_sent_and_a_single_event_is_dropped() {
    for (status, reason) in [(413, DropReason::TooLarge), (422, DropReason::Rejected)] {
        let mut core = with_two(Policy::new());
        let mut all = Vec::new();
        while core.next(at(SECOND)).is_some() {
            core.on_outcome(at(SECOND), &Outcome::status(status));
            all.extend(fates(&mut core));
        }
        let expected = [
            (vec![0], Fate::NotSent),
            (vec![1], Fate::NotSent),
            (vec![0], Fate::Dropped(reason)),
            (vec![1], Fate::Dropped(reason)),
        ];
        assert_eq!(all, expected);
    }
}

#[test]
fn a_panic_a_limit_of_age_and_an_end_have_their_fates() {
    let mut core = with_two(Policy::new());
    assert!(core.next(at(SECOND)).is_some());
    core.panicked(at(SECOND));
    assert_eq!(fates(&mut core), [(vec![0, 1], Fate::Unanswered)]);
    let later = at(SECOND * 600);
    assert!(core.next(later).is_some());
    core.panicked(later);
    let quarantined = Fate::Dropped(DropReason::Quarantined);
    assert_eq!(fates(&mut core), [(vec![0, 1], quarantined)]);

    let mut core = with_two(Policy::new());
    assert!(core.next(at(SECOND * 24 * 3600 + SECOND)).is_none());
    let expired = Fate::Dropped(DropReason::Expired);
    assert_eq!(fates(&mut core), [(vec![0, 1], expired)]);

    let mut core = with_two(Policy::new());
    core.drop_all(DropReason::Shutdown);
    assert_eq!(fates(&mut core), []);
    assert_eq!((core.resolved().stored, core.resolved().dropped()), (2, 0));

    let mut core = with_two(Policy::new());
    assert!(core.next(at(SECOND)).is_some());
    core.not_tried(at(SECOND));
    assert_eq!(fates(&mut core), []);
    assert_eq!(core.held_stored(), 2);
}

#[test]
fn row_61_events_of_a_segment_that_another_process_took_are_dropped_and_the_others_are_sent() {
    let mut core = core(Policy::new());
    let mut mixed = Loaded::new(OWN, MonoTime::START, LIMITS, usize::MAX);
    for (segment, number) in [(1, 0), (2, 0), (1, 1), (2, 1)] {
        let event = format!("{{\"at\":\"{segment}-{number}\"}}");
        assert!(mixed.push(event.as_bytes(), place(segment, number)));
    }
    for batch in mixed.into_batches() {
        let _ = core.ingest(batch);
    }
    assert!(core.next(at(SECOND)).is_some());
    core.lost_segment(at(SECOND), 1);
    assert_eq!((core.held_events(), core.held_stored()), (2, 2));
    assert_eq!(fates(&mut core), []);
    let later = at(SECOND * 600);
    let batch = core.next(later).unwrap();
    assert_eq!(batch.joined(), b"{\"at\":\"2-0\"},{\"at\":\"2-1\"},");
    let memory = batch.memory();
    assert_eq!(core.memory, memory);
    core.lost_segment(later, 2);
    assert_eq!((core.held_events(), core.memory), (0, 0));
    assert_eq!(core.resolved().dropped(), 4);
    assert!(core.next(later + SECOND * 600).is_none());
}

#[test]
fn adopted_events_are_paced_and_not_part_of_a_round() {
    let mut core = with_two(Policy::new());
    let key = PartitionKey::adopted(9);
    core.adopt(key, loaded(key, 9, 8), SECOND * 60);
    assert!(core.holds_adopted());
    core.begin_round(at(SECOND));
    assert_eq!(core.next(at(SECOND)).unwrap().key, OWN);
    core.on_outcome(at(SECOND), &Outcome::delivered());
    assert!(!core.in_round());
    assert!(!core.flush_incomplete());
    let pause = Duration::from_millis(500);
    assert_eq!(core.next(at(SECOND)).unwrap().len(), 4);
    core.on_outcome(at(SECOND), &Outcome::delivered());
    assert_eq!(core.due(), Some(at(SECOND + pause)));
    assert!(core.next(at(SECOND + pause / 2)).is_none());
    assert_eq!(core.next(at(SECOND + pause)).unwrap().len(), 4);
    core.on_outcome(at(SECOND + pause), &Outcome::delivered());
    assert!(!core.holds_adopted());
    assert_eq!(
        (core.resolved().adopted, core.resolved().delivered),
        (8, 10)
    );
}

#[test]
fn adopted_events_have_a_separate_age_limit_and_can_be_released() {
    let mut core = with_two(Policy::new());
    let key = PartitionKey::adopted(9);
    core.adopt(key, loaded(key, 9, 3), SECOND * 60);
    assert!(core.next(at(SECOND * 60)).is_some());
    core.on_outcome(at(SECOND * 60), &Outcome::NotSent(failure()));
    let _ = core.next(at(SECOND * 60) + Duration::from_nanos(1));
    core.not_tried(at(SECOND * 61));
    assert_eq!((core.held_events(), core.resolved().dropped()), (2, 3));

    core.adopt(key, loaded(key, 9, 3), SECOND * 60);
    core.drop_adopted(DropReason::Ambiguous, 1);
    core.release_adopted();
    let resolved = core.resolved();
    assert_eq!((resolved.adopted, resolved.stored), (7, 3));
    assert_eq!((core.held_events(), core.held_stored()), (2, 2));
    assert!(!core.holds_adopted());
}

#[test]
fn loaded_batches_stay_within_their_bound() {
    let mut loaded = Loaded::new(OWN, MonoTime::START, LIMITS, 20_000);
    let event = vec![b'x'; 900];
    let fits = (0..100).take_while(|number| loaded.push(&event, place(1, *number)));
    let fits = fits.count();
    let batches = loaded.into_batches();
    assert_eq!(batches.iter().map(Batch::len).sum::<usize>(), fits);
    let memory: usize = batches.iter().map(Batch::memory).sum();
    assert!(fits > 1 && memory <= 20_000 + 6000, "{fits}: {memory}");
    assert!(batches.iter().all(|batch| batch.len() == 1));

    let mut large = Loaded::new(OWN, MonoTime::START, LIMITS, 1);
    assert!(large.push(&event, place(1, 0)));
    assert!(!large.push(&event, place(1, 1)));
}
