//! Why a request has no answer: the stage, and what may be said about it.
//!
//! Never repeats an address, a name or a header.

use std::{error::Error, io, iter};

use super::{
    stage::{Progress, Stage},
    tls,
};
use crate::transport::{Failure, FailureKind, Outcome, Response};

pub(super) fn setup(detail: &'static str) -> Failure {
    Failure::new(FailureKind::Setup).detail(detail)
}

/// Time ran out, at the stage that was reached.
pub(super) fn timeout(progress: &Progress) -> Failure {
    let kind = match progress.stage() {
        Stage::Resolving => FailureKind::Resolve,
        Stage::Connecting => FailureKind::Connect,
        Stage::Handshaking => FailureKind::Tls,
        Stage::Sending | Stage::Sent => return Failure::new(FailureKind::Timeout),
    };
    Failure::new(kind).detail("it took too long")
}

/// What became of a request that failed with `failure`.
pub(super) fn outcome(failure: Failure, progress: &Progress) -> Outcome {
    if progress.stage() < Stage::Sent {
        Outcome::NotSent(failure)
    } else {
        Outcome::Ambiguous(failure)
    }
}

/// The same for an error of the HTTP client.
pub(super) fn classify(error: &reqwest::Error, progress: &Progress) -> Outcome {
    // A proxy's answer to the request for a tunnel reaches us as an error only.
    let refused = |text: String| text.ends_with("proxy authorization required");
    if sources(error).any(|source| refused(source.to_string())) {
        return Response::new(407).into();
    }
    outcome(explain(error, progress), progress)
}

fn explain(error: &reqwest::Error, progress: &Progress) -> Failure {
    let io = io(error);
    let wrapped = io.and_then(|io| io.get_ref()?.downcast_ref::<rustls::Error>());
    if let Some(error) = wrapped.or_else(|| sources(error).find_map(|source| source.downcast_ref()))
    {
        return Failure::new(FailureKind::Tls).detail(tls::explain(error));
    }
    if error.is_timeout() {
        return timeout(progress);
    }
    let detail = io.map(|io| io.kind().to_string()).unwrap_or_default();
    let kind = match progress.stage() {
        _ if error.is_builder() => FailureKind::Setup,
        _ if error.is_dns() => FailureKind::Resolve,
        Stage::Handshaking => FailureKind::Tls,
        _ if error.is_connect() => FailureKind::Connect,
        _ if io.is_some() => FailureKind::Io,
        _ => FailureKind::Protocol,
    };
    Failure::new(kind).detail(detail)
}

fn io(error: &reqwest::Error) -> Option<&io::Error> {
    sources(error).find_map(|source| source.downcast_ref().map(innermost))
}

fn sources(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    iter::successors(error.source(), |error| (*error).source())
}

/// The I/O error inside I/O errors: each layer wraps the one below, and `source` skips them.
fn innermost(error: &io::Error) -> &io::Error {
    let inside = error.get_ref().and_then(|inner| inner.downcast_ref());
    inside.map_or(error, innermost)
}
