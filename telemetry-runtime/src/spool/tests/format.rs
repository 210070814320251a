//! The format: damage of every kind costs at most the damaged record and those after it.

use std::collections::BTreeSet;

use super::{frame, identity};
use crate::spool::{
    content::Content,
    header::{Header, HeaderError},
    name::{Entry, Kind, bad, stem},
    ranges::{Range, Ranges},
    record::{Note, Record, seed},
};

fn header() -> Header {
    Header {
        id: 0x1234_5678_9abc_def0,
        created_ms: 1_767_225_600_000,
        identity: identity(),
        frame: frame(),
    }
}

/// A segment, its events, and where the record of each event ends.
struct Sample {
    bytes: Vec<u8>,
    header: usize,
    events: Vec<(Vec<u8>, usize)>,
}

impl Sample {
    fn new(length: usize, payload: impl Fn(usize) -> Vec<u8>) -> Self {
        let mut bytes = header().encode().unwrap();
        let (header_length, seed) = (bytes.len(), seed(header().id));
        let mut events = Vec::new();
        for number in 0_u64.. {
            let payload = payload(events.len());
            let record = Record::Event {
                number,
                time_ms: number,
                payload: &payload,
            };
            let before = bytes.len();
            record.encode(seed, number, &mut bytes);
            if bytes.len() > length {
                bytes.truncate(before);
                break;
            }
            events.push((payload, bytes.len()));
        }
        Self {
            bytes,
            header: header_length,
            events,
        }
    }

    /// The events whose records end at or before `end`.
    fn before(&self, end: usize) -> usize {
        self.events.partition_point(|(_, ends)| *ends <= end)
    }

    /// Asserts that the content has exactly the first `count` events.
    fn assert_first(&self, content: &Content, count: usize, context: usize) {
        assert_eq!(content.events.len(), count, "at {context}");
        let last = content.events.last().zip(count.checked_sub(1));
        if let Some((last, index)) = last {
            assert_eq!(content.payload(last), self.events[index].0, "at {context}");
        }
    }
}

#[test]
fn row_60_a_segment_that_is_cut_at_any_length_keeps_the_events_before_the_cut() {
    let sample = Sample::new(64 * 1024, |index| vec![b'a' + (index % 26) as u8; 900]);
    let mut bytes = sample.bytes.clone();
    for length in (0..bytes.len()).rev() {
        bytes.truncate(length);
        match Content::read(std::mem::take(&mut bytes)) {
            Ok(content) => {
                assert!(length >= sample.header, "{length}");
                sample.assert_first(&content, sample.before(length), length);
                assert_eq!(content.is_torn(), content.valid < length);
                bytes = content.bytes;
            }
            Err(error) => {
                assert!(length < sample.header, "{length}");
                assert_eq!(error, HeaderError::Invalid);
                bytes = sample.bytes[..length].to_vec();
            }
        }
    }
}

#[test]
fn row_60_one_changed_bit_anywhere_costs_at_most_its_record_and_those_after_it() {
    let sample = Sample::new(64 * 1024, |index| vec![b'a' + (index % 26) as u8; 2100]);
    let mut bytes = sample.bytes.clone();
    for bit in 0..bytes.len() * 8 {
        let (at, mask) = (bit / 8, 1 << (bit % 8));
        bytes[at] ^= mask;
        match Content::read(std::mem::take(&mut bytes)) {
            Ok(content) => {
                assert!(at >= sample.header, "bit {bit} of the header");
                // The record of the changed bit begins where the one before it ends.
                sample.assert_first(&content, sample.before(at), bit);
                assert!(content.is_torn());
                bytes = content.bytes;
            }
            Err(error) => {
                assert!(at < sample.header, "bit {bit}");
                // The version is the only part that another version of the format may change.
                let is_version = (8..10).contains(&at);
                assert_eq!(error == HeaderError::OtherVersion, is_version, "bit {bit}");
                bytes.clone_from(&sample.bytes);
                continue;
            }
        }
        bytes[at] ^= mask;
    }
}

#[test]
fn row_60_arbitrary_damage_never_invents_an_event() {
    let sample = Sample::new(8 * 1024, |index| format!("event {index}").into_bytes());
    let written: BTreeSet<&[u8]> = sample.events.iter().map(|(event, _)| &**event).collect();
    for round in 0..4000 {
        let mut random = fastrand::Rng::with_seed(round);
        let mut bytes = sample.bytes.clone();
        for _ in 0..random.usize(1..5) {
            let at = random.usize(..bytes.len().max(1));
            let length = random.usize(1..200).min(bytes.len().saturating_sub(at));
            match random.u8(0..6) {
                0 => bytes.truncate(at),
                1 => bytes[at..at + length].fill(0),
                2 => bytes[at..at + length]
                    .iter_mut()
                    .for_each(|it| *it = random.u8(..)),
                3 => drop(bytes.drain(at..at + length)),
                4 => {
                    let part = bytes[at..at + length].to_vec();
                    let to = random.usize(..=bytes.len());
                    bytes.splice(to..to, part);
                }
                _ => bytes.extend((0..length).map(|_| random.u8(..))),
            }
            if bytes.is_empty() {
                break;
            }
        }
        if let Ok(content) = Content::read(bytes) {
            let mut last = None;
            for event in &content.events {
                assert!(written.contains(content.payload(event)), "round {round}");
                assert!(last < Some(event.number), "round {round}");
                last = Some(event.number);
            }
        }
    }
}

#[test]
fn row_60_arbitrary_bytes_have_no_events() {
    for round in 0..2000 {
        let mut random = fastrand::Rng::with_seed(round);
        let mut bytes: Vec<u8> = (0..random.usize(..400)).map(|_| random.u8(..)).collect();
        if round % 2 == 0 {
            // Random bytes after a valid header.
            let start = header().encode().unwrap();
            bytes.splice(0..0, start);
            assert_eq!(Content::read(bytes).unwrap().events, []);
        } else {
            assert!(Content::read(bytes).is_err());
        }
    }
}

#[test]
fn a_record_of_another_segment_is_not_valid() {
    let mut bytes = header().encode().unwrap();
    let record = Record::Event {
        number: 0,
        time_ms: 0,
        payload: b"event",
    };
    record.encode(seed(1), 0, &mut bytes);
    let content = Content::read(bytes).unwrap();
    assert!(content.events.is_empty() && content.is_torn());
}

#[test]
fn notes_decide_which_events_are_left_and_which_may_have_been_sent() {
    let seed = seed(header().id);
    let mut bytes = header().encode().unwrap();
    for number in 0..10 {
        let record = Record::Event {
            number,
            time_ms: 1000 + number,
            payload: &[number as u8],
        };
        record.encode(seed, 0, &mut bytes);
    }
    let range = |first, last| Range::new(first, last).unwrap();
    for record in [
        Record::Note(Note::Intent, range(0, 7)),
        Record::Note(Note::Acknowledged, range(0, 1)),
        Record::Note(Note::Dropped(3), range(3, 3)),
        Record::Note(Note::Logged, range(4, 9)),
        Record::Note(Note::NotSent, range(5, 6)),
        Record::Sealed,
    ] {
        record.encode(seed, 0, &mut bytes);
    }
    let whole = bytes.len();
    let after_seal = Record::Event {
        number: 10,
        time_ms: 0,
        payload: b"late",
    };
    after_seal.encode(seed, 0, &mut bytes);
    let content = Content::read(bytes).unwrap();
    let numbers: Vec<u64> = content.events.iter().map(|event| event.number).collect();
    assert_eq!(numbers, [2, 4, 5, 6, 7, 8, 9]);
    let ambiguous = numbers.iter().filter(|it| content.ambiguous.contains(**it));
    assert_eq!(ambiguous.collect::<Vec<_>>(), [&2, &4, &7]);
    let logged = content
        .events
        .iter()
        .map(|event| content.held(event).logged);
    assert_eq!(
        logged.collect::<Vec<_>>(),
        [false, true, true, true, true, true, true]
    );
    assert_eq!(content.events[0].time_ms, 1002);
    assert_eq!((content.next_number, content.valid), (10, whole));
}

#[test]
fn a_header_is_read_as_it_was_written_and_has_a_limit() {
    let bytes = header().encode().unwrap();
    assert_eq!(Header::decode(&bytes), Ok((header(), bytes.len())));
    let mut longer = header();
    longer.frame.before_sent = vec![b' '; 64 * 1024];
    assert_eq!(longer.encode(), None);
}

#[test]
fn row_48_only_the_names_of_a_spool_are_its_files() {
    let name = stem(17, 0xab);
    let kind = |name: &str| Entry::parse(name).map(|entry| entry.kind);
    let segment = format!("{name}.seg");
    assert_eq!(kind(&segment), Some(Kind::Segment));
    assert_eq!(Entry::parse(&segment).unwrap().created_ms, 17);
    assert_eq!(kind(&bad(&segment)), Some(Kind::Bad));
    assert_eq!(kind(&format!("{name}.tmp")), Some(Kind::Temporary));
    assert_eq!(kind("v2-17-anything-else.seg"), Some(Kind::OtherVersion));
    for alien in [
        "",
        ".",
        "..",
        "notes.txt",
        "v1-17-1-00000000000000ab.txt",
        "v1-17-1-00000000000000AB.seg",
        "v1-17-1-ab.seg",
        "v1-+17-1-00000000000000ab.seg",
        "v1-17-1-00000000000000ab-x.seg",
        "v1--1-00000000000000ab.seg",
        "v99999999-17.seg",
        "x1-17-1-00000000000000ab.seg",
    ] {
        assert_eq!(kind(alien), None, "{alien}");
    }
}

#[test]
fn ranges_are_a_set_of_numbers() {
    for seed in 0..200 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (mut ranges, mut expected) = (Ranges::default(), BTreeSet::new());
        for _ in 0..60 {
            let first = random.u64(..40);
            let range = Range::new(first, first + random.u64(..6)).unwrap();
            let numbers = range.first..=range.last;
            if random.bool() {
                ranges.insert(range);
                expected.extend(numbers);
            } else {
                let before = expected.len();
                expected.retain(|number| !numbers.contains(number));
                let removed = before - expected.len();
                assert_eq!(ranges.remove(range), removed as u64, "seed {seed}");
            }
            let found: Vec<u64> = ranges.iter().flat_map(|it| it.first..=it.last).collect();
            assert!(found.iter().eq(&expected), "seed {seed}: {found:?}");
            assert_eq!(ranges.count(), expected.len() as u64);
            assert!((0..50).all(|it| ranges.contains(it) == expected.contains(&it)));
            let list: Vec<Range> = ranges.iter().collect();
            assert!(list.windows(2).all(|two| two[0].last + 1 < two[1].first));
        }
    }
}
