//! A request body that records whether its last byte was handed to the connection.
//!
//! A collector cannot have received a request whose last byte was never written. The body is
//! therefore handed over in two chunks, and the second one is its last byte. It follows only after the
//! connection has released the first one. Until that byte is requested, the outcome is "certainly not
//! received"; afterwards it is "perhaps received".

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use reqwest::header::HeaderMap;

#[cfg(feature = "gzip")]
use super::gzip;
use super::stage::{Progress, Stage};
use crate::transport::Request;
#[cfg(feature = "spool")]
use crate::transport::permit::SharedPermit;

/// The bytes of a request's body, copied if the request does not share them, and compressed if the headers say
/// so. `None` without memory.
pub(super) fn of(request: &Request<'_>, headers: &HeaderMap) -> Option<Bytes> {
    #[cfg(feature = "gzip")]
    if gzip::is_declared(headers) {
        return gzip::compressed(request.body);
    }
    #[cfg(not(feature = "gzip"))]
    let _ = headers;
    if let Some(owner) = request.owner() {
        return Some(Bytes::from_owner(owner));
    }
    let mut body = Vec::new();
    body.try_reserve_exact(request.body.len()).ok()?;
    body.extend_from_slice(request.body);
    Some(body.into())
}

/// A body in two chunks, of which at most one is in flight.
pub(super) struct TrackedBody {
    rest: Bytes,
    gate: Arc<ChunkGate>,
    progress: Arc<Progress>,
    #[cfg(feature = "spool")]
    permit: Option<SharedPermit>,
}

/// The request is not completed.
#[derive(Debug)]
pub(super) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request was withdrawn before its last byte")
    }
}

impl std::error::Error for Refused {}

/// Lets one chunk at a time pass.
#[derive(Default)]
struct ChunkGate(Mutex<GateState>);

#[derive(Default)]
struct GateState {
    in_flight: bool,
    waiting: Option<Waker>,
}

/// Opens the gate when it is dropped: the chunk was written, or never will be.
struct Chunk {
    bytes: Bytes,
    gate: Arc<ChunkGate>,
}

impl TrackedBody {
    pub(super) fn new(body: Bytes, progress: Arc<Progress>) -> Self {
        Self {
            rest: body,
            gate: Arc::default(),
            progress,
            #[cfg(feature = "spool")]
            permit: None,
        }
    }

    /// Asks `permit` before the last byte.
    #[cfg(feature = "spool")]
    pub(super) fn permitted_by(self, permit: Option<SharedPermit>) -> Self {
        Self { permit, ..self }
    }

    /// False if the last byte must not leave.
    fn may_end(&mut self) -> bool {
        #[cfg(feature = "spool")]
        if let Some(permit) = self.permit.take() {
            return permit.permits();
        }
        true
    }

    fn next_chunk(&mut self) -> Result<Bytes, Refused> {
        let all_but_one = self.rest.len().saturating_sub(1).max(1);
        let last = self.rest.len() <= all_but_one;
        if last && !self.may_end() {
            return Err(Refused);
        }
        let bytes = self.rest.split_to(all_but_one);
        self.progress
            .reach(if last { Stage::Sent } else { Stage::Sending });
        Ok(Bytes::from_owner(Chunk {
            bytes,
            gate: Arc::clone(&self.gate),
        }))
    }
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = Refused;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Refused>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if !self.gate.enter(context.waker()) {
            return Poll::Pending;
        }
        Poll::Ready(Some(self.next_chunk().map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

impl ChunkGate {
    /// True when no chunk is in flight; the caller's chunk is in flight from then on. Otherwise
    /// `waker` is woken when the chunk in flight is released.
    fn enter(&self, waker: &Waker) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.in_flight {
            state.waiting = Some(waker.clone());
        }
        !std::mem::replace(&mut state.in_flight, true)
    }

    fn release(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.in_flight = false;
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    }
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.gate.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(body: &mut TrackedBody) -> Option<Bytes> {
        let mut context = Context::from_waker(Waker::noop());
        match Pin::new(body).poll_frame(&mut context) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().ok(),
            _ => None,
        }
    }

    #[test]
    fn the_last_byte_is_handed_over_after_all_others_are_written() {
        let progress = Arc::new(Progress::default());
        let bytes = Bytes::from(vec![7; 100_000]);
        let mut body = TrackedBody::new(bytes, Arc::clone(&progress));
        let mut sizes = Vec::new();
        while !body.is_end_stream() {
            assert!(progress.stage() < Stage::Sent);
            let chunk = poll(&mut body).unwrap();
            sizes.push(chunk.len());
            assert!(poll(&mut body).is_none(), "one chunk at a time");
        }
        assert_eq!(sizes, [99_999, 1]);
        assert_eq!(progress.stage(), Stage::Sent);
    }

    #[test]
    fn a_body_of_one_byte_is_one_chunk() {
        let progress = Arc::new(Progress::default());
        let mut body = TrackedBody::new(Bytes::from_static(b"x"), Arc::clone(&progress));
        assert_eq!(poll(&mut body).unwrap(), "x");
        assert_eq!(progress.stage(), Stage::Sent);
    }
}
