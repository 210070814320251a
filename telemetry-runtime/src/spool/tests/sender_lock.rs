//! The lock of the background sender, on a scripted disk.

use std::{io::ErrorKind, time::Duration};

use super::{
    SMALL,
    scripted::{Disk, Operation, START_MS},
    store,
};
use crate::spool::{
    folder::Folder,
    sender_lock::{SenderLock, claim, has_segments, parse_nonce, release, reserve},
};

const NAME: &str = "sender.lock";

fn start(disk: &Disk) -> Option<u128> {
    reserve(disk, disk).unwrap()
}

fn run(disk: &Disk, nonce: u128) -> Option<SenderLock> {
    claim(disk, disk, nonce).unwrap()
}

#[test]
fn one_sender_is_started_and_runs_at_a_time() {
    let disk = Disk::new();
    let nonce = start(&disk).unwrap();
    assert_eq!(start(&disk), None, "one is being started");
    assert!(run(&disk, nonce + 1).is_none(), "another number");
    let lock = run(&disk, nonce).unwrap();
    assert!(run(&disk, nonce).is_none(), "it runs already");
    assert_eq!(start(&disk), None, "it runs");
    disk.advance(Duration::from_secs(3600));
    assert_eq!(start(&disk), None, "it still runs");
    lock.nothing_left();
    drop(lock);
    assert!(run(&disk, nonce).is_none(), "a number is used once");
    let next = start(&disk).unwrap();
    assert_ne!(next, nonce);
}

#[test]
fn after_a_sender_that_left_events_or_was_killed_the_next_one_starts_a_minute_later() {
    let disk = Disk::new();
    let lock = run(&disk, start(&disk).unwrap()).unwrap();
    drop(lock);
    disk.advance(Duration::from_millis(59_999));
    assert_eq!(start(&disk), None);
    disk.advance(Duration::from_millis(1));
    assert!(start(&disk).is_some());
}

#[test]
fn a_sender_that_starts_after_10_s_does_not_run_and_another_one_may_be_started() {
    let disk = Disk::new();
    let late = start(&disk).unwrap();
    disk.advance(Duration::from_millis(9_999));
    assert_eq!(start(&disk), None);
    disk.advance(Duration::from_millis(1));
    assert!(run(&disk, late).is_none());
    let next = start(&disk).unwrap();
    assert!(run(&disk, late).is_none());
    assert!(run(&disk, next).is_some());
}

#[test]
fn a_start_that_failed_is_taken_back_and_no_other_one() {
    let disk = Disk::new();
    let failed = start(&disk).unwrap();
    release(&disk, failed).unwrap();
    assert!(run(&disk, failed).is_none());
    let next = start(&disk).unwrap();
    release(&disk, failed).unwrap();
    let lock = run(&disk, next).unwrap();
    release(&disk, next).unwrap();
    drop(lock);
    assert_eq!(
        start(&disk),
        None,
        "the pause of a sender that has run remains"
    );
}

#[test]
fn a_clock_that_jumps_delays_the_next_start_by_a_minute_at_most() {
    for wall_ms in [0, START_MS - 1, START_MS + 10_000_000, u64::MAX] {
        let disk = Disk::new();
        disk.set_wall(wall_ms);
        start(&disk).unwrap();
        disk.set_wall(START_MS);
        disk.advance(Duration::from_secs(60));
        let nonce = start(&disk).unwrap();
        drop(run(&disk, nonce).unwrap());
        disk.set_wall(wall_ms);
        disk.set_wall(START_MS + 120_000);
        assert!(start(&disk).is_some(), "{wall_ms}");
    }
}

#[test]
fn a_file_with_any_other_content_allows_a_start() {
    let nonce = "0123456789abcdef0123456789abcdef";
    let started = format!("started {nonce} {START_MS}\n");
    let mut contents: Vec<Vec<u8>> = (0..started.len())
        .map(|length| started.as_bytes()[..length].to_vec())
        .collect();
    for text in [
        "left\n",
        "left x\n",
        "left -1\n",
        &format!("left {START_MS} \n"),
        &format!("left {START_MS} 1\n"),
        &format!("left  {START_MS}\n"),
        &format!("left {START_MS}\n\n"),
        &format!("LEFT {START_MS}\n"),
        &format!("started {} {START_MS}\n", &nonce[1..]),
        &format!("started {nonce}\n"),
        "left 99999999999999999999999\n",
    ] {
        contents.push(text.as_bytes().to_vec());
    }
    contents.push(vec![0; 64]);
    contents.push(vec![0xff; 64]);
    contents.push([started.as_bytes(), &[b' '; 300]].concat());
    for content in contents {
        let disk = Disk::new();
        disk.put(NAME, content.clone());
        let nonce = parse_nonce(nonce).unwrap();
        assert!(run(&disk, nonce).is_none(), "{content:?}");
        assert!(start(&disk).is_some(), "{content:?}");
    }
    let disk = Disk::new();
    disk.put(NAME, started.into_bytes());
    assert_eq!(start(&disk), None);
    assert!(run(&disk, parse_nonce(nonce).unwrap()).is_some());
}

#[test]
fn without_locks_or_with_any_error_of_the_disk_no_sender_is_started_or_runs() {
    let disk = Disk::new();
    let nonce = start(&disk).unwrap();
    disk.remove_locks();
    disk.advance(Duration::from_secs(3600));
    assert_eq!(start(&disk), None);
    assert!(run(&disk, nonce).is_none());

    use Operation::{Create, Open, Read, SetLength, Write};
    for operation in [Create, Open, Read, SetLength, Write] {
        let disk = Disk::new();
        let fault = move |of| (of == operation).then_some(ErrorKind::PermissionDenied);
        if operation != Create {
            disk.put(NAME, Vec::new());
        }
        disk.set_fault(fault);
        assert!(reserve(&disk, &disk).is_err(), "{operation:?}");
        disk.set_fault(|_| None);
        let nonce = start(&disk).unwrap();
        if operation != Create {
            disk.set_fault(fault);
            assert!(claim(&disk, &disk, nonce).is_err(), "{operation:?}");
        }
    }
    for space in 0..50 {
        let disk = Disk::new();
        disk.set_space(Some(space));
        assert!(reserve(&disk, &disk).is_err(), "{space} bytes");
        disk.set_space(None);
        assert!(start(&disk).is_some(), "{space} bytes");
    }
}

#[test]
fn a_file_that_the_user_removes_does_not_allow_a_second_sender_to_run() {
    let disk = Disk::new();
    let nonce = start(&disk).unwrap();
    disk.remove(NAME).unwrap();
    assert!(claim(&disk, &disk, nonce).is_err());
    assert!(start(&disk).is_some());
}

#[test]
fn only_a_segment_is_a_reason_to_start_a_sender() {
    let disk = Disk::new();
    assert!(!has_segments(&disk).unwrap());
    start(&disk).unwrap();
    disk.put("v1-1-1-0123456789abcdef.tmp", Vec::new());
    disk.put("v1-1-1-0123456789abcdef.bad", Vec::new());
    disk.put("v2-1-x.seg", Vec::new());
    assert!(!has_segments(&disk).unwrap());
    store(&disk.spool(SMALL), "event").unwrap();
    assert!(has_segments(&disk).unwrap());
}
