//! Faults of the disk: events in memory only, nothing partial, nothing lost that was stored.

use std::{
    io::ErrorKind,
    sync::{Arc, Barrier, mpsc},
    thread,
    time::Duration,
};

use super::{
    NotStored, SMALL, adopt_all,
    scripted::{Disk, Operation},
    span, store, texts,
};
use crate::spool::worker_side::{NoIntent, Resolution};

#[test]
fn row_54_no_space_at_any_byte_stores_whole_events_only_and_recovers() {
    for space in 0..1400 {
        let disk = Disk::new();
        disk.set_space(Some(space));
        let writer = disk.spool(SMALL);
        let mut stored = Vec::new();
        for number in 0..20 {
            let event = format!("{number}:{}", "x".repeat(60));
            if store(&writer, &event).is_ok() {
                stored.push(event);
            }
        }
        assert!(
            stored.len() < 20,
            "{space} bytes are too many for this test"
        );
        let failed = writer.counters();
        assert_eq!(failed.stored + failed.paused, 20, "{space} bytes");
        assert_eq!(failed.errors, 1, "the disk is not tried again by callers");

        // The space returns: the worker tries the disk after 60 s.
        disk.set_space(None);
        writer.maintain();
        assert_eq!(store(&writer, "too early"), Err(NotStored::Paused));
        disk.advance(Duration::from_secs(60));
        writer.maintain();
        store(&writer, "after").unwrap();
        stored.push("after".to_owned());
        drop(writer);
        let mut found = texts(adopt_all(&disk.spool(SMALL)));
        found.sort_by_key(|event| stored.iter().position(|it| it == event));
        assert_eq!(found, stored, "{space} bytes");
    }
}

#[test]
fn row_55_an_error_of_any_operation_never_loses_a_stored_event() {
    use Operation::{Create, Names, Open, Read, Remove, Rename, SetLength, Write};
    for operation in [Create, Names, Open, Read, Remove, Rename, SetLength, Write] {
        for nth in 0..6 {
            for kind in [
                ErrorKind::PermissionDenied,
                ErrorKind::ReadOnlyFilesystem,
                ErrorKind::QuotaExceeded,
                ErrorKind::Other,
            ] {
                let disk = Disk::new();
                let mut count = 0;
                disk.set_fault(move |it| {
                    count += u32::from(it == operation);
                    (it == operation && count > nth).then_some(kind)
                });
                let writer = disk.spool(SMALL);
                let mut stored = Vec::new();
                for number in 0..40 {
                    let event = format!("{number}:{}", "x".repeat(60));
                    if store(&writer, &event).is_ok() {
                        stored.push(event);
                    }
                    writer.maintain();
                }
                drop(writer);
                // A process that cannot adopt them leaves them.
                drop(adopt_all(&disk.spool(SMALL)));
                disk.set_fault(|_| None);
                let mut found = texts(adopt_all(&disk.spool(SMALL)));
                found.sort_by_key(|event| stored.iter().position(|it| it == event));
                assert_eq!(found, stored, "{operation:?} {nth} {kind:?}");
            }
        }
    }
}

#[test]
fn row_59_a_folder_that_cannot_be_opened_leaves_events_in_memory_until_it_can() {
    let disk = Disk::new();
    disk.set_fault(|it| (it == Operation::Open).then_some(ErrorKind::PermissionDenied));
    let writer = disk.spool(SMALL);
    assert_eq!(store(&writer, "a"), Err(NotStored::Paused));
    assert_eq!(store(&writer, "b"), Err(NotStored::Paused));
    assert_eq!(writer.due(), Some(Duration::from_secs(60)));
    disk.set_fault(|_| None);
    disk.advance(Duration::from_secs(60));
    writer.maintain();
    assert_eq!(writer.due(), None);
    store(&writer, "c").unwrap();
}

#[test]
fn row_62_a_slow_write_pauses_the_callers_until_the_worker_finds_the_disk_quick() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    store(&writer, "quick").unwrap();
    disk.set_write_time(Duration::from_millis(6));
    store(&writer, "slow").unwrap();
    let writes = disk.writes();
    for _ in 0..100 {
        assert_eq!(store(&writer, "meanwhile"), Err(NotStored::Paused));
    }
    assert_eq!(disk.writes(), writes, "callers do not touch a slow disk");
    // Each slow attempt of the worker doubles the pause: 100 ms, 200 ms, 400 ms.
    for pause in [100, 200, 400] {
        let due = writer.due().unwrap();
        disk.advance(Duration::from_millis(pause - 1));
        writer.maintain();
        assert_eq!(writer.due(), Some(due), "not tried before {pause} ms");
        disk.advance(Duration::from_millis(1));
        writer.maintain();
    }
    disk.set_write_time(Duration::ZERO);
    disk.advance(Duration::from_millis(800));
    writer.maintain();
    store(&writer, "quick again").unwrap();
    assert_eq!(writer.counters().slow, 4);
    drop(writer);
    let found = texts(adopt_all(&disk.spool(SMALL)));
    assert_eq!(found, ["quick", "slow", "quick again"]);
}

#[test]
fn row_62_while_one_write_hangs_other_callers_and_the_worker_do_not_wait() {
    let disk = Disk::new();
    let writer = Arc::new(disk.spool(SMALL));
    let first = store(&writer, "first").unwrap();
    let (entered, hangs) = mpsc::channel();
    let release = Arc::new(Barrier::new(2));
    let in_write = Arc::clone(&release);
    let entered = std::sync::Mutex::new(entered);
    disk.in_each_write(move || {
        entered.lock().unwrap().send(()).unwrap();
        in_write.wait();
    });
    let stuck = {
        let writer = Arc::clone(&writer);
        thread::spawn(move || store(&writer, "stuck").map(drop))
    };
    hangs.recv().unwrap();
    // These calls return although the write does not.
    assert_eq!(store(&writer, "other"), Err(NotStored::Busy));
    assert_eq!(writer.intend(&[span(first)]), Err(NoIntent::Busy));
    writer.resolve(&[span(first)], Resolution::Delivered);
    writer.maintain();
    disk.in_each_write(|| {});
    release.wait();
    assert_eq!(stuck.join().unwrap(), Ok(()));
    assert_eq!(writer.counters().busy, 1);
    // The note that waited is written.
    writer.maintain();
    drop(writer);
    assert_eq!(texts(adopt_all(&disk.spool(SMALL))), ["stuck"]);
}

#[test]
fn row_54_a_note_without_space_is_written_when_the_space_returns() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    let first = store(&writer, "first").unwrap();
    let second = store(&writer, "second").unwrap();
    writer.intend(&[span(first)]).unwrap();
    disk.set_space(Some(3));
    writer.resolve(&[span(first)], Resolution::Delivered);
    assert_eq!(writer.intend(&[span(second)]), Err(NoIntent::Busy));
    disk.set_space(None);
    writer.maintain();
    drop(writer);
    let found = adopt_all(&disk.spool(SMALL));
    assert_eq!(found, [("second".to_owned(), false)]);
}

#[test]
fn row_33_a_torn_segment_is_cut_by_its_adopter_or_copied() {
    for can_cut in [true, false] {
        let disk = Disk::new();
        let writer = disk.spool(SMALL);
        let first = store(&writer, "first").unwrap();
        store(&writer, "second").unwrap();
        writer.intend(&[span(first)]).unwrap();
        drop(writer);
        let name = disk.file_names()[0].clone();
        disk.damage(&name, |bytes| bytes.extend(b"torn"));
        let damaged = disk.total_bytes();
        if !can_cut {
            let denied = Some(ErrorKind::PermissionDenied);
            disk.set_fault(move |it| denied.filter(|_| it == Operation::SetLength));
        }
        let adopter = disk.spool(SMALL);
        let held = adopter.adopt().unwrap();
        let texts: Vec<_> = held
            .events()
            .map(|it| (it.bytes.to_vec(), it.ambiguous))
            .collect();
        let expected = [(b"first".to_vec(), true), (b"second".to_vec(), false)];
        assert_eq!(texts, expected);
        assert_eq!(disk.file_names(), [name]);
        assert!(disk.total_bytes() < damaged, "cut: {can_cut}");
        // Notes of the adopter are valid behind the cut.
        let number = held.events().nth(1).unwrap().number;
        let range = crate::spool::ranges::Range::of_one(number);
        let segment = held.segment;
        adopter.resolve(
            &[crate::spool::Span { segment, range }],
            Resolution::Delivered,
        );
        drop(adopter);
        let left = adopt_all(&disk.spool(SMALL));
        assert_eq!(left, [("first".to_owned(), true)], "cut: {can_cut}");
    }
}
