//! A request body that knows whether it was written completely.
//!
//! A collector cannot have taken in a request whose last byte it never got. This is how the HTTP
//! transport tells "certainly not received" from "perhaps received": the body is handed over in
//! pieces, each only when the one before was taken off the HTTP client's hands by the connection,
//! and the last piece is a single byte. Until that byte is asked for, nobody can have the body.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::stage::{Progress, Stage};

const PIECE_BYTES: usize = 16 * 1024;

/// A body in pieces, of which one is under way at a time.
pub(super) struct TrackedBody {
    rest: Bytes,
    under_way: Arc<ChunkGate>,
    progress: Arc<Progress>,
}

#[derive(Default)]
struct ChunkGate(Mutex<State>);

#[derive(Default)]
struct State {
    is_one: bool,
    waiting: Option<Waker>,
}

/// A piece that says so when it is dropped: it was written, or never will be.
struct Piece {
    bytes: Bytes,
    under_way: Arc<ChunkGate>,
}

impl TrackedBody {
    pub(super) fn new(body: Bytes, progress: Arc<Progress>) -> Self {
        Self {
            rest: body,
            under_way: Arc::default(),
            progress,
        }
    }

    fn next_piece(&mut self) -> Bytes {
        let all_but_one = self.rest.len().saturating_sub(1).max(1);
        let bytes = self.rest.split_to(all_but_one.min(PIECE_BYTES));
        let last = self.rest.is_empty();
        self.progress
            .reach(if last { Stage::Sent } else { Stage::Sending });
        Bytes::from_owner(Piece {
            bytes,
            under_way: Arc::clone(&self.under_way),
        })
    }
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if !self.under_way.begin(context.waker()) {
            return Poll::Pending;
        }
        Poll::Ready(Some(Ok(Frame::data(self.next_piece()))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

impl ChunkGate {
    /// True when no piece is under way, and then there is one; otherwise wakes when it has ended.
    fn begin(&self, waker: &Waker) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_one {
            state.waiting = Some(waker.clone());
        }
        !std::mem::replace(&mut state.is_one, true)
    }

    fn end(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_one = false;
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.under_way.end();
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
    fn the_last_byte_waits_until_all_others_are_written() {
        let progress = Arc::new(Progress::default());
        let bytes = Bytes::from(vec![7; PIECE_BYTES + 10]);
        let mut body = TrackedBody::new(bytes, Arc::clone(&progress));
        let mut sizes = Vec::new();
        while !body.is_end_stream() {
            assert!(progress.stage() < Stage::Sent);
            let piece = poll(&mut body).unwrap();
            sizes.push(piece.len());
            assert!(poll(&mut body).is_none(), "one piece at a time");
        }
        assert_eq!(sizes, [PIECE_BYTES, 9, 1]);
        assert_eq!(progress.stage(), Stage::Sent);
    }

    #[test]
    fn a_body_of_one_byte_is_one_piece() {
        let progress = Arc::new(Progress::default());
        let mut body = TrackedBody::new(Bytes::from_static(b"x"), Arc::clone(&progress));
        assert_eq!(poll(&mut body).unwrap(), "x");
        assert_eq!(progress.stage(), Stage::Sent);
    }
}
