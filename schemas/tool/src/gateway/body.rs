//! Bodies of requests, within the budget.

use std::{io::Read, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
};
use flate2::read::MultiGzDecoder;
use futures_util::StreamExt;
use tokio::time::timeout;

use super::{
    BODY_BYTES,
    budget::{Budget, Share},
    limits::{BODY_TIME, RETRY_AFTER},
};

/// Size of a part of a body in memory. Parts of one size leave no holes between bodies that come and go.
const PART_BYTES: usize = 8 * 1024;
/// Memory of a connection while it has a body: the buffers of the server. It is a part of the budget.
const CONNECTION_BYTES: usize = 16 * 1024;

/// A request without a 2xx.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// The mistake, and what to send instead, in lines.
    pub(super) text: String,
    /// Seconds.
    pub(super) retry_after: Option<u64>,
    /// Whether the rest of the request is not wanted, so that the connection ends.
    pub(super) is_early: bool,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, wrong: &str, instead: &str) -> Self {
        Self {
            status,
            text: format!("error: {wrong}\nhelp: {instead}\n"),
            retry_after: None,
            is_early: false,
        }
    }

    /// A refusal before the body has arrived.
    pub(super) fn early(mut self) -> Self {
        self.is_early = true;
        self
    }

    pub(super) fn later(wrong: &str, seconds: u64) -> Self {
        let instead = "send the same request again after the seconds of Retry-After";
        let mut refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, wrong, instead);
        refusal.retry_after = Some(seconds);
        refusal
    }

    fn full() -> Self {
        Self::later("the gateway has no memory left for this body", RETRY_AFTER)
    }

    pub(super) fn too_large(wrong: &str) -> Self {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(status, wrong, "send the events in several envelopes")
    }
}

/// A received body with its part of the budget.
#[derive(Debug)]
pub(super) struct Received {
    parts: Vec<Vec<u8>>,
    pub(super) share: Share,
    pub(super) is_gzip: bool,
}

/// Reads a body.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    budget: &Arc<Budget>,
) -> Result<Received, Refusal> {
    received(headers, body, budget)
        .await
        .map_err(Refusal::early)
}

async fn received(
    headers: &HeaderMap,
    body: Body,
    budget: &Arc<Budget>,
) -> Result<Received, Refusal> {
    let is_gzip = is_gzip(headers)?;
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_BYTES) {
        return Err(too_long());
    }
    let mut share = Share::new(budget);
    if !share.resize(CONNECTION_BYTES) {
        return Err(Refusal::full());
    }
    let read = parts(body, length.unwrap_or(BODY_BYTES), share);
    let (parts, share) = timeout(BODY_TIME, read).await.unwrap_or_else(|_| {
        let seconds = BODY_TIME.as_secs();
        Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            &format!("the body did not arrive in {seconds} seconds"),
            "send fewer events in an envelope",
        ))
    })?;
    Ok(Received {
        parts,
        share,
        is_gzip,
    })
}

fn too_long() -> Refusal {
    Refusal::too_large(&format!("the body has more than {BODY_BYTES} bytes"))
}

fn is_gzip(headers: &HeaderMap) -> Result<bool, Refusal> {
    let refused = |wrong, instead| {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Err(Refusal::new(status, wrong, instead))
    };
    if let Some(kind) = headers.get(header::CONTENT_TYPE) {
        let kind = kind.to_str().unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return refused(
                "the Content-Type is not application/json",
                "send an envelope as JSON; OTLP goes to the collector itself",
            );
        }
    }
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    match (encodings.next().map(|it| it.as_bytes()), encodings.next()) {
        (None, _) | (Some(b"identity"), None) => Ok(false),
        (Some(b"gzip" | b"x-gzip"), None) => Ok(true),
        _ => refused(
            "the Content-Encoding is not gzip",
            "send the body with gzip, or without a Content-Encoding",
        ),
    }
}

/// Collects the parts of a body of at most `longest` bytes.
async fn parts(
    body: Body,
    longest: usize,
    mut share: Share,
) -> Result<(Vec<Vec<u8>>, Share), Refusal> {
    let mut stream = body.into_data_stream();
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let size = longest.clamp(1, PART_BYTES);
    let mut received = 0;
    while let Some(frame) = stream.next().await {
        let frame = frame.map_err(|_| {
            let instead = "send the whole body, and its length if it is not chunked";
            Refusal::new(StatusCode::BAD_REQUEST, "the body cannot be read", instead)
        })?;
        received += frame.len();
        if received > BODY_BYTES {
            return Err(too_long());
        }
        let mut rest = &frame[..];
        while !rest.is_empty() {
            let free = parts.last().map_or(0, |part| size - part.len());
            if free == 0 {
                if !share.resize(CONNECTION_BYTES + (parts.len() + 1) * size) {
                    return Err(Refusal::full());
                }
                parts.push(Vec::with_capacity(size));
                continue;
            }
            let (now, later) = rest.split_at(free.min(rest.len()));
            if let Some(part) = parts.last_mut() {
                part.extend_from_slice(now);
            }
            rest = later;
        }
    }
    Ok((parts, share))
}

impl Received {
    /// Bytes as they arrived.
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    /// The body without gzip. At most [`BODY_BYTES`] are inflated.
    pub(super) fn inflated(self) -> Result<(Vec<u8>, Share), Refusal> {
        let length = self.len();
        let Self {
            parts,
            mut share,
            is_gzip,
        } = self;
        let mut bytes = Vec::with_capacity(length);
        // Each part is freed after its copy.
        for part in parts {
            bytes.extend_from_slice(&part);
        }
        if !is_gzip {
            return Ok((bytes, share));
        }
        let compressed = bytes.len();
        let mut inflated = Vec::new();
        let mut decoder = MultiGzDecoder::new(&*bytes);
        loop {
            let size = (inflated.capacity() * 2).clamp(PART_BYTES, BODY_BYTES + 1);
            if !share.resize(compressed + size) {
                return Err(Refusal::full());
            }
            inflated.reserve_exact(size - inflated.len());
            let more = u64::try_from(size - inflated.len()).unwrap_or(u64::MAX);
            let read = (&mut decoder).take(more).read_to_end(&mut inflated);
            if read.is_err() {
                return Err(Refusal::new(
                    StatusCode::BAD_REQUEST,
                    "the body is not gzip, or it ends too early",
                    "send the body with gzip, or without a Content-Encoding",
                ));
            }
            if inflated.len() > BODY_BYTES {
                return Err(Refusal::too_large(&format!(
                    "the body has more than {BODY_BYTES} bytes when it is inflated"
                )));
            }
            if inflated.len() < size {
                break;
            }
        }
        drop(bytes);
        share.resize(inflated.capacity());
        Ok((inflated, share))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzipped(bytes: &[u8], limit: usize) -> (Received, Arc<Budget>) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        let bytes = encoder.finish().unwrap();
        let budget = Budget::new(limit);
        let mut share = Share::new(&budget);
        assert!(share.resize(bytes.len()));
        let received = Received {
            parts: vec![bytes],
            share,
            is_gzip: true,
        };
        (received, budget)
    }

    #[test]
    fn gzip_is_inflated_within_the_budget() {
        for length in [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, BODY_BYTES] {
            let bytes = vec![b'x'; length];
            let (received, budget) = gzipped(&bytes, usize::MAX);
            let (inflated, share) = received.inflated().unwrap();
            assert!(inflated == bytes, "{length}");
            assert!(budget.used() >= length && budget.used() <= BODY_BYTES + 1);
            drop(share);
            assert_eq!(budget.used(), 0);
        }
    }

    #[test]
    fn a_bomb_is_refused_with_the_memory_of_one_body() {
        let (bomb, budget) = gzipped(&vec![0; 64 * BODY_BYTES], 3 * BODY_BYTES);
        let refusal = bomb.inflated().unwrap_err();
        assert_eq!(refusal.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(budget.used(), 0);
        let (large, _budget) = gzipped(&vec![0; BODY_BYTES], BODY_BYTES);
        let refusal = large.inflated().unwrap_err();
        assert_eq!(refusal.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refusal.retry_after, Some(RETRY_AFTER));
    }
}
