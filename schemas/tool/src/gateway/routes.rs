//! The routes: envelopes, health and metrics.

use std::{
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    access::Tokens,
    body::{self, Received, Refusal},
    budget::{Budget, Share},
    counters::Counters,
    dead_letter::DeadLetter,
    envelope::{Checked, Checks},
    forward::Forwarder,
    limits::RETRY_AFTER,
    lines, metrics,
};

/// State of all requests.
pub(super) struct Shared {
    pub(super) budget: Arc<Budget>,
    pub(super) checks: Checks,
    pub(super) counters: Counters,
    pub(super) dead_letter: Option<DeadLetter>,
    pub(super) forwarder: Forwarder,
    pub(super) tokens: Option<Tokens>,
}

pub(super) fn routes(shared: Arc<Shared>) -> Router {
    Router::new().fallback(answer).with_state(shared)
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let begin = Instant::now();
    let response = match found(&shared, request).await {
        Ok(response) => response,
        Err(refusal) => refused(&refusal),
    };
    shared.counters.answer(response.status().as_u16());
    shared.counters.requests.add(begin.elapsed());
    response
}

/// Every path except those of health and metrics takes envelopes: products have paths of their own.
async fn found(shared: &Arc<Shared>, request: Request) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let is_get = matches!(head.method, Method::GET | Method::HEAD);
    let path = head.uri.path();
    if is_get && path == "/healthz" {
        return Ok("ok\n".into_response());
    }
    let is_allowed = |headers: &HeaderMap| {
        let tokens = shared.tokens.as_ref();
        tokens.is_none_or(|tokens| tokens.allow(headers))
    };
    if !is_allowed(&head.headers) {
        return Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            "the request has no valid token",
            "send a token of --token-file as `Authorization: Bearer TOKEN`",
        )
        .early());
    }
    if is_get && path == "/metrics" {
        let text = metrics::text(&shared.counters, shared.budget.used());
        let kind = "text/plain; version=0.0.4; charset=utf-8";
        return Ok(([(header::CONTENT_TYPE, kind)], text).into_response());
    }
    if head.method != Method::POST {
        return Err(if is_get {
            let instead = "send envelopes with POST; GET has /healthz and /metrics";
            Refusal::new(StatusCode::NOT_FOUND, "there is no such page", instead)
        } else {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            Refusal::new(status, "the method is not POST", "send envelopes with POST").early()
        });
    }
    let received = body::read(&head.headers, body, &shared.budget).await?;
    let length = u64::try_from(received.len()).unwrap_or(u64::MAX);
    shared.counters.body_bytes.add(length);
    envelope(shared, received).await
}

async fn envelope(shared: &Arc<Shared>, received: Received) -> Result<Response, Refusal> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX));
    let checking = Arc::clone(shared);
    let check = move || -> Result<(Checked, Share), Refusal> {
        let (bytes, mut share) = received.inflated()?;
        let checked = checking.checks.check(&bytes, now, &checking.counters)?;
        drop(bytes);
        if share.resize(checked.logs.capacity() + checked.lines.capacity()) {
            Ok((checked, share))
        } else {
            Err(Refusal::later(
                "the gateway has no memory left for this body",
                RETRY_AFTER,
            ))
        }
    };
    let checked = tokio::task::spawn_blocking(check).await;
    let (checked, share) = checked.unwrap_or_else(|_| {
        let instead = "report it with the version of the tool";
        let wrong = "the gateway has a mistake";
        Err(Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            wrong,
            instead,
        ))
    })?;
    let (valid, invalid) = (checked.valid, checked.invalid);
    let invalid_lines = (checked.lines, invalid);
    // A collector that is down must not fill the file with the same events again and again, so the file is
    // second. While it cannot be written, it is first, so that the collector does not get events again.
    let is_first = shared.dead_letter.as_ref().is_some_and(DeadLetter::fails);
    let rejected = if is_first {
        keep(shared, invalid_lines).await?;
        forward(shared, checked.logs, valid).await?
    } else {
        let rejected = forward(shared, checked.logs, valid).await?;
        keep(shared, invalid_lines).await?;
        rejected
    };
    if rejected > 0 && shared.dead_letter.is_some() {
        // The collector has the others already, so that a repeated request would not help.
        let _ = keep(shared, (lines::of_collector(now, rejected), rejected)).await;
    }
    drop(share);
    let mut answer = json!({"accepted": valid.saturating_sub(rejected), "invalid": invalid});
    if rejected > 0 {
        lines::add(&mut answer, "rejected", rejected.into());
    }
    if let Some(first) = checked.first {
        lines::add(&mut answer, "first", first);
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((kind, format!("{answer}\n")).into_response())
}

/// Sends the valid events. Returns how many the collector has rejected.
async fn forward(shared: &Shared, logs: Vec<u8>, valid: u64) -> Result<u64, Refusal> {
    if valid == 0 {
        return Ok(0);
    }
    let counters = &shared.counters;
    let rejected = shared.forwarder.send(logs, counters).await?.min(valid);
    counters.forwarded.add(valid - rejected);
    counters.rejected.add(rejected);
    Ok(rejected)
}

/// Writes the lines of invalid events, if there is a file.
async fn keep(shared: &Shared, (lines, events): (Vec<u8>, u64)) -> Result<(), Refusal> {
    let Some(dead_letter) = &shared.dead_letter else {
        return Ok(());
    };
    if lines.is_empty() {
        return Ok(());
    }
    if dead_letter.write(lines).await {
        shared.counters.kept.add(events);
        return Ok(());
    }
    shared.counters.unwritten.add(1);
    let wrong = "the gateway cannot keep the invalid events of this envelope";
    Err(Refusal::later(wrong, RETRY_AFTER))
}

fn refused(refusal: &Refusal) -> Response {
    let mut response = (refusal.status, refusal.text.clone()).into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = refusal.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if refusal.is_early {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    match refusal.status {
        StatusCode::UNAUTHORIZED => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        _ => {}
    }
    response
}
