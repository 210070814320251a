//! One JSON line per envelope on standard error: shows users what would be sent.
//!
//! **Invariants.** Used only on request: by an endpoint such as `stdout`, or by this transport. The
//! library prints nothing otherwise.

use std::{
    io::{self, Write},
    time::Instant,
};

use super::{ChildTransport, Failure, FailureKind, Outcome, Request, Transport};

/// Writes every envelope to standard error, one line each.
///
/// If standard error is closed, events are dropped and counted.
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
    fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
        // One write per line, so that lines of several processes do not interleave.
        let mut line = request.body.to_vec();
        line.push(b'\n');
        match io::stderr().lock().write_all(&line) {
            Ok(()) => Outcome::delivered(),
            Err(error) => Outcome::Ambiguous(
                Failure::new(FailureKind::Io).with_detail(error.kind().to_string()),
            ),
        }
    }

    fn for_child(&self) -> Option<ChildTransport> {
        Some(Box::new(|| Box::new(StderrTransport)))
    }
}
