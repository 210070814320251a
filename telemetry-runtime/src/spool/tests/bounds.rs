//! The bounds of a spool: bytes, files, age.

use std::time::Duration;

use super::{
    Limits, NotStored, SMALL, adopt_all,
    scripted::{Disk, START_MS},
    store, texts,
};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// An event of about a quarter of a segment.
fn event(number: u32) -> String {
    format!("{number:03}:{}", "x".repeat(180))
}

#[test]
fn a_spool_never_exceeds_its_bytes_and_evicts_the_oldest_of_ended_processes() {
    let disk = Disk::new();
    let mut stored = Vec::new();
    for number in 0..60 {
        disk.advance(Duration::from_secs(1));
        // Each process stores one event and is killed.
        let writer = disk.spool(SMALL);
        if store(&writer, &event(number)).is_err() {
            writer.maintain();
            store(&writer, &event(number)).unwrap();
        }
        stored.push(event(number));
        assert!(disk.total_bytes() as u64 <= SMALL.total_bytes, "{number}");
        assert!(disk.file_names().len() <= SMALL.files, "{number}");
        let evicted = usize::try_from(writer.counters().evicted).unwrap();
        stored.drain(..evicted);
    }
    let found = texts(adopt_all(&disk.spool(SMALL)));
    assert_eq!(found, stored);
    assert!(stored.len() < 60, "nothing was evicted");
}

#[test]
fn row_82_a_full_spool_of_running_processes_is_not_evicted_and_new_events_stay_in_memory() {
    let disk = Disk::new();
    let writers: Vec<_> = (0..8).map(|_| disk.spool(SMALL)).collect();
    let mut stored = 0;
    for number in 0..200 {
        let writer = &writers[number as usize % writers.len()];
        stored += u32::from(store(writer, &event(number)).is_ok());
        writer.maintain();
    }
    assert!((20..200).contains(&stored), "{stored}");
    for writer in &writers {
        assert_eq!(writer.counters().evicted, 0);
    }
    assert!(disk.total_bytes() as u64 <= SMALL.total_bytes + 8 * SMALL.segment_bytes);
    let late = store(&writers[0], &event(999));
    assert_eq!(late, Err(NotStored::Paused));
    // The other processes end, and the worker makes space.
    drop(writers.into_iter().skip(1).collect::<Vec<_>>());
    let writer = disk.spool(SMALL);
    assert_eq!(store(&writer, &event(1000)), Err(NotStored::Paused));
    writer.maintain();
    store(&writer, &event(1000)).unwrap();
    assert!(writer.counters().evicted > 0);
}

#[test]
fn an_event_larger_than_half_a_segment_stays_in_memory() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    assert_eq!(store(&writer, &"x".repeat(600)), Err(NotStored::TooLarge));
    store(&writer, "small").unwrap();
    assert_eq!(writer.counters().too_large, 1);
}

#[test]
fn row_46_events_expire_after_seven_days_but_not_because_the_clock_jumps() {
    let disk = Disk::new();
    let writer = disk.spool(SMALL);
    store(&writer, "old").unwrap();
    drop(writer);
    let other = disk.spool(SMALL);
    // A clock that jumps while the process runs makes nothing old.
    for wall in [
        START_MS + 3650 * 86_400_000,
        0,
        START_MS - 3650 * 86_400_000,
    ] {
        disk.set_wall(wall);
        disk.advance(Duration::from_secs(601));
        other.maintain();
        assert_eq!(disk.file_names().len(), 1, "{wall}");
    }
    disk.set_wall(START_MS);
    disk.advance(DAY * 7 - Duration::from_secs(1));
    other.maintain();
    assert_eq!((other.counters().expired, disk.file_names().len()), (0, 1));
    disk.advance(Duration::from_secs(1801));
    other.maintain();
    assert_eq!((other.counters().expired, disk.file_names().len()), (1, 0));
}

#[test]
fn row_48_files_of_another_version_are_left_until_their_age_limit() {
    let disk = Disk::new();
    let name = format!("v2-{START_MS}-future.seg");
    disk.put(&name, b"of a later version".to_vec());
    disk.put("notes.txt", b"of the user".to_vec());
    let spool = disk.spool(SMALL);
    assert_eq!(adopt_all(&spool), []);
    spool.maintain();
    assert!(disk.file_names().contains(&name));
    disk.advance(DAY * 7 + Duration::from_secs(1));
    spool.maintain();
    assert_eq!(disk.file_names(), ["notes.txt"]);
    assert_eq!(spool.counters().unknown, 1);
}

#[test]
fn row_57_a_folder_with_too_many_files_is_not_used() {
    let disk = Disk::new();
    for number in 0..5000 {
        disk.put(&format!("{number}.txt"), Vec::new());
    }
    let spool = disk.spool(Limits::DEFAULT);
    assert_eq!(store(&spool, "a"), Err(NotStored::Paused));
    spool.maintain();
    assert!(spool.adopt().is_none());
}

#[test]
fn a_file_without_a_complete_header_is_removed_after_an_hour() {
    let disk = Disk::new();
    disk.put(&format!("v1-{START_MS}-1-0000000000000001.tmp"), Vec::new());
    let spool = disk.spool(SMALL);
    spool.maintain();
    assert_eq!(disk.file_names().len(), 1);
    disk.advance(Duration::from_secs(3601));
    spool.maintain();
    assert_eq!(disk.file_names(), [""; 0]);
}
