//! Sends the batch that is due.

use std::time::Instant;

use super::{Worker, WorkerParts};
use crate::{
    client::shared::Shared,
    delivery::core::key::PartitionKey,
    transport::{Failure, Outcome, Request},
    wire::{context::EnvelopeContext, envelope::EnvelopeFrame},
};

impl Worker {
    /// Sends the batch that is due, if any.
    pub(super) fn send(&mut self, shared: &Shared) -> Option<Outcome> {
        let clock = &shared.queue.clock;
        // The program may have opted out meanwhile.
        if shared.switch.state().epoch() != self.epoch {
            return None;
        }
        let WorkerParts {
            core,
            transport,
            context,
            ..
        } = &mut self.parts;
        let deadline = Instant::now() + core.request_timeout();
        let deadline = self.shutdown.map_or(deadline, |end| end.min(deadline));
        let next = core.next(clock.now());
        // The file has the intent to send a batch before its first byte leaves.
        #[cfg(feature = "spool")]
        let intended = next.is_none_or(|batch| shared.intend(batch).is_ok());
        #[cfg(feature = "spool")]
        if !intended {
            core.not_tried(clock.now());
            shared.resolve(core.take_notes());
            return Some(Outcome::NotSent(Failure::spool_busy()));
        }
        let Some(batch) = next else {
            #[cfg(feature = "spool")]
            shared.resolve(core.take_notes());
            return None;
        };
        #[cfg(feature = "spool")]
        let adopted = self.adoption.frame(batch.key);
        #[cfg(not(feature = "spool"))]
        let adopted = None;
        let frame = adopted.unwrap_or_else(|| frame(&mut self.frames, context, batch.key));
        let body = &mut self.body;
        let outcome = match frame.write(clock.wall(), batch.joined(), body.buffer()) {
            _ if self.unchecked => Outcome::NotSent(Failure::unchecked()),
            true => transport.send(&Request::shared(body, batch.len()), deadline),
            false => Outcome::NotSent(Failure::no_memory()),
        };
        core.on_outcome(clock.now(), &outcome);
        #[cfg(feature = "spool")]
        shared.resolve(core.take_notes());
        self.unreachable = matches!(outcome, Outcome::NotSent(_));
        Some(outcome)
    }
}

/// The envelope around the events of `partition`, rendered at its first use.
fn frame<'f>(
    frames: &'f mut Vec<(PartitionKey, EnvelopeFrame)>,
    context: &EnvelopeContext,
    partition: PartitionKey,
) -> &'f EnvelopeFrame {
    let known = frames.iter().position(|(known, _)| *known == partition);
    let index = known.unwrap_or_else(|| {
        let context = context.clone().schema_version(partition.schema_version());
        frames.push((partition, EnvelopeFrame::render(&context)));
        frames.len() - 1
    });
    #[expect(
        clippy::indexing_slicing,
        reason = "the index was found or pushed above"
    )]
    &frames[index].1
}
