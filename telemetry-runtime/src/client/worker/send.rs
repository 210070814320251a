//! Sends the batch that is due.

use std::time::Instant;

use super::{Worker, WorkerParts};
#[cfg(all(feature = "http", feature = "spool"))]
use crate::{
    client::intent::{Intent, IntentState},
    delivery::core::{Core, place::Fate},
};
use crate::{
    client::shared::Shared,
    delivery::core::key::PartitionKey,
    transport::{Failure, Outcome, Request},
    wire::{
        context::EnvelopeContext,
        rendering::{Frame, Rendering},
    },
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
        let Some(batch) = core.next(clock.now()) else {
            #[cfg(feature = "spool")]
            shared.resolve(core.take_notes());
            return None;
        };
        #[cfg(all(feature = "http", feature = "spool"))]
        let intent = shared.intent(batch);
        #[cfg(all(feature = "http", feature = "spool"))]
        let permit = intent.as_ref().map(Intent::permit);
        #[cfg(feature = "spool")]
        let adopted = self.adoption.frame(batch.key);
        #[cfg(not(feature = "spool"))]
        let adopted: Option<&Frame> = None;
        let frame = match adopted {
            Some(adopted) => adopted,
            None => frame(&mut self.frames, shared.rendering, context, batch.key),
        };
        let body = &mut self.body;
        let outcome = match frame.write(clock.wall(), batch.joined(), batch.ends(), body.buffer()) {
            _ if self.unchecked => Outcome::NotSent(Failure::unchecked()),
            true => {
                let request = Request::shared(body, batch.len());
                #[cfg(feature = "otlp")]
                let request = request.with_wire(shared.rendering.wire());
                #[cfg(all(feature = "http", feature = "spool"))]
                let request = request.permitted_by(permit.as_ref());
                transport.send(&request, deadline)
            }
            false => Outcome::NotSent(Failure::no_memory()),
        };
        #[cfg(all(feature = "http", feature = "spool"))]
        let outcome = match shared.spool {
            Some(_) => intended(shared, core, outcome, intent.as_deref()),
            None => {
                core.on_outcome(clock.now(), &outcome);
                outcome
            }
        };
        #[cfg(not(all(feature = "http", feature = "spool")))]
        core.on_outcome(clock.now(), &outcome);
        self.unreachable = matches!(outcome, Outcome::NotSent(_));
        Some(outcome)
    }
}

/// Executes the action for the outcome of a request, unless the request was withdrawn, and writes the notes.
#[cfg(all(feature = "http", feature = "spool"))]
fn intended(
    shared: &Shared,
    core: &mut Core,
    outcome: Outcome,
    intent: Option<&Intent>,
) -> Outcome {
    let now = shared.queue.clock.now();
    let state = intent.map_or(IntentState::Noted, Intent::state);
    let outcome = match state {
        IntentState::Busy => {
            core.not_tried(now);
            Outcome::NotSent(Failure::spool_busy())
        }
        IntentState::Lost(segment) => {
            core.lost_segment(now, segment);
            Outcome::NotSent(Failure::spool_busy())
        }
        IntentState::NotAsked | IntentState::Noted => {
            core.on_outcome(now, &outcome);
            outcome
        }
    };
    let mut notes = core.take_notes();
    if state != IntentState::Noted {
        // The files have no intent that such a note withdraws.
        notes.retain(|note| note.fate != Fate::NotSent);
    }
    shared.resolve(notes);
    outcome
}

/// The text around the events of `partition`, rendered at its first use.
fn frame<'f>(
    frames: &'f mut Vec<(PartitionKey, Frame)>,
    rendering: Rendering,
    context: &EnvelopeContext,
    partition: PartitionKey,
) -> &'f Frame {
    let known = frames.iter().position(|(known, _)| *known == partition);
    let index = known.unwrap_or_else(|| {
        let context = context.clone().schema_version(partition.schema_version());
        frames.push((partition, rendering.frame(&context)));
        frames.len() - 1
    });
    #[expect(
        clippy::indexing_slicing,
        reason = "the index was found or pushed above"
    )]
    &frames[index].1
}
