//! Checks that the product discloses an event before it is recorded.
//!
//! Descriptors are compared by address first. The compiler can copy the descriptor of one event into
//! several crates, so descriptors at different addresses are compared by name and schema version.
//!
//! **Invariants.** A product that lists no events is not checked. When a thread records the same
//! few events again, the check compares addresses only. It never waits, in a child of a fork either.

use std::{cell::Cell, ptr};

use crate::{event::descriptor::EventDescriptor, product::EventLists, util::sync::Mutex};

/// The lists of a product and an event that they have.
type Checked = (*const (), *const EventDescriptor);

const PLACES_BITS: u32 = 4;

thread_local! {
    /// Checks on this thread that passed. An event has one place, which another event may take from it.
    static PASSED: [Cell<Checked>; 1 << PLACES_BITS] =
        const { [const { Cell::new((ptr::null(), ptr::null())) }; 1 << PLACES_BITS] };
}

/// Calls `read` with the place of an event, `None` on a thread whose storage is destroyed.
#[inline]
fn with_place<R>(
    event: *const EventDescriptor,
    read: impl FnOnce(&Cell<Checked>) -> R,
) -> Option<R> {
    // The golden ratio spreads the addresses of neighbours over the places.
    let spread = (event.addr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let place = (spread >> (u64::BITS - PLACES_BITS)) as usize;
    PASSED
        .try_with(|passed| passed.get(place).map(read))
        .ok()
        .flatten()
}

/// The events that a client may record.
pub(crate) struct Disclosed {
    lists: Option<EventLists>,
    first_refused: Mutex<Option<&'static EventDescriptor>>,
}

impl Disclosed {
    pub(super) fn new(lists: Option<EventLists>) -> Self {
        Self {
            lists,
            first_refused: Mutex::new(None),
        }
    }

    /// True if the event may be recorded.
    #[inline]
    pub(super) fn allows(&self, event: &'static EventDescriptor) -> bool {
        let Some(lists) = self.lists else { return true };
        let checked = (ptr::from_ref(lists).cast(), ptr::from_ref(event));
        with_place(event, Cell::get) == Some(checked) || self.check(lists, event, checked)
    }

    /// The first event that was refused.
    #[cfg(any(feature = "clap", feature = "testing"))]
    pub(super) fn first_refused(&self) -> Option<&'static EventDescriptor> {
        *self.first_refused.try_lock().ok()?
    }

    #[cold]
    fn check(&self, lists: EventLists, event: &'static EventDescriptor, checked: Checked) -> bool {
        let listed = lists.iter().copied().flatten();
        let listed = listed.copied().any(|listed| listed.is_same(event));
        if listed {
            let _ = with_place(event, |place| place.set(checked));
        } else if let Ok(mut first) = self.first_refused.try_lock() {
            first.get_or_insert(event);
        }
        listed
    }
}
