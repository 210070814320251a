//! The lines of the events that the worker takes from the queue in one step.
//!
//! **Invariants.** A batch waits at most once for other writers. A line that cannot be written is
//! counted and has no other effect.

use std::time::{Duration, Instant};

use super::{AuditLog, line::push_line};
use crate::{product::audit_format::AuditFormat, wire::rendering::Rendering};

/// Size in bytes above which the lines are written, so that the memory is bounded.
const WRITE_SIZE: usize = 64 * 1024;

/// Lines that are written together, under one lock if they are smaller than 64 KiB.
pub(crate) struct AuditBatch<'a> {
    log: &'a AuditLog,
    rendering: Rendering,
    format: AuditFormat,
    lines: Vec<u8>,
    /// Time left until the end of the client's shutdown.
    left: Option<Duration>,
    /// End of the wait for other writers.
    until: Option<Instant>,
}

impl AuditLog {
    /// A batch of lines. During a shutdown that ends in `left`, it waits for at most a quarter of that
    /// time, so that the events can still be sent.
    pub(crate) fn batch(
        &self,
        rendering: Rendering,
        format: AuditFormat,
        left: Option<Duration>,
    ) -> AuditBatch<'_> {
        AuditBatch {
            log: self,
            rendering,
            format,
            lines: Vec::new(),
            left,
            until: None,
        }
    }
}

impl AuditBatch<'_> {
    /// Adds an event that is encoded for a request.
    pub(crate) fn push(&mut self, event: &[u8], schema_version: &str) {
        let Self {
            rendering, format, ..
        } = *self;
        if !push_line(&mut self.lines, event, schema_version, rendering, format) {
            self.log.count_lost(1);
        }
        if self.lines.len() >= WRITE_SIZE {
            self.write();
        }
    }

    /// Writes the lines that were added.
    pub(crate) fn write(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        let (log, left) = (self.log, self.left);
        let until = *self.until.get_or_insert_with(|| {
            let wait = log.longest_wait();
            Instant::now() + left.map_or(wait, |left| wait.min(left / 4))
        });
        // A failure is counted.
        let _ = log.append_lines(&self.lines, until);
        self.lines.clear();
    }
}
