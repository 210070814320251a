//! Sends one request on the private runtime and reads its answer.
//!
//! **Invariants.** Never follows a redirect. Reads at most 64 KiB of a body for at most 500 ms. The
//! status alone decides the outcome; the answer of OTLP adds a number of rejected events.

use std::time::{Duration, Instant, SystemTime};

use reqwest::{StatusCode, header};
use tokio::task;

use super::{deadline::DeadlineTimer, failure, retry_after, stage::Progress};
use crate::transport::{Outcome, Request, Response};
#[cfg(feature = "otlp")]
use crate::wire::otlp::answer::rejected_records;

/// A body is read so that the connection can be reused, and for the answer of OTLP.
const MAX_BODY_BYTES: usize = 64 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_millis(500);

/// The use of the body of an answer.
#[derive(Clone, Copy)]
pub(super) enum AnswerBody {
    Discard,
    /// The number of rejected log records is read.
    #[cfg(feature = "otlp")]
    Otlp,
}

impl AnswerBody {
    /// The use of the body of the answer to this request.
    pub(super) fn of(request: &Request<'_>) -> Self {
        #[cfg(feature = "otlp")]
        if request.wire() == crate::wire::wires::Wire::Otlp {
            return Self::Otlp;
        }
        let _ = request;
        Self::Discard
    }

    /// Memory for the body, if it is used.
    fn memory(self, status: StatusCode) -> Option<Vec<u8>> {
        let memory = match self {
            Self::Discard => None,
            #[cfg(feature = "otlp")]
            Self::Otlp => Some(Vec::new()),
        };
        memory.filter(|_| status.is_success())
    }
}

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
    answer_body: AnswerBody,
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
        Some(Ok(response)) => answered(response, deadline, timer, answer_body).await,
        Some(Err(error)) => failed(failure::classify(&error, progress)),
        None => failed(failure::outcome(failure::timeout(progress), progress)),
    }
}

async fn answered(
    mut response: reqwest::Response,
    deadline: Instant,
    timer: &mut DeadlineTimer,
    answer_body: AnswerBody,
) -> SendResult {
    let mut answer = Response::new(response.status().as_u16());
    if let Some(pause) = retry_after(response.headers()) {
        answer = answer.with_retry_after(pause);
    }
    let deadline = deadline.min(Instant::now() + BODY_TIMEOUT);
    let mut kept = answer_body.memory(response.status());
    let read = read_to_end(&mut response, kept.as_mut());
    let reusable = timer.limit(deadline, read).await.unwrap_or(false);
    #[cfg(feature = "otlp")]
    if let Some(rejected) = kept.as_deref().and_then(rejected_records)
        && reusable
    {
        answer = answer.with_rejected(rejected);
    }
    SendResult {
        outcome: Outcome::Response(answer),
        reusable,
    }
}

fn retry_after(headers: &header::HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    retry_after::parse(value, SystemTime::now())
}

/// True when the body is complete and has less than [`MAX_BODY_BYTES`]. Appends it to `kept`, which is empty
/// without memory.
async fn read_to_end(response: &mut reqwest::Response, mut kept: Option<&mut Vec<u8>>) -> bool {
    let mut left = MAX_BODY_BYTES;
    while left > 0 {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                left = left.saturating_sub(chunk.len());
                if let Some(body) = kept.as_mut() {
                    if body.try_reserve(chunk.len()).is_ok() {
                        body.extend_from_slice(&chunk);
                    } else {
                        body.clear();
                        kept = None;
                    }
                }
            }
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
    false
}
