//! The spool of a client: whether it has one, for which recipient and consent, and the calls between them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

#[cfg(feature = "http")]
use super::intent::Intent;
use super::{Client, builder::ClientBuilder, durability::Durability, shared::Shared};
#[cfg(feature = "http")]
use crate::delivery::core::batch::Batch;
use crate::{
    decision::Decision,
    delivery::{
        core::{
            key::PartitionKey,
            place::{Fate, Note, Place},
        },
        epoch::Epoch,
        health::DropReason,
        queue::{FlushOutcome, recorded::Recorded},
    },
    spool::{
        Limits, Span, Spool, Stored, disk,
        folder::Missing,
        header::{Frame, Identity},
        purge::purge,
        ranges::Range,
        worker_side::Resolution,
    },
    util::places::UserFolders,
};

/// Codes of notes about dropped events. Others are those of [`code`].
pub(super) const NOT_ACCEPTED: u8 = 0;

impl Client {
    /// Sends the events that earlier processes stored, and waits until nothing is left or `timeout` is over.
    /// The result is [`FlushOutcome::DeadlinePassed`] if something is left.
    pub(crate) fn send_stored(&self, timeout: Duration) -> FlushOutcome {
        let lifecycle = self.lifecycle();
        let Shared {
            queue,
            spool,
            switch,
            ..
        } = &lifecycle.shared;
        if spool.is_none() || !switch.state().is_on() {
            return FlushOutcome::Complete;
        }
        let (target, start) = queue.request_adoption();
        if start {
            lifecycle.start_worker();
        }
        queue.wait(target, Instant::now().checked_add(timeout))
    }
}

impl Shared {
    /// Stores an event before it is accepted. `None` if it is held in memory only.
    fn store(&self, epoch: Epoch, key: PartitionKey, event: &[u8]) -> Option<Stored> {
        let spool = self.spool.as_ref()?;
        // After a refusal nothing is written.
        if self.switch.state().epoch() != epoch {
            return None;
        }
        let frame = || {
            let session = self.switch.session().as_str().to_owned();
            let context = self.context.clone().session_id(session);
            let context = context.schema_version(key.schema_version());
            let frame = self.rendering.frame(&context);
            let (before_sent, after_sent) = frame.into_parts();
            Frame {
                before_sent,
                after_sent,
            }
        };
        let stored = spool.append(key.schema_version(), event, &frame).ok()?;
        // An event whose place does not fit into a batch is not stored.
        if Place::new(stored.segment, stored.number).is_none() {
            spool.retract(stored, NOT_ACCEPTED);
            return None;
        }
        Some(stored)
    }

    /// Stores an event, passes it to `enqueue`, and removes it again if `enqueue` returns false.
    pub(super) fn store_and<R>(
        &self,
        epoch: Epoch,
        key: PartitionKey,
        mut event: Recorded<'_>,
        enqueue: impl FnOnce(&Recorded<'_>) -> (bool, R),
    ) -> R {
        let stored = self.store(epoch, key, event.bytes);
        event.place = stored.and_then(|stored| Place::new(stored.segment, stored.number));
        let (accepted, result) = enqueue(&event);
        if let (false, Some(stored), Some(spool)) = (accepted, stored, &self.spool) {
            spool.retract(stored, NOT_ACCEPTED);
        }
        result
    }

    /// Removes all stored events after telemetry was turned off, also those of other processes.
    pub(super) fn purge(&self) {
        if let Some(spool) = &self.spool {
            // Its owners notice a removed file. A file that stays is removed at its age limit; the spool has
            // counted the error.
            let _ = spool.purge();
        }
    }

    /// Ends the spool of a client whose worker never had a thread.
    pub(super) fn close_spool(&self) {
        if let Some(spool) = &self.spool {
            spool.close();
        }
    }

    /// Notes in the spool what became of events.
    pub(super) fn resolve(&self, notes: Vec<Note>) {
        let Some(spool) = &self.spool else { return };
        for Note { places, fate } in notes {
            let resolution = match fate {
                Fate::Delivered => Resolution::Delivered,
                Fate::NotSent => Resolution::NotSent,
                Fate::Unanswered => Resolution::Unanswered,
                Fate::Dropped(reason) => Resolution::Dropped(code(reason)),
            };
            spool.resolve(&spans(places), resolution);
        }
    }

    /// Notes that stored events are in the audit log, so that a later run does not log them again.
    #[cfg(feature = "audit")]
    pub(super) fn logged(&self, places: Vec<Place>) {
        if let (Some(spool), false) = (&self.spool, places.is_empty()) {
            spool.resolve(&spans(places), Resolution::Logged);
        }
    }

    /// The intent to send a batch; `None` if no event of it is stored.
    #[cfg(feature = "http")]
    pub(super) fn intent(&self, batch: &Batch) -> Option<Arc<Intent>> {
        let spool = self.spool.as_ref()?;
        let spans = spans(batch.stored().collect());
        (!spans.is_empty()).then(|| Intent::new(Arc::clone(spool), spans))
    }
}

/// The places, neighbours joined.
fn spans(mut places: Vec<Place>) -> Vec<Span> {
    places.sort_unstable();
    let mut spans: Vec<Span> = Vec::new();
    for (segment, number) in places.into_iter().filter_map(Place::stored) {
        match spans.last_mut() {
            Some(span) if span.segment == segment && span.range.last + 1 == number => {
                span.range.last = number;
            }
            _ => spans.push(Span {
                segment,
                range: Range::of_one(number),
            }),
        }
    }
    spans
}

/// The code of a reason in a file, which never changes.
fn code(reason: DropReason) -> u8 {
    match reason {
        DropReason::Rejected => 1,
        DropReason::TooLarge => 2,
        DropReason::Ambiguous => 3,
        DropReason::Exhausted => 4,
        DropReason::Expired => 5,
        DropReason::Shutdown => 6,
        DropReason::Quarantined => 7,
        DropReason::OptedOut => 8,
        DropReason::NoThread => 9,
        DropReason::FileLost => 10,
    }
}

impl ClientBuilder {
    /// Sends the events of earlier processes at once and as fast as possible, for a process that does nothing
    /// else.
    pub(crate) fn adopts_at_once(mut self) -> Self {
        self.adopts_at_once = true;
        self
    }

    /// The spool for events that this decision allows to store; `recipient` is the hash of the endpoint.
    /// `None` if events are held in memory only.
    pub(super) fn spool(&self, decision: &Decision, recipient: Option<u64>) -> Option<Spool> {
        // The answer of the user is not known yet, and may be a no.
        #[cfg(feature = "consent")]
        let waits = *decision == Decision::WAITS_FOR_ACCOUNT;
        #[cfg(not(feature = "consent"))]
        let waits = false;
        if self.limits.durability != Durability::Process || !decision.on || waits {
            return None;
        }
        let places = self.product.spool;
        let folders = UserFolders::of(&[places], &*self.lookup);
        let folder = places.resolve(&folders).into_iter().next()?;
        let identity = self.identity(recipient?);
        let open = disk::open_folder(folder.path);
        let time = Arc::new(self.clock.clone());
        Some(Spool::new(identity, Limits::DEFAULT, open, time))
    }

    /// Removes the events that earlier runs stored: the user refuses.
    pub(super) fn purge_spool(&self) {
        let places = self.product.spool;
        let folders = UserFolders::of(&[places], &*self.lookup);
        for place in places.resolve(&folders) {
            if let Ok(folder) = disk::open_folder(place.path)(Missing::Leave) {
                // A file that stays is removed at its age limit.
                let _ = purge(&*folder);
            }
        }
    }

    fn identity(&self, recipient: u64) -> Identity {
        #[cfg(feature = "consent")]
        let (version, digest) = self
            .product
            .consent
            .map_or(("", ""), |it| (it.prompt_version, it.digest.unwrap_or("")));
        #[cfg(not(feature = "consent"))]
        let (version, digest) = ("", "");
        Identity {
            wire: self.rendering().number(),
            client_id: self.product.client_id.to_owned(),
            recipient,
            consent_version: version.to_owned(),
            consent_digest: digest.to_owned(),
        }
    }
}

#[cfg(all(test, feature = "http", feature = "testing"))]
mod tests {
    use std::time::Duration;

    use crate::{
        client::{Client, builder::ClientBuilder, durability::Durability},
        delivery::queue::FlushOutcome,
        event::{TelemetryEvent, descriptor::EventDescriptor, visitor::FieldVisitor},
        product::Product,
        testing::{Collector, ScriptedResponse},
    };

    const PATIENCE: Duration = Duration::from_secs(60);

    struct Run(i64);

    impl TelemetryEvent for Run {
        const EVENT_NAME: &'static str = "run";
        const SCHEMA_VERSION: &'static str = "1.0";
        const DESCRIPTOR: &'static EventDescriptor =
            &crate::__private::event_descriptor("run", "1.0", "", &[]).0;

        fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
            visitor.integer(",\"number\":", self.0);
        }
    }

    static STORES: Product = Product::new("stores")
        .spool_in_state_dir("stores/events")
        .default_on(true);

    fn builder(state: &std::path::Path, url: String) -> ClientBuilder {
        let state = state.to_owned();
        Client::builder(&STORES)
            .env(move |name| (name == "XDG_STATE_HOME").then(|| state.clone().into()))
            .durability(Durability::Process)
            .endpoint(url)
    }

    #[test]
    fn a_client_that_records_nothing_sends_what_earlier_processes_stored() {
        let random = getrandom::u64().unwrap();
        let state = std::env::temp_dir().join(format!("send-stored-{random}"));
        std::fs::create_dir_all(&state).unwrap();
        let collector = Collector::script([ScriptedResponse::status(503)]).unwrap();
        for number in 0..20 {
            let client = builder(&state, collector.url()).build();
            client.record(&Run(number));
            let outcome = client.shutdown(PATIENCE);
            assert_eq!(outcome, FlushOutcome::Stored);
        }
        let sender = builder(&state, collector.url()).adopts_at_once().build();
        // Segments whose worker had not closed them yet are adopted by the next one.
        assert_eq!(sender.send_stored(PATIENCE), FlushOutcome::Complete);
        drop(sender);
        let sender = builder(&state, collector.url()).adopts_at_once().build();
        assert_eq!(sender.send_stored(PATIENCE), FlushOutcome::Complete);
        assert_eq!(collector.requests().len(), 21);
        let empty = builder(&state, collector.url()).adopts_at_once().build();
        assert_eq!(empty.send_stored(PATIENCE), FlushOutcome::Complete);
        assert_eq!(empty.health().adopted(), 0);
        drop((sender, empty));
        std::fs::remove_dir_all(state).unwrap();
    }
}
