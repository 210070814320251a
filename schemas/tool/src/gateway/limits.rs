//! Times of the gateway, and the number of connections that the system allows.

use std::time::Duration;

use super::CONNECTIONS;

/// Longest time for the head of a request. A connection without a request is closed after it.
pub(super) const HEAD_TIME: Duration = Duration::from_secs(30);
/// Longest time for a TLS handshake.
pub(super) const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// Longest time for a body.
pub(super) const BODY_TIME: Duration = Duration::from_secs(30);
/// Longest time for a place among the requests to the collector, and for its answer.
pub(super) const FORWARD_TIME: Duration = Duration::from_secs(10);
/// Longest time of a connection on which nothing is read or written. It is longer than an answer takes.
pub(super) const IDLE_TIME: Duration = Duration::from_secs(60);
/// Longest time for the rest of a refused body. It is shorter than that for the end of the process.
pub(super) const REST_TIME: Duration = Duration::from_secs(10);
/// Longest time from SIGTERM to the end of the process.
pub(super) const STOP_TIME: Duration = Duration::from_secs(15);
/// `Retry-After` in seconds, if the collector does not name one.
pub(super) const RETRY_AFTER: u64 = 5;
/// Largest `Retry-After` that is passed on, in seconds.
pub(super) const LONGEST_RETRY_AFTER: u64 = 300;
/// Requests to the collector at the same time. Others wait.
pub(super) const FORWARDS: usize = 64;

/// Open files beside connections of clients: those to the collector, the dead letter file, and the runtime.
#[cfg(unix)]
const OTHER_FILES: u64 = FORWARDS as u64 + 64;

/// The number of connections. Raises the limit of open files, if the system allows it.
#[cfg(unix)]
pub(super) fn connections() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let wanted = u64::try_from(CONNECTIONS).unwrap_or(u64::MAX) + OTHER_FILES;
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current.unwrap_or(u64::MAX);
    let mut allowed = current;
    if current < wanted {
        let raised = limit.maximum.unwrap_or(u64::MAX).min(wanted);
        let both = Rlimit {
            current: Some(raised),
            maximum: limit.maximum,
        };
        if setrlimit(Resource::Nofile, both).is_ok() {
            allowed = raised;
        }
    }
    let left = usize::try_from(allowed.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
    left.clamp(16, CONNECTIONS)
}

#[cfg(not(unix))]
pub(super) fn connections() -> usize {
    CONNECTIONS
}
