//! A request body that knows whether it was handed over completely.
//!
//! A collector cannot have taken in a request whose body it never got in full. This is how the HTTP
//! transport tells "certainly not received" from "perhaps received".

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Small enough that a large body is not handed over long before it is written.
const PIECE_BYTES: usize = 16 * 1024;

/// A body in pieces; `complete` becomes true with the last one.
pub(super) struct Outgoing {
    rest: Bytes,
    complete: Arc<AtomicBool>,
}

impl Outgoing {
    pub(super) fn new(body: Bytes, complete: Arc<AtomicBool>) -> Self {
        Self {
            rest: body,
            complete,
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let len = self.rest.len().min(PIECE_BYTES);
        let piece = self.rest.split_to(len);
        if self.rest.is_empty() {
            self.complete.store(true, Ordering::Relaxed);
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
