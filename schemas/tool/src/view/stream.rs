//! The stream of a page: Server-Sent Events.
//!
//! **Invariants.** A stream holds no events. It reads the store when the page is ready for the next message,
//! at most four times a second, so that a burst of events is one message with at most the events in memory.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    time::sleep,
};

use super::server::Shared;

const BETWEEN: Duration = Duration::from_millis(250);

struct Following {
    shared: Arc<Shared>,
    changed: watch::Receiver<u64>,
    stopped: watch::Receiver<bool>,
    /// The reset and the event that the page has seen.
    seen: Option<(u64, u64)>,
    is_first: bool,
    _permit: OwnedSemaphorePermit,
}

impl Following {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if !self.is_first {
            sleep(BETWEEN).await;
            tokio::select! {
                changed = self.changed.changed() => changed.ok()?,
                _ = self.stopped.wait_for(|stopped| *stopped) => return None,
            }
        }
        self.is_first = false;
        if *self.stopped.borrow() {
            return None;
        }
        self.changed.borrow_and_update();
        let (epoch, after) = self.seen.unzip();
        let update = self.shared.store().update(epoch, after.unwrap_or(0));
        let number = |key: &str| update.get(key).and_then(serde_json::Value::as_u64);
        let seen = (number("epoch")?, number("latest")?);
        self.seen = Some(seen);
        let event = Event::default()
            .id(format!("{}-{}", seen.0, seen.1))
            .data(update.to_string());
        Some((Ok(event), self))
    }
}

/// Follows the store. After an interruption, a browser names the last message that it got.
pub(super) fn follow(shared: Arc<Shared>, headers: &HeaderMap) -> Response {
    let Ok(permit) = Arc::clone(&shared.streams).try_acquire_owned() else {
        let wrong = "too many pages are open; close one\n";
        return (StatusCode::SERVICE_UNAVAILABLE, wrong).into_response();
    };
    let seen = headers.get("last-event-id").and_then(|id| {
        let (epoch, latest) = id.to_str().ok()?.split_once('-')?;
        Some((epoch.parse().ok()?, latest.parse().ok()?))
    });
    let following = Following {
        changed: shared.changed.subscribe(),
        stopped: shared.stopped.clone(),
        seen,
        is_first: true,
        shared,
        _permit: permit,
    };
    Sse::new(stream::unfold(following, Following::next))
        .keep_alive(KeepAlive::default())
        .into_response()
}
