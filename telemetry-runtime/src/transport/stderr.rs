//! One JSON line per envelope on standard error: how people see what would be sent.
//!
//! Used only where someone asked for it (the endpoint `stdout`, or this transport by name): the
//! library prints nothing of its own accord.

use std::{
    io::{self, Write},
    time::Instant,
};

use super::{Failure, FailureKind, Outcome, Request, Transport};

/// Writes every envelope to standard error, one line each.
#[derive(Debug, Clone, Copy, Default)]
pub struct StderrTransport;

impl Transport for StderrTransport {
    fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
        // One write per line, so that lines of several processes do not mix.
        let mut line = request.body.to_vec();
        line.push(b'\n');
        match io::stderr().lock().write_all(&line) {
            Ok(()) => Outcome::delivered(),
            Err(error) => {
                Outcome::Ambiguous(Failure::new(FailureKind::Io).detail(error.kind().to_string()))
            }
        }
    }
}
