//! A backlog that was recorded while the transport did not return.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::Instant,
};

use telemetry_runtime::transport::{Outcome, Request, Transport};

use crate::{
    events::served,
    peers::ours::{builder, flush},
    report::{Goal, Section},
};

const BACKLOG: usize = 50_000;
const LIMITS: [usize; 3] = [50, 500, 5000];

/// Its first call returns as soon as the channel is closed. It keeps the sizes of all batches.
struct Gate {
    open: mpsc::Receiver<()>,
    sizes: Arc<Mutex<Vec<usize>>>,
}

impl Transport for Gate {
    fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
        let _ = self.open.recv();
        let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        sizes.push(request.events);
        Outcome::delivered()
    }
}

/// The sizes of the batches in which a backlog leaves.
fn sizes(limit: usize) -> Vec<usize> {
    let (closing, open) = mpsc::channel();
    let sizes = Arc::<Mutex<Vec<usize>>>::default();
    let gate = Gate {
        open,
        sizes: sizes.clone(),
    };
    let builder = builder().transport(gate).max_batch_events(limit);
    let client = builder
        .max_batch_bytes(16 << 20)
        .queue_bytes(64 << 20)
        .build();
    (0..BACKLOG).for_each(|number| client.record(&served(number as u32)));
    drop(closing);
    flush(&client);
    let sizes = sizes.lock().unwrap_or_else(PoisonError::into_inner);
    sizes.clone()
}

pub(crate) fn measure() -> Section {
    let mut section = Section::new(
        "A backlog",
        format!(
            "{BACKLOG} events are recorded while the transport does not return from its first request. The table \
             has the sizes of the batches in which they then leave; the limit of bytes is far away."
        ),
        &[
            "largest batch allowed",
            "batches",
            "events",
            "smallest",
            "median",
            "largest",
        ],
    );
    let mut full = true;
    for limit in LIMITS {
        let mut sizes = sizes(limit);
        let events: usize = sizes.iter().sum();
        sizes.sort_unstable();
        let at = |part: usize| sizes.get(part.min(sizes.len().saturating_sub(1))).copied();
        let (median, largest) = (
            at(sizes.len() / 2).unwrap_or(0),
            at(usize::MAX).unwrap_or(0),
        );
        full &= events == BACKLOG && median == limit;
        let smallest = at(0).unwrap_or(0);
        let cells = [limit, sizes.len(), events, smallest, median, largest];
        section
            .lines
            .push(cells.map(|cell| cell.to_string()).to_vec());
    }
    section.goals.push(Goal {
        name: "adaptive batches",
        goal: "a backlog of 50,000 events leaves in batches as large as the policy allows",
        reached: if full {
            "all but the first and the last are full"
        } else {
            "smaller batches, see below"
        }
        .to_owned(),
        met: Some(full),
    });
    section
}
