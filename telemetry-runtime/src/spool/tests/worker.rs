//! The notes of the worker, and events that are removed again.

use super::{SMALL, Span, adopt_all, scripted::Disk, span, store, texts};
use crate::spool::{
    ranges::Range,
    worker_side::{ReadBack, Resolution},
};

#[test]
fn row_33_an_intent_without_an_acknowledgement_is_ambiguous() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let [sent, failed, dropped, _held] =
        ["sent", "failed", "dropped", "held"].map(|it| store(&writer, it).unwrap());
    for stored in [sent, failed, dropped] {
        writer.intend(&[span(stored)]).unwrap();
    }
    writer.resolve(&[span(failed)], Resolution::NotSent);
    writer.resolve(&[span(dropped)], Resolution::Dropped(3));
    drop(writer);
    let found = adopt_all(&disk.spool(SMALL));
    let expected = [("sent", true), ("failed", false), ("held", false)];
    assert_eq!(
        found,
        expected.map(|(text, ambiguous)| (text.to_owned(), ambiguous))
    );
}

#[test]
fn an_event_whose_request_was_not_answered_stays_ambiguous_after_a_request_that_was_not_sent() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let spans = ["a", "b", "c"].map(|it| span(store(&writer, it).unwrap()));
    writer.intend(&spans[1..2]).unwrap();
    writer.resolve(&spans[1..2], Resolution::Unanswered);
    let all = Span {
        segment: spans[0].segment,
        range: Range::new(spans[0].range.first, spans[2].range.last).unwrap(),
    };
    for _ in 0..2 {
        writer.intend(&[all]).unwrap();
        writer.resolve(&[all], Resolution::NotSent);
    }
    drop(writer);
    let found = adopt_all(&disk.spool(SMALL));
    let expected = [("a", false), ("b", true), ("c", false)];
    assert_eq!(
        found,
        expected.map(|(text, ambiguous)| (text.to_owned(), ambiguous))
    );
}

#[test]
fn one_span_covers_many_events_and_segments_of_schema_versions_are_separate() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let frame = super::frame;
    let old: Vec<_> = (0..4)
        .map(|it| writer.append("1.0", &[b'a' + it], &frame).unwrap())
        .collect();
    disk.advance(std::time::Duration::from_millis(1));
    let new: Vec<_> = (0..4)
        .map(|it| writer.append("1.1", &[b'e' + it], &frame).unwrap())
        .collect();
    assert_ne!(old[0].segment, new[0].segment);
    let range = Range::new(old[0].number, old[2].number).unwrap();
    let spans = [
        Span {
            segment: old[0].segment,
            range,
        },
        span(new[3]),
    ];
    writer.intend(&spans).unwrap();
    writer.resolve(&spans, Resolution::Delivered);
    assert_eq!(writer.held().0, 4);
    drop(writer);
    assert_eq!(texts(adopt_all(&disk.spool(SMALL))), ["d", "e", "f", "g"]);
}

#[test]
fn an_event_that_was_not_accepted_is_removed_again() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let first = store(&writer, "first").unwrap();
    let last = store(&writer, "last").unwrap();
    writer.retract(last, 1);
    store(&writer, "next").unwrap();
    // Not the last one any more: a note says that it was dropped.
    writer.retract(first, 1);
    assert_eq!(writer.held().0, 1);
    drop(writer);
    assert_eq!(texts(adopt_all(&disk.spool(SMALL))), ["next"]);
}

#[test]
fn many_attempts_do_not_let_a_segment_grow_without_a_bound() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let [a, b] = ["a", "b"].map(|it| store(&writer, it).unwrap());
    writer.intend(&[span(b)]).unwrap();
    for _ in 0..500 {
        writer.intend(&[span(a)]).unwrap();
        writer.resolve(&[span(a)], Resolution::NotSent);
        assert!(disk.total_bytes() as u64 <= 2 * SMALL.segment_bytes + 64);
        assert_eq!(disk.file_names().len(), 1);
    }
    let c = store(&writer, "c").unwrap();
    writer.resolve(&[span(c)], Resolution::Delivered);
    drop(writer);
    let found = adopt_all(&disk.spool(SMALL));
    let expected = [("a".to_owned(), false), ("b".to_owned(), true)];
    assert_eq!(found, expected);
}

#[test]
fn events_that_are_on_disk_only_are_read_back() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let stored: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|it| store(&writer, it).unwrap())
        .collect();
    writer.resolve(&[span(stored[0])], Resolution::Delivered);
    let ReadBack::Held(held) = writer.read_back(stored[0].segment) else {
        panic!("the segment is known");
    };
    let found: Vec<_> = held
        .events()
        .map(|it| (it.number, it.bytes.to_vec()))
        .collect();
    assert_eq!(found, [(1, b"b".to_vec()), (2, b"c".to_vec())]);
    assert!(
        held.events()
            .all(|event| event.time_ms == super::scripted::START_MS)
    );
    assert!(matches!(writer.read_back(99), ReadBack::Unknown));
}

#[test]
fn forgotten_segments_get_no_further_notes() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let stored = store(&writer, "a").unwrap();
    crate::spool::purge::purge(&disk).unwrap();
    writer.forget();
    let writes = disk.writes();
    writer.resolve(&[span(stored)], Resolution::Delivered);
    writer.close();
    assert_eq!((disk.writes(), disk.file_names().len()), (writes, 0));
}
