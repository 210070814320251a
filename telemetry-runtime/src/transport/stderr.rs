//! One JSON line per envelope on standard error: shows users what would be sent.
//!
//! **Invariants.** Used only on request: by an endpoint such as `stdout`, or by this transport. The
//! library prints nothing otherwise. A line is written completely or not at all. For a long line and a pipe
//! in non-blocking mode, this needs Linux and the feature `audit`, `consent` or `http`.

use std::{
    io::{self, ErrorKind, Write},
    sync::{Mutex, MutexGuard, TryLockError},
    thread,
    time::{Duration, Instant},
};

use super::{ChildTransport, Failure, FailureKind, Outcome, Request, Transport};
use crate::util::{platform::standard_error::has_room, terminal::escape_controls};

/// Longest wait for the reader of a full pipe in non-blocking mode. Afterwards the envelope is held and
/// tried again, as during a network failure.
const MAX_WAIT: Duration = Duration::from_millis(200);

/// Pause between two attempts.
const RETRY_PAUSE: Duration = Duration::from_millis(1);

/// The rest of a line that was accepted in part. It is written before any other line of the process.
static REST: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes every envelope to standard error, one line each. Characters that control a terminal are
/// replaced by their JSON escapes.
///
/// If standard error is closed, events are dropped and counted. If it is full, they are held as during a
/// network failure.
///
/// ```
/// use telemetry_runtime::{Client, Product, transport::StderrTransport};
///
/// static MY_TOOL: Product = Product::new("my-tool");
/// let telemetry = Client::builder(&MY_TOOL).transport(StderrTransport).build();
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct StderrTransport;

impl Transport for StderrTransport {
    fn send(&mut self, request: &Request<'_>, deadline: Instant) -> Outcome {
        let until = deadline.min(Instant::now() + MAX_WAIT);
        let mut rest = match lock_rest(until) {
            Ok(rest) => rest,
            Err(error) => return Outcome::NotSent(failure(&error)),
        };
        // One write per line, so that lines of several processes do not interleave.
        let line = [&escape_controls(request.body), b"\n".as_slice()].concat();
        let length = line.len();
        let written = write_rest(&mut rest, until);
        if let Err(error) = written.and_then(|()| wait_for_room(length, until)) {
            return Outcome::NotSent(failure(&error));
        }
        *rest = line;
        match write_rest(&mut rest, until) {
            Ok(()) => Outcome::delivered(),
            Err(error) => {
                let is_full = error.kind() == ErrorKind::WouldBlock;
                let none = rest.len() == length;
                if none || !is_full {
                    rest.clear();
                }
                if none && is_full {
                    Outcome::NotSent(failure(&error))
                } else {
                    Outcome::Ambiguous(failure(&error))
                }
            }
        }
    }

    fn for_child(&self) -> Option<ChildTransport> {
        Some(Box::new(|| Box::new(StderrTransport)))
    }
}

/// Waits at most `until` that time: in a forked process, another thread of its parent may have kept the
/// lock.
fn lock_rest(until: Instant) -> io::Result<MutexGuard<'static, Vec<u8>>> {
    loop {
        match REST.try_lock() {
            Ok(rest) => return Ok(rest),
            Err(TryLockError::Poisoned(rest)) => return Ok(rest.into_inner()),
            Err(TryLockError::WouldBlock) => pause(until)?,
        }
    }
}

fn failure(error: &io::Error) -> Failure {
    Failure::new(FailureKind::Io).with_detail(error.kind().to_string())
}

/// Writes these bytes and removes the written ones. Waits for a full pipe `until` that time.
fn write_rest(rest: &mut Vec<u8>, until: Instant) -> io::Result<()> {
    while !rest.is_empty() {
        match io::stderr().lock().write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => drop(rest.drain(..written.min(rest.len()))),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => pause(until)?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Waits `until` that time for space for a line of `length` bytes.
fn wait_for_room(length: usize, until: Instant) -> io::Result<()> {
    while !has_room(length) {
        pause(until)?;
    }
    Ok(())
}

fn pause(until: Instant) -> io::Result<()> {
    if Instant::now() >= until {
        return Err(ErrorKind::WouldBlock.into());
    }
    thread::sleep(RETRY_PAUSE);
    Ok(())
}
