//! Notes about stored events, which the worker writes to the spool.
//!
//! **Invariants.** Only a request that was begun, or a batch that was dropped, causes a note.

use super::{
    Core,
    batch::Batch,
    place::{Fate, Note},
};
use crate::delivery::mono_time::MonoTime;

impl Core {
    /// The notes since the last call.
    pub(crate) fn take_notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }

    /// Notes what became of the stored events of a batch.
    pub(super) fn note(&mut self, batch: &Batch, fate: Fate) {
        let places: Vec<_> = batch.stored().collect();
        if !places.is_empty() {
            self.notes.push(Note { places, fate });
        }
    }

    /// The request was not begun for a reason on this machine: its batch is sent later, and no retry is
    /// counted.
    #[cfg_attr(not(all(feature = "http", feature = "spool")), allow(dead_code))]
    pub(crate) fn not_tried(&mut self, now: MonoTime) {
        let Some((index, mut batch)) = self.in_flight.take() else {
            return;
        };
        self.back_off(now, None);
        self.flush_incomplete |= std::mem::take(&mut batch.urgent);
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.batches.push_front(batch);
        }
    }
}
