//! One request and its answer on the private runtime.
//!
//! Never reads more of an answer than it needs, never longer than allowed, and never follows it
//! anywhere: the status decides.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::{Duration, Instant, SystemTime},
};

use reqwest::header;
use tokio::{task, time};

use super::{
    failure::{self, is_reset},
    retry_after,
    stage::Progress,
};
use crate::transport::{Failure, FailureKind, Outcome, Response, recall::Recall};

/// Of an answer's body: reading it serves to use the connection again.
const MAX_BODY_BYTES: usize = 64 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_millis(500);

/// What became of a request.
pub(super) struct Exchanged {
    pub(super) outcome: Outcome,
    /// The connection can be used again; otherwise it is to be closed.
    pub(super) reusable: bool,
}

/// Until when a request may take.
#[derive(Clone, Copy)]
pub(super) struct Limit<'a> {
    pub(super) deadline: Instant,
    pub(super) recall: Option<&'a Recall>,
}

/// How an answer's body ended.
enum End {
    Whole,
    /// There was more than is read, or the connection ended: the answer stands.
    Cut,
    /// It was not what the answer's head had announced.
    Broken,
}

pub(super) async fn exchange(
    request: reqwest::RequestBuilder,
    limit: Limit<'_>,
    strict: bool,
    progress: &Progress,
) -> Exchanged {
    // Nothing ran since the last request: let the connection see that it was closed meanwhile,
    // before anything is written to it.
    task::yield_now().await;
    task::yield_now().await;
    let failed = |outcome| Exchanged {
        outcome,
        reusable: false,
    };
    match limit.within(request.send()).await {
        Some(Ok(response)) => answered(response, limit, strict).await,
        Some(Err(error)) => failed(failure::judge(&error, progress)),
        None => failed(failure::outcome(failure::timeout(progress), progress)),
    }
}

impl Limit<'_> {
    /// `None` when time ran out.
    async fn within<F: Future>(self, work: F) -> Option<F::Output> {
        let mut work = pin!(work);
        let first = poll_fn(|context| match (work.as_mut().poll(context), self.recall) {
            (Poll::Ready(done), _) => Poll::Ready(Ok(done)),
            (Poll::Pending, Some(recall)) => recall.poll(context).map(Err),
            (Poll::Pending, None) => Poll::Pending,
        });
        match time::timeout_at(self.deadline.into(), first).await.ok()? {
            Ok(done) => Some(done),
            Err(until) => {
                let until = until.min(self.deadline);
                time::timeout_at(until.into(), work).await.ok()
            }
        }
    }
}

async fn answered(mut response: reqwest::Response, limit: Limit<'_>, strict: bool) -> Exchanged {
    let status = response.status();
    let answer = Response {
        status: status.as_u16(),
        retry_after: retry_after(response.headers()),
    };
    let (end, first) = read_some(&mut response, limit).await;
    Exchanged {
        outcome: match end {
            _ if strict
                && status.is_success()
                && first.is_some_and(|first| !starts_json(first)) =>
            {
                Outcome::NotSent(protocol("the answer is not a collector's"))
            }
            End::Broken if status.is_success() => {
                Outcome::Ambiguous(protocol("the answer's body is broken"))
            }
            _ => Outcome::Response(answer),
        },
        reusable: matches!(end, End::Whole),
    }
}

fn retry_after(headers: &header::HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    retry_after::parse(value, SystemTime::now())
}

/// Reads the body up to its limits; also its first byte that is no space.
async fn read_some(response: &mut reqwest::Response, mut limit: Limit<'_>) -> (End, Option<u8>) {
    let headers = response.headers();
    let framed = headers.contains_key(header::CONTENT_LENGTH)
        || headers.contains_key(header::TRANSFER_ENCODING);
    limit.deadline = limit.deadline.min(Instant::now() + BODY_TIMEOUT);
    let (mut left, mut first) = (MAX_BODY_BYTES, None);
    loop {
        let piece = match limit.within(response.chunk()).await {
            Some(Ok(Some(piece))) => piece,
            Some(Ok(None)) => return (End::Whole, first),
            Some(Err(error)) if framed && !is_reset(&error) => return (End::Broken, first),
            Some(Err(_)) | None => return (End::Cut, first),
        };
        let visible = |byte: &u8| !byte.is_ascii_whitespace();
        first = first.or_else(|| piece.iter().copied().find(|byte| visible(byte)));
        left = left.saturating_sub(piece.len());
        if left == 0 {
            return (End::Cut, first);
        }
    }
}

fn starts_json(byte: u8) -> bool {
    matches!(
        byte,
        b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n'
    )
}

fn protocol(detail: &'static str) -> Failure {
    Failure::new(FailureKind::Protocol).detail(detail)
}
