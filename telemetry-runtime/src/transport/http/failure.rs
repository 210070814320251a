//! Turns an error of the HTTP client into an outcome: at which stage it happened, and why.
//!
//! **Invariants.** A failure never contains an address, a host name or a header.

use std::{borrow::Cow, error::Error, io, iter};

use rustls::{CertificateError, OtherError};

use super::{
    resolver::ResolveError,
    stage::{Progress, Stage},
};
use crate::transport::{Failure, FailureKind, Outcome, Response};

pub(super) fn setup(detail: &'static str) -> Failure {
    Failure::new(FailureKind::Setup).with_detail(detail)
}

/// The deadline passed at the stage that the request had reached.
pub(super) fn timeout(progress: &Progress) -> Failure {
    let kind = match progress.stage() {
        Stage::Resolving => FailureKind::Resolve,
        Stage::Connecting => FailureKind::Connect,
        Stage::Handshaking => FailureKind::Tls,
        Stage::Sending | Stage::Sent => return Failure::new(FailureKind::Timeout),
    };
    Failure::new(kind).with_detail("timed out")
}

/// The outcome of a request that failed with `failure` at the current stage.
pub(super) fn outcome(failure: Failure, progress: &Progress) -> Outcome {
    if progress.stage() < Stage::Sent {
        Outcome::NotSent(failure)
    } else {
        Outcome::Ambiguous(failure)
    }
}

/// The outcome of a request that failed with `error` of the HTTP client.
pub(super) fn classify(error: &reqwest::Error, progress: &Progress) -> Outcome {
    // A proxy's response to the tunnel request is available only as an error.
    let is_407 = |text: String| text.ends_with("proxy authorization required");
    if sources(error).any(|source| is_407(source.to_string())) {
        return Response::new(407).into();
    }
    outcome(explain(error, progress), progress)
}

fn explain(error: &reqwest::Error, progress: &Progress) -> Failure {
    let io = io(error);
    let wrapped = io.and_then(|io| io.get_ref()?.downcast_ref::<rustls::Error>());
    if let Some(error) = wrapped.or_else(|| sources(error).find_map(|source| source.downcast_ref()))
    {
        return Failure::new(FailureKind::Tls).with_detail(explain_tls(error));
    }
    if error.is_timeout() {
        return timeout(progress);
    }
    let detail = detail(error, io);
    let kind = match progress.stage() {
        _ if error.is_builder() => FailureKind::Setup,
        _ if error.is_dns() => FailureKind::Resolve,
        Stage::Handshaking => FailureKind::Tls,
        _ if error.is_connect() => FailureKind::Connect,
        _ if io.is_some() => FailureKind::Io,
        _ => FailureKind::Protocol,
    };
    Failure::new(kind).with_detail(detail)
}

/// The cause, without a host name or an address.
fn detail(error: &reqwest::Error, io: Option<&io::Error>) -> Cow<'static, str> {
    if let Some(ResolveError(why)) = sources(error).find_map(|source| source.downcast_ref()) {
        return (*why).into();
    }
    if let Some(error) = io {
        return explain_io(error);
    }
    // The errors of a tunnel have no public type.
    let tunnel = sources(error).find_map(|source| {
        let text = source.to_string();
        text.strip_prefix("tunnel error: ").map(str::to_owned)
    });
    match tunnel.as_deref() {
        Some("unsuccessful") => "the proxy refused the tunnel".into(),
        Some("unexpected end of file") => "the proxy closed the connection".into(),
        Some(_) => "the proxy's answer was not understood".into(),
        None => "".into(),
    }
}

/// std has no kind for many system errors. Their texts contain no host name.
fn explain_io(error: &io::Error) -> Cow<'static, str> {
    const LOOKUP: &str = "failed to lookup address information: ";
    let kind = error.kind().to_string();
    let text = error.to_string();
    match (kind.as_str(), error.raw_os_error()) {
        ("uncategorized error", Some(_)) => text.into(),
        ("uncategorized error", None) => match text.strip_prefix(LOOKUP) {
            Some(reason) => reason.to_owned().into(),
            None => "the system gives no cause".into(),
        },
        // The text of an error from other code could contain anything.
        ("other error", _) => "the cause has no name".into(),
        _ => kind.into(),
    }
}

/// The texts of rustls contain host names; these do not.
fn explain_tls(error: &rustls::Error) -> Cow<'static, str> {
    use CertificateError::*;
    match error {
        rustls::Error::InvalidCertificate(error) => match error {
            Expired | ExpiredContext { .. } => "the certificate has expired".into(),
            NotValidYet | NotValidYetContext { .. } => "the certificate is not valid yet".into(),
            NotValidForName | NotValidForNameContext { .. } => {
                "the certificate is for another host".into()
            }
            UnknownIssuer => "the certificate's issuer is unknown".into(),
            Revoked => "the certificate was revoked".into(),
            BadEncoding => "the certificate is not encoded correctly".into(),
            BadSignature => "the certificate's signature is wrong".into(),
            InvalidPurpose | InvalidPurposeContext { .. } => {
                "the certificate is not for servers".into()
            }
            UnhandledCriticalExtension => {
                "the certificate has a critical extension that is not known".into()
            }
            UnsupportedSignatureAlgorithmContext { .. }
            | UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                "the certificate's signature algorithm is not supported".into()
            }
            Other(OtherError(error)) => explain_other(&format!("{error:?}")),
            _ => "the certificate is invalid".into(),
        },
        rustls::Error::AlertReceived(alert) => {
            format!("the collector sent the alert {alert:?}").into()
        }
        rustls::Error::InvalidMessage(_) => "the answer was not TLS".into(),
        _ => "the handshake failed".into(),
    }
}

/// `debug` begins with the name of a variant of webpki; values after it are left out.
fn explain_other(debug: &str) -> Cow<'static, str> {
    let end = debug.find(|c: char| !c.is_ascii_alphanumeric());
    let name = end.and_then(|end| debug.get(..end)).unwrap_or(debug);
    match name {
        "CaUsedAsEndEntity" => {
            "the certificate is that of an authority, and a server needs its own".into()
        }
        "" => "the certificate is invalid".into(),
        name => format!("the certificate is invalid: {name}").into(),
    }
}

fn io(error: &reqwest::Error) -> Option<&io::Error> {
    sources(error).find_map(|source| source.downcast_ref().map(innermost))
}

fn sources(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    iter::successors(error.source(), |error| (*error).source())
}

/// The innermost I/O error: each layer wraps the one below it, and `source` skips the wrapped ones.
fn innermost(error: &io::Error) -> &io::Error {
    let inside = error.get_ref().and_then(|inner| inner.downcast_ref());
    inside.map_or(error, innermost)
}
