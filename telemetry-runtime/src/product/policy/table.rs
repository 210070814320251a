//! The action for every status, as one array, so that a table can be a constant.

use std::fmt;

use super::Action;

/// Valid statuses have at most three digits.
const STATUSES: usize = 1000;

/// The action for each status.
#[derive(Clone, Copy)]
pub(super) struct Table([Action; STATUSES]);

impl Table {
    /// The same action for every status.
    pub(super) const fn all(action: Action) -> Self {
        Self([action; STATUSES])
    }

    /// Sets the action for the statuses `first` to `last`.
    pub(super) const fn row(mut self, first: u16, last: u16, action: Action) -> Self {
        let mut status = first as usize;
        while status <= last as usize && status < STATUSES {
            #[expect(clippy::indexing_slicing, reason = "below the length of the array")]
            {
                self.0[status] = action;
            }
            status += 1;
        }
        self
    }

    pub(super) const fn action(&self, status: u16) -> Action {
        let index = if (status as usize) < STATUSES {
            status as usize
        } else {
            STATUSES - 1
        };
        #[expect(clippy::indexing_slicing, reason = "below the length of the array")]
        self.0[index]
    }
}

/// Shows runs of statuses with the same action as one row.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.0.chunk_by(|a, b| a == b);
        let rows = runs.scan(0, |first, run| {
            let last = *first + run.len() - 1;
            let statuses = *first..=last;
            *first = last + 1;
            run.first().map(|action| (statuses, *action))
        });
        f.debug_map().entries(rows).finish()
    }
}
