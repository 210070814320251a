//! Sends the events in the files of a spool.

use std::time::Duration;

use crate::{
    client::{Client, builder::ClientBuilder},
    product::Product,
    spool::{
        folder::{Folder, Time},
        sender_lock::has_segments,
    },
};

/// Time between two looks at the counters of the client.
const TICK: Duration = Duration::from_millis(100);

/// Without a delivery for this time after a failed request, the sender ends. It is long enough for a second
/// attempt.
const STUCK: Duration = Duration::from_millis(1_500);

/// The process that started the sender may still hold its files. Other processes may hold theirs for long.
const STARTER_ENDS: Duration = Duration::from_secs(2);

/// Pause between two searches for files that another process holds.
const PAUSE: Duration = Duration::from_millis(50);

/// Sends events until none is left, or until this time of the clock. True if none is left.
pub(super) fn send_all(
    product: &'static Product,
    folder: &dyn Folder,
    time: &dyn Time,
    until: Duration,
) -> bool {
    let is_empty = || has_segments(folder).is_ok_and(|has| !has);
    let give_up = time.now().saturating_add(STARTER_ENDS).min(until);
    loop {
        // Each client evaluates all signals of the user. After a refusal it removes the files.
        let client = ClientBuilder::for_sender(product).build();
        if !client.is_on() || !send(&client, time, until) {
            return is_empty();
        }
        drop(client);
        if is_empty() {
            return true;
        }
        if time.now() >= give_up {
            return false;
        }
        time.pause(PAUSE);
    }
}

/// Sends all files that no process holds. False if the requests fail, or if the time is over.
fn send(client: &Client, time: &dyn Time, until: Duration) -> bool {
    let mut resolved = 0;
    let mut progress = time.now();
    loop {
        let now = time.now();
        if now >= until {
            return false;
        }
        if client
            .send_stored(TICK.min(until.saturating_sub(now)))
            .is_complete()
        {
            return true;
        }
        let health = client.health();
        let is_ok = |status: u16| (200..300).contains(&status);
        let failed =
            health.last_failure().is_some() || health.last_status().is_some_and(|it| !is_ok(it));
        let sum = health.delivered() + health.dropped();
        if sum != resolved || !failed {
            (resolved, progress) = (sum, time.now());
        } else if time.now().saturating_sub(progress) >= STUCK {
            return false;
        }
    }
}
