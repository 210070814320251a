//! Sends one request on the private runtime and reads its answer.
//!
//! **Invariants.** Never follows a redirect. Reads at most 64 KiB of a body for at most 500 ms; the
//! status alone decides the outcome.

use std::time::{Duration, Instant, SystemTime};

use reqwest::header;
use tokio::task;

use super::{deadline::DeadlineTimer, failure, retry_after, stage::Progress};
use crate::transport::{Outcome, Response};

/// A body is read only so that the connection can be reused.
const MAX_BODY_BYTES: usize = 64 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_millis(500);

/// The outcome of a request, and whether its connection can serve another one.
pub(super) struct SendResult {
    pub(super) outcome: Outcome,
    /// False: the connection must be closed.
    pub(super) reusable: bool,
}

pub(super) async fn exchange(
    request: reqwest::RequestBuilder,
    deadline: Instant,
    timer: &mut DeadlineTimer,
    progress: &Progress,
) -> SendResult {
    // The runtime has not run since the last request. Yield, so that it finds out whether the collector
    // closed the connection meanwhile. The connection reads before it writes: it then returns
    // the request unwritten, and the HTTP client opens another connection.
    task::yield_now().await;
    let failed = |outcome| SendResult {
        outcome,
        reusable: false,
    };
    match timer.limit(deadline, request.send()).await {
        Some(Ok(response)) => answered(response, deadline, timer).await,
        Some(Err(error)) => failed(failure::classify(&error, progress)),
        None => failed(failure::outcome(failure::timeout(progress), progress)),
    }
}

async fn answered(
    mut response: reqwest::Response,
    deadline: Instant,
    timer: &mut DeadlineTimer,
) -> SendResult {
    let mut answer = Response::new(response.status().as_u16());
    if let Some(pause) = retry_after(response.headers()) {
        answer = answer.with_retry_after(pause);
    }
    let deadline = deadline.min(Instant::now() + BODY_TIMEOUT);
    let read = timer.limit(deadline, read_to_end(&mut response)).await;
    SendResult {
        outcome: Outcome::Response(answer),
        reusable: read.unwrap_or(false),
    }
}

fn retry_after(headers: &header::HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    retry_after::parse(value, SystemTime::now())
}

/// True when the body is complete and has less than [`MAX_BODY_BYTES`].
async fn read_to_end(response: &mut reqwest::Response) -> bool {
    let mut left = MAX_BODY_BYTES;
    while left > 0 {
        match response.chunk().await {
            Ok(Some(chunk)) => left = left.saturating_sub(chunk.len()),
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
    false
}
