//! The lock of the background sender of a product and a user.
//!
//! The file `sender.lock` is beside the segments. A sender locks it while it runs. A process that starts one
//! writes a random number into it, which the sender must know, so that no other process takes itself for
//! a sender.
//!
//! | content | meaning |
//! | --- | --- |
//! | `started <number> <time>` | a sender was started and has not locked the file yet |
//! | `left <time>` | a sender runs, or has ended and left events |
//! | anything else | the last sender has sent all events |
//!
//! **Invariants.** At most one sender runs or is being started. Only a process that has locked the file reads
//! or writes it. A file system without locks has no sender.

use std::{
    io::{self, ErrorKind},
    time::Duration,
};

use super::{
    claim::is_named,
    folder::{Folder, Lock, SegmentFile, Time},
    name::{Entry, Kind},
};

const NAME: &str = "sender.lock";

/// Maximum length of the file in bytes. A longer one is not read.
const MAX_BYTES: u64 = 256;

/// A sender that was started must lock the file within this time, and another one is not started meanwhile.
const START: Duration = Duration::from_secs(10);

/// Time after a sender that left events until the next one is started.
const AFTER_FAILURE: Duration = Duration::from_secs(60);

/// The longest time that a sender waits for a process that looks at the file, and the pause between attempts.
const PATIENCE: Duration = Duration::from_secs(1);
const RETRY_PAUSE: Duration = Duration::from_millis(2);

/// The random number of one start.
pub(crate) type Nonce = u128;

/// The content of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Free,
    Started { nonce: Nonce, at_ms: u64 },
    Left { at_ms: u64 },
}

impl State {
    fn parse(bytes: &[u8]) -> Self {
        let parsed = || {
            let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
            let mut words = text.split(' ');
            let state = match words.next()? {
                "started" => Self::Started {
                    nonce: parse_nonce(words.next()?)?,
                    at_ms: words.next()?.parse().ok()?,
                },
                "left" => Self::Left {
                    at_ms: words.next()?.parse().ok()?,
                },
                _ => return None,
            };
            words.next().is_none().then_some(state)
        };
        parsed().unwrap_or(Self::Free)
    }

    fn text(self) -> String {
        match self {
            Self::Free => String::new(),
            Self::Started { nonce, at_ms } => format!("started {nonce:032x} {at_ms}\n"),
            Self::Left { at_ms } => format!("left {at_ms}\n"),
        }
    }

    /// True if a sender may be started now.
    fn allows_start(self, now_ms: u64) -> bool {
        match self {
            Self::Free => true,
            Self::Started { at_ms, .. } => !is_recent(at_ms, now_ms, START),
            Self::Left { at_ms } => !is_recent(at_ms, now_ms, AFTER_FAILURE),
        }
    }
}

/// The number that `{:032x}` has written.
pub(crate) fn parse_nonce(text: &str) -> Option<Nonce> {
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let valid = text.len() == 32 && text.bytes().all(is_hex);
    valid
        .then(|| Nonce::from_str_radix(text, 16).ok())
        .flatten()
}

/// A time in the future is as far away as one in the past: the clock may have been changed.
fn is_recent(at_ms: u64, now_ms: u64, limit: Duration) -> bool {
    Duration::from_millis(at_ms.abs_diff(now_ms)) < limit
}

/// The locked file.
pub(crate) struct SenderLock {
    file: Box<dyn SegmentFile>,
}

impl SenderLock {
    /// `None` if another process has locked the file, or the file system has no locks.
    fn try_lock(folder: &dyn Folder, create: bool) -> io::Result<Option<Self>> {
        let file = match folder.open(NAME) {
            Err(error) if error.kind() == ErrorKind::NotFound && create => {
                match folder.create(NAME) {
                    // Another process was faster.
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => folder.open(NAME),
                    created => created,
                }
            }
            opened => opened,
        }?;
        let locked = file.try_lock()? == Lock::Locked;
        // The user may have removed it between the open and the lock.
        Ok((locked && is_named(folder, NAME, &*file)).then_some(Self { file }))
    }

    fn state(&self) -> io::Result<State> {
        if self.file.status()?.length > MAX_BYTES {
            return Ok(State::Free);
        }
        Ok(State::parse(&self.file.read(MAX_BYTES)?))
    }

    fn set(&self, state: State) -> io::Result<()> {
        let text = state.text();
        self.file.set_length(0)?;
        // The mark of an incomplete write is the missing end of the line.
        let written = self.file.write_at(0, text.as_bytes())?;
        if written == text.len() {
            Ok(())
        } else {
            Err(ErrorKind::WriteZero.into())
        }
    }

    /// Notes that the sender has sent all events.
    pub(crate) fn nothing_left(&self) {
        // Otherwise the next sender starts a minute later.
        let _ = self.set(State::Free);
    }
}

/// Reserves the start of a sender. `None` if one runs or is being started, or if the last one ended a short
/// time ago and left events.
pub(crate) fn reserve(folder: &dyn Folder, time: &dyn Time) -> io::Result<Option<Nonce>> {
    let Some(lock) = SenderLock::try_lock(folder, true)? else {
        return Ok(None);
    };
    let at_ms = time.wall_ms();
    if !lock.state()?.allows_start(at_ms) {
        return Ok(None);
    }
    let nonce = Nonce::from(time.random()?) << 64 | Nonce::from(time.random()?);
    lock.set(State::Started { nonce, at_ms })?;
    Ok(Some(nonce))
}

/// Takes back a reservation: the sender could not be started.
pub(crate) fn release(folder: &dyn Folder, nonce: Nonce) -> io::Result<()> {
    let Some(lock) = SenderLock::try_lock(folder, false)? else {
        return Ok(());
    };
    match lock.state()? {
        State::Started { nonce: known, .. } if known == nonce => lock.set(State::Free),
        _ => Ok(()),
    }
}

/// Locks the file for a sender. `None` if this sender was not started with this number, or too long ago, or
/// if another one runs.
pub(crate) fn claim(
    folder: &dyn Folder,
    time: &dyn Time,
    nonce: Nonce,
) -> io::Result<Option<SenderLock>> {
    let until = time.now().saturating_add(PATIENCE);
    let lock = loop {
        if let Some(lock) = SenderLock::try_lock(folder, false)? {
            break lock;
        }
        if time.now() >= until {
            return Ok(None);
        }
        time.pause(RETRY_PAUSE);
    };
    let now_ms = time.wall_ms();
    let expected = match lock.state()? {
        State::Started {
            nonce: known,
            at_ms,
        } => known == nonce && is_recent(at_ms, now_ms, START),
        State::Free | State::Left { .. } => false,
    };
    if !expected {
        return Ok(None);
    }
    // A number is used once. If this process is killed, the next one is not started at once.
    lock.set(State::Left { at_ms: now_ms })?;
    Ok(Some(lock))
}

/// Removes the file, unless a sender runs. Without it, a sender that is being started ends.
pub(crate) fn remove(folder: &dyn Folder) {
    // A file that stays contains no event.
    if let Ok(Some(_lock)) = SenderLock::try_lock(folder, false) {
        let _ = folder.remove(NAME);
    }
}

/// True if the folder has a segment.
pub(crate) fn has_segments(folder: &dyn Folder) -> io::Result<bool> {
    let names = folder.names()?;
    let mut entries = names.iter().filter_map(|name| Entry::parse(name));
    Ok(entries.any(|entry| entry.kind == Kind::Segment))
}
