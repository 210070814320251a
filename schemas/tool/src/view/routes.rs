//! The routes: the page, the stream, the API, and the address for envelopes.

use std::{future::pending, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{
    BODY_BYTES, assets::asset, detail, entry::Entry, failures::Failure, listener::Reset,
    queries::Query, server::Shared, stream,
};
use crate::report::printable;

/// Longest time for a body, and for a free place to read it.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Longest time of a request without an answer; shorter than that of an idle connection.
const HANG: Duration = Duration::from_secs(100);

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/{token}/", get(page))
        .route("/{token}/{file}", get(file))
        .route("/{token}/stream", get(follow))
        .route("/{token}/events", get(events))
        .route("/{token}/events/{id}", get(event))
        .route("/{token}/coverage", get(coverage))
        .route("/{token}/reset", post(reset))
        .route("/{token}/failures", post(failures))
        .route("/{token}/ingest", post(ingest))
}

async fn page() -> Response {
    of_asset("")
}

async fn file(Path((_, name)): Path<(String, String)>) -> Response {
    of_asset(&name)
}

fn of_asset(name: &str) -> Response {
    match asset(name) {
        Some((_, kind, content)) => ([(header::CONTENT_TYPE, *kind)], *content).into_response(),
        None => (StatusCode::NOT_FOUND, "there is no such page\n").into_response(),
    }
}

async fn follow(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    stream::follow(shared, &headers)
}

/// JSON if the client asks for it, otherwise text.
fn answer(
    headers: &HeaderMap,
    as_json: impl FnOnce() -> Value,
    as_text: impl FnOnce() -> String,
) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("application/json")) {
        let body = as_json().to_string() + "\n";
        ([(header::CONTENT_TYPE, "application/json")], body).into_response()
    } else {
        as_text().into_response()
    }
}

fn wrong(text: impl std::fmt::Display) -> Response {
    (StatusCode::BAD_REQUEST, format!("{text}\n")).into_response()
}

/// `?event=`, `?session=`, `?verdict=` and `?search=`.
async fn events(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Query::new(query.as_deref());
    if let Some(unknown) = query.unknown(&["event", "session", "verdict", "search"]) {
        return wrong(format!(
            "`{unknown}` is not one of event, session, verdict and search"
        ));
    }
    let search = query.get("search").unwrap_or_default().to_lowercase();
    let is_shown = |entry: &&Entry| {
        query.get("event").is_none_or(|name| entry.name == name)
            && query
                .get("session")
                .is_none_or(|session| entry.session == session)
            && query
                .get("verdict")
                .is_none_or(|verdict| entry.verdict.as_str() == verdict)
            && (search.is_empty()
                || [&entry.name, &entry.session, &entry.event]
                    .iter()
                    .any(|text| text.to_lowercase().contains(&search)))
    };
    let store = shared.store();
    let found: Vec<&Entry> = store.latest().filter(is_shown).collect();
    let as_json = || {
        let events: Vec<Value> = found.iter().map(|it| it.summary()).collect();
        json!({"totals": store.totals(), "events": events})
    };
    answer(&headers, as_json, || {
        found.iter().map(|it| line(it)).collect()
    })
}

/// An event as a line: number, verdict, name, version, session, and the first mistake.
fn line(entry: &Entry) -> String {
    let name = if entry.name.is_empty() {
        "-"
    } else {
        &entry.name
    };
    let mut text = format!(
        "{} {} {name} {} {}",
        entry.id,
        entry.verdict.as_str(),
        entry.version,
        entry.session
    );
    if let Some(first) = entry.mistakes.first() {
        text.push_str(&format!(
            "  {} {}: {}",
            first.rule, first.pointer, first.wrong
        ));
    }
    printable(&text) + "\n"
}

async fn event(
    State(shared): State<Arc<Shared>>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let store = shared.store();
    let Some(entry) = id.parse().ok().and_then(|id| store.entry_of(id)) else {
        return (StatusCode::NOT_FOUND, "the event is not in memory\n").into_response();
    };
    let as_json = || detail::as_json(&store, entry, &shared.address.ingest());
    answer(&headers, as_json, || detail::as_text(entry))
}

async fn coverage(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let store = shared.store();
    answer(&headers, || store.coverage_json(), || store.coverage_text())
}

async fn reset(State(shared): State<Arc<Shared>>) -> Response {
    shared.store().reset();
    shared.notify();
    "the events and the counters are removed\n".into_response()
}

async fn failures(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    let query = Query::new(query.as_deref());
    if let Some(unknown) = query.unknown(&["next", "count", "retry-after"]) {
        return wrong(format!(
            "`{unknown}` is not one of next, count and retry-after"
        ));
    }
    let next = query.get("next").unwrap_or_default();
    let set = shared
        .store()
        .failures
        .set(next, query.get("count"), query.get("retry-after"));
    match set {
        Ok(()) => {
            shared.notify();
            "the next answers are set\n".into_response()
        }
        Err(mistake) => wrong(mistake),
    }
}

async fn ingest(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(reset): ConnectInfo<Reset>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let body = match received(&shared, &headers, body).await {
        Ok(body) => body,
        Err((status, wrong)) => return (status, wrong + "\n").into_response(),
    };
    let failure = shared.store().failures.take();
    if let Some(failure) = failure {
        shared.notify();
        // The body is not held while the client waits.
        drop(body);
        return failed(&shared, failure, &reset).await;
    }
    let taken = {
        let shared = Arc::clone(&shared);
        tokio::task::spawn_blocking(move || shared.take(&body)).await
    };
    match taken {
        Ok(Ok(())) => ([(header::CONTENT_TYPE, "application/json")], "{}").into_response(),
        Ok(Err(mistake)) => wrong(printable(&mistake)),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The body of a request. A few are read at the same time.
async fn received(
    shared: &Shared,
    headers: &HeaderMap,
    body: Body,
) -> Result<Vec<u8>, (StatusCode, String)> {
    if let Some(encoding) = headers.get(header::CONTENT_ENCODING)
        && encoding.as_bytes() != b"identity"
    {
        let wrong = "the body has a Content-Encoding; send it without one";
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, wrong.to_owned()));
    }
    let read = async {
        // The semaphore is never closed.
        let _permit = shared.bodies.acquire().await.ok();
        let mut parts = body.into_data_stream();
        let mut bytes = Vec::new();
        while let Some(part) = parts.next().await {
            let part = part.map_err(|_| {
                let wrong = "the body cannot be read";
                (StatusCode::BAD_REQUEST, wrong.to_owned())
            })?;
            if bytes.len() + part.len() > BODY_BYTES {
                let wrong = format!("the body has more than {BODY_BYTES} bytes");
                shared.store().refuse_unread(&wrong);
                shared.notify();
                return Err((StatusCode::PAYLOAD_TOO_LARGE, wrong));
            }
            bytes.extend_from_slice(&part);
        }
        Ok(bytes)
    };
    timeout(BODY_TIME, read).await.unwrap_or_else(|_| {
        let wrong = "the body did not arrive in 10 seconds";
        Err((StatusCode::REQUEST_TIMEOUT, wrong.to_owned()))
    })
}

async fn failed(shared: &Shared, failure: Failure, reset: &Reset) -> Response {
    match failure {
        Failure::Status(status, retry_after) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            let mut response = (status, "a failure on demand\n").into_response();
            if let Some(seconds) = retry_after {
                let value = HeaderValue::from(seconds);
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            response
        }
        Failure::Hang => {
            let mut stopped = shared.stopped.clone();
            let stopped = stopped.wait_for(|stopped| *stopped);
            tokio::select! {
                _ = timeout(HANG, pending::<()>()) => {}
                _ = stopped => {}
            }
            reset.order();
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Failure::Reset => {
            reset.order();
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
