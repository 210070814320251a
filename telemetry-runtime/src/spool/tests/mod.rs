//! Tests of the spool: with a scripted file system and clock, with real files, and with real processes.

mod bounds;
mod disk;
mod faults;
#[cfg(unix)]
mod forks;
mod format;
mod measured;
mod owners;
#[cfg(unix)]
mod processes;
mod scripted;
mod sender_lock;
mod simulation;
mod worker;

use super::{
    Limits, NotStored, Span, Spool, Stored,
    header::{Frame, Identity},
    ranges::Range,
};

fn identity() -> Identity {
    Identity {
        wire: 1,
        client_id: "000000000000000".to_owned(),
        recipient: 7,
        consent_version: "1.0".to_owned(),
        consent_digest: "1.0:0123456789abcdef".to_owned(),
    }
}

fn frame() -> Frame {
    Frame {
        before_sent: b"{\"sentTs\":\"".to_vec(),
        after_sent: b"\",\"events\":[".to_vec(),
    }
}

/// Limits with small segments, so that tests reach them.
const SMALL: Limits = Limits {
    segment_bytes: 1024,
    total_bytes: 8 * 1024,
    files: 16,
    ..Limits::DEFAULT
};

fn store(spool: &Spool, event: &str) -> Result<Stored, NotStored> {
    spool.append("1.0", event.as_bytes(), &frame)
}

fn span(stored: Stored) -> Span {
    Span {
        segment: stored.segment,
        range: Range::of_one(stored.number),
    }
}

/// Adopts everything. Each event with the mark that it may have been sent.
fn adopt_all(spool: &Spool) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    while let Some(held) = spool.adopt() {
        assert_eq!(*held.frame(), frame());
        for event in held.events() {
            let text = String::from_utf8(event.bytes.to_vec()).unwrap();
            found.push((text, event.ambiguous));
        }
    }
    found
}

fn texts(found: Vec<(String, bool)>) -> Vec<String> {
    found.into_iter().map(|(text, _)| text).collect()
}
