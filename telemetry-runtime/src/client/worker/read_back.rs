//! Events of this client that are held on disk only: the worker reads them when memory is free.

use std::time::Duration;

use super::{Worker, adoption::RETRY_AFTER};
use crate::{
    client::shared::Shared,
    delivery::{
        core::{loaded::Loaded, place::Place},
        mono_time::MonoTime,
        queue::on_disk::OnDiskPart,
    },
    spool::{
        content::HeldEvent,
        ranges::{Range, Ranges},
        worker_side::ReadBack,
    },
};

/// The part of the queue's memory that is filled at once.
const MEMORY_DIVISOR: usize = 4;

impl Worker {
    /// True if events may be read from the disk now.
    pub(super) fn reads_back(&self, shared: &Shared) -> bool {
        if shared.spool.is_none() || self.shutdown.is_some() {
            return false;
        }
        let after = self.adoption.read_back_after;
        after.is_none_or(|after| after <= shared.queue.clock.now())
    }

    /// Loads these events. Those for which there is no memory stay on disk. With `urgent` they belong to the
    /// current flush.
    pub(super) fn read_back(
        &mut self,
        shared: &Shared,
        now: MonoTime,
        part: OnDiskPart,
        urgent: bool,
    ) {
        self.adoption.read_back_after = None;
        let Some(spool) = &shared.spool else { return };
        let held = match spool.read_back(part.segment) {
            ReadBack::Held(held) => held,
            ReadBack::Busy => {
                self.adoption.read_back_after = Some(now.saturating_add(RETRY_AFTER));
                return shared.queue.keep_on_disk(self.epoch, part);
            }
            ReadBack::Unknown => {
                let lost = part.numbers.count();
                self.parts.core.lost_from_disk(lost);
                return;
            }
        };
        let wall = spool.trusted_ms();
        let age = |event: &HeldEvent<'_>| Duration::from_millis(wall.saturating_sub(event.time_ms));
        let wanted = || {
            held.events()
                .filter(|event| part.numbers.contains(event.number))
        };
        let oldest = wanted().next().as_ref().map_or(Duration::ZERO, age);
        let since = now.saturating_sub(oldest);
        let (bytes, limits) = shared.queue.bounds();
        let mut loaded = Loaded::new(part.key, since, limits, bytes / MEMORY_DIVISOR);
        let (mut done, mut rest) = (0, Ranges::default());
        for event in wanted() {
            let place = Place::new(part.segment, event.number);
            let fits =
                rest.is_empty() && place.is_some_and(|place| loaded.push(event.bytes, place));
            if fits {
                done += 1;
            } else {
                rest.insert(Range::of_one(event.number));
            }
        }
        // Events that are not in the file were removed from it by others.
        let lost = part.numbers.count() - done - rest.count();
        self.parts.core.lost_from_disk(lost);
        if !rest.is_empty() {
            let rest = OnDiskPart {
                numbers: rest,
                ..part
            };
            shared.queue.keep_on_disk(self.epoch, rest);
        }
        for mut batch in loaded.into_batches() {
            batch.urgent = urgent;
            self.taken.push_back(batch);
        }
        self.ingest(shared, None);
    }
}
