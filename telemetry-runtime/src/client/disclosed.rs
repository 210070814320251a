//! Checks that the product discloses an event before it is recorded.
//!
//! Descriptors are compared by address first. The compiler can copy the descriptor of one event into
//! several crates, so descriptors at different addresses are compared by name and schema version.
//!
//! **Invariants.** A product that lists no events is not checked. When a thread records the same
//! event again, the check compares addresses only.

use std::{cell::Cell, ptr, sync::OnceLock};

use crate::{event::descriptor::EventDescriptor, product::EventLists};

thread_local! {
    /// The lists and the event of the last check on this thread that passed.
    static LAST: Cell<(*const (), *const EventDescriptor)> =
        const { Cell::new((ptr::null(), ptr::null())) };
}

/// The events that a client may record.
pub(crate) struct Disclosed {
    lists: Option<EventLists>,
    first_refused: OnceLock<&'static EventDescriptor>,
}

impl Disclosed {
    pub(super) fn new(lists: Option<EventLists>) -> Self {
        Self {
            lists,
            first_refused: OnceLock::new(),
        }
    }

    /// True if the event may be recorded.
    #[inline]
    pub(super) fn allows(&self, event: &'static EventDescriptor) -> bool {
        let Some(lists) = self.lists else { return true };
        let checked = (ptr::from_ref(lists).cast(), ptr::from_ref(event));
        LAST.try_with(Cell::get) == Ok(checked) || self.check(lists, event, checked)
    }

    /// The first event that was refused.
    #[cfg(any(feature = "clap", feature = "testing"))]
    pub(super) fn first_refused(&self) -> Option<&'static EventDescriptor> {
        self.first_refused.get().copied()
    }

    #[cold]
    fn check(
        &self,
        lists: EventLists,
        event: &'static EventDescriptor,
        checked: (*const (), *const EventDescriptor),
    ) -> bool {
        let listed = lists.iter().copied().flatten();
        let listed = listed.copied().any(|listed| listed.is_same(event));
        if listed {
            // A thread whose storage is destroyed is checked in full each time.
            let _ = LAST.try_with(|last| last.set(checked));
        } else {
            self.first_refused.get_or_init(|| event);
        }
        listed
    }
}
