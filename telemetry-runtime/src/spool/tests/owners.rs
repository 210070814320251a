//! A segment has one owner: adoption, file systems without locks, purge.

use std::time::Duration;

use super::{
    SMALL, adopt_all, identity,
    scripted::{Disk, Operation},
    span, store, texts,
};
use crate::spool::{
    header::Identity,
    purge::purge,
    survey::{Found, survey},
    worker_side::{NoIntent, Resolution},
};

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn row_32_events_of_an_ended_process_are_adopted_once_in_their_order() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let events: Vec<String> = (0..30)
        .map(|it| format!("{it}:{}", "x".repeat(90)))
        .collect();
    for event in &events {
        store(&writer, event).unwrap();
        disk.advance(Duration::from_millis(1));
    }
    let other = disk.spool(SMALL);
    assert_eq!(adopt_all(&other), [], "the owner runs");
    drop(writer);
    assert_eq!(texts(adopt_all(&other)), events);
    assert_eq!(other.counters().adopted, 30);
    assert_eq!(adopt_all(&disk.spool(SMALL)), [], "the adopter runs");
    assert_eq!(adopt_all(&other), []);
    drop(other);
    assert_eq!(texts(adopt_all(&disk.spool(SMALL))), events);
}

#[test]
fn a_delivered_segment_leaves_no_file() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let stored: Vec<_> = (0..30)
        .map(|it| store(&writer, &format!("{it}:{}", "x".repeat(90))).unwrap())
        .collect();
    assert!(disk.file_names().len() > 3);
    for stored in &stored {
        writer.intend(&[span(*stored)]).unwrap();
        writer.resolve(&[span(*stored)], Resolution::Delivered);
    }
    // The segment to which events are still appended stays until the end.
    assert_eq!(disk.file_names().len(), 1);
    writer.close();
    assert_eq!(disk.file_names(), [""; 0]);
}

#[test]
fn row_76_a_segment_of_another_recipient_or_consent_is_not_adopted() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    store(&writer, "event").unwrap();
    drop(writer);
    let own = identity();
    let others = [
        Identity {
            recipient: 8,
            ..own.clone()
        },
        Identity {
            wire: 2,
            ..own.clone()
        },
        Identity {
            client_id: "other".to_owned(),
            ..own.clone()
        },
        Identity {
            consent_version: "2.0".to_owned(),
            ..own.clone()
        },
        Identity {
            consent_digest: "1.0:0".to_owned(),
            ..own
        },
    ];
    for other in others {
        let spool = disk.spool_for(other, SMALL);
        assert_eq!(adopt_all(&spool), []);
        assert_eq!(adopt_all(&spool), []);
    }
    assert_eq!(texts(adopt_all(&disk.spool(SMALL))), ["event"]);
}

#[test]
fn row_60_a_bad_header_is_renamed_counted_once_and_never_read_again() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    store(&writer, "event").unwrap();
    drop(writer);
    let name = disk.file_names()[0].clone();
    disk.damage(&name, |bytes| bytes[30] ^= 1);
    let spool = disk.spool(SMALL);
    assert_eq!(adopt_all(&spool), []);
    assert_eq!(adopt_all(&spool), []);
    assert_eq!(spool.counters().bad, 1);
    assert_eq!(disk.file_names(), [name.replace(".seg", ".bad")]);
    disk.set_fault(|it| {
        assert_ne!(it, Operation::Read, "a bad file is not read");
        None
    });
    assert_eq!(adopt_all(&disk.spool(SMALL)), []);
}

#[test]
fn row_61_without_locks_a_segment_is_adopted_after_a_day_by_one_process() {
    let disk = Disk::new();
    disk.remove_locks();
    let writer = disk.spool(SMALL);
    store(&writer, "event").unwrap();
    drop(writer);
    let (first, second) = (disk.spool(SMALL), disk.spool(SMALL));
    disk.advance(HOUR * 23);
    assert_eq!(adopt_all(&first), []);
    disk.advance(HOUR);
    assert_eq!(texts(adopt_all(&first)), ["event"]);
    assert_eq!(adopt_all(&second), []);
    // The adopter dies; a day later another process adopts it again.
    drop(first);
    disk.advance(HOUR * 24);
    assert_eq!(texts(adopt_all(&second)), ["event"]);
}

#[test]
fn row_61_without_locks_a_process_does_not_send_what_another_one_took() {
    let disk = Disk::new();
    disk.remove_locks();
    let writer = disk.spool(SMALL);
    let stored = store(&writer, "event").unwrap();
    // The process was suspended for a day.
    disk.advance(HOUR * 24);
    let adopter = disk.spool(SMALL);
    assert_eq!(texts(adopt_all(&adopter)), ["event"]);
    let taken = NoIntent::Taken(stored.segment);
    assert_eq!(writer.intend(&[span(stored)]), Err(taken));
}

#[test]
fn row_65_a_purge_removes_locked_segments_and_their_owner_notices() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let stored = store(&writer, "before").unwrap();
    disk.put("notes.txt", b"of the user".to_vec());
    assert_eq!(purge(&disk).unwrap(), 1);
    assert_eq!(disk.file_names(), ["notes.txt"]);
    writer.maintain();
    assert_eq!(writer.counters().lost, 1);
    assert_eq!(
        writer.intend(&[span(stored)]),
        Ok(()),
        "a lost segment needs no note"
    );
    store(&writer, "after").unwrap();
    drop(writer);
    assert_eq!(texts(adopt_all(&disk.spool(SMALL))), ["after"]);
}

#[test]
fn row_58_a_segment_that_was_removed_replaced_or_shortened_is_not_used_again() {
    for change in 0..3 {
        let disk = Disk::new();
        let writer = disk.spool(SMALL);
        store(&writer, "before").unwrap();
        let name = disk.file_names()[0].clone();
        match change {
            0 => crate::spool::folder::Folder::remove(&disk, &name).unwrap(),
            1 => {
                crate::spool::folder::Folder::rename(&disk, &name, "moved").unwrap();
                disk.put(&name, b"another file".to_vec());
            }
            _ => disk.damage(&name, |bytes| bytes.truncate(100)),
        }
        writer.maintain();
        assert_eq!(writer.counters().lost, 1, "change {change}");
        store(&writer, "after").unwrap();
        drop(writer);
        let found = texts(adopt_all(&disk.spool(SMALL)));
        assert_eq!(found, ["after"], "change {change}");
    }
}

/// The name, the events, the damaged bytes and the kind of each file.
fn surveyed(disk: &Disk) -> Vec<(String, Vec<String>, u64, &'static str)> {
    let mut files = Vec::new();
    survey(disk, 4096, |file| {
        let (mut events, mut damaged) = (Vec::new(), 0);
        let kind = match &file.found {
            Found::Segment(segment) => {
                damaged = segment.damaged_bytes();
                events.extend(segment.events().map(|event| {
                    let mark = if event.ambiguous { "?" } else { "" };
                    format!("{}{mark}", String::from_utf8_lossy(event.bytes))
                }));
                "segment"
            }
            Found::OtherVersion => "other version",
            Found::Incomplete => "incomplete",
            Found::BadHeader => "bad",
            Found::TooLong => "too long",
            Found::Unreadable(_) => "unreadable",
        };
        files.push((file.name.clone(), events, damaged, kind));
    })
    .unwrap();
    files
}

#[test]
fn a_survey_shows_what_is_held_and_changes_nothing() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let first = store(&writer, "first").unwrap();
    store(&writer, "second").unwrap();
    let third = store(&writer, "third").unwrap();
    writer.resolve(&[span(first)], Resolution::Delivered);
    writer.intend(&[span(third)]).unwrap();
    disk.put("v2-1-future.seg", b"?".to_vec());
    let before = (disk.file_names(), disk.total_bytes());
    let found = surveyed(&disk);
    let kinds: Vec<_> = found.iter().map(|(.., kind)| *kind).collect();
    assert_eq!(kinds, ["other version", "segment"]);
    assert_eq!(found[1].1, ["second", "third?"]);
    assert_eq!(found[1].2, 0);
    assert_eq!((disk.file_names(), disk.total_bytes()), before);
}

#[test]
fn row_60_a_survey_names_each_damaged_file_and_invents_no_event() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    for event in ["first", "second"] {
        store(&writer, event).unwrap();
    }
    drop(writer);
    let [name] = &disk.file_names()[..] else {
        panic!("one file");
    };
    let mut whole = Vec::new();
    disk.damage(name, |bytes| whole.clone_from(bytes));
    let stem = |created: u32| format!("v1-{created}-1-0123456789abcdef");
    // The last byte of the second event.
    let mut torn = whole.clone();
    *torn.last_mut().unwrap() ^= 1;
    disk.put(&format!("{}.seg", stem(1)), torn.clone());
    // The first byte of the header.
    torn[0] ^= 1;
    disk.put(&format!("{}.seg", stem(2)), torn);
    disk.put(&format!("{}.seg", stem(3)), vec![0; 5000]);
    disk.put(&format!("{}.tmp", stem(4)), whole[..20].to_vec());
    disk.put(&format!("{}.bad", stem(5)), whole.clone());
    let found = surveyed(&disk);
    let kinds: Vec<_> = found.iter().map(|(.., kind)| *kind).collect();
    assert_eq!(
        kinds,
        ["segment", "bad", "too long", "incomplete", "bad", "segment"]
    );
    assert_eq!(found[0].1, ["first"]);
    assert_eq!(found[0].2, 26 + 6, "the record of the second event");
    assert_eq!(found[5].1, ["first", "second"]);
}
