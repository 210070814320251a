//! The gateway: receives envelopes, checks each event, and forwards the valid ones to a collector of OTLP.
//!
//! **Invariants.** An answer is 2xx only after the collector has accepted the valid events and the invalid ones
//! are in the dead letter file. Everything is bounded: connections, the bytes of bodies in memory, times, and
//! files. No address of a client is kept, logged or forwarded. Names of metrics come from rules, never from
//! input. Only the dead letter file outlives a request.
//!
//! A request passes these parts: `connections` accepts it, `routes` checks the token, `body` reads and inflates
//! it within the `budget`, `envelope` checks it and writes the logs, `forward` sends them, `dead_letter` keeps the
//! rest, and `metrics` counts all of it.

mod access;
mod body;
mod budget;
mod connections;
mod counters;
mod dead_letter;
mod envelope;
mod forward;
mod idle;
mod limits;
mod lines;
mod metrics;
mod routes;
mod server;
mod tls;

use std::{net::SocketAddr, path::PathBuf};

use crate::{history::Released, outgoing::Target};

pub use self::{
    access::Tokens,
    server::{Event, serve},
    tls::Certificate,
};

/// Largest body of a request, before and after it is inflated.
pub const BODY_BYTES: usize = 1024 * 1024;
/// Bytes of all bodies in memory, received and forwarded, with the buffers of the connections that receive them. A
/// request above it is answered with 503.
pub const BUDGET_BYTES: usize = 32 * 1024 * 1024;
/// Values of JSON in a body. It limits the memory of the check.
pub const BODY_VALUES: usize = 65_536;
/// Events of an envelope.
pub const ENVELOPE_EVENTS: usize = 4096;
/// Connections at the same time, if the system allows as many open files. Others wait.
pub const CONNECTIONS: usize = 1200;
/// Size of the dead letter file at which it becomes the backup.
pub const DEAD_LETTER_BYTES: u64 = 64 * 1024 * 1024;

/// The settings of a gateway.
#[derive(Debug)]
pub struct Options {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The documents with their locks.
    pub released: Vec<Released>,
    /// The address of the collector for logs.
    pub forward: Target,
    /// The file for events that a document does not allow.
    pub dead_letter: Option<PathBuf>,
    /// Whether the dead letter file has the events, not only their mistakes.
    pub dead_letter_payloads: bool,
    /// The certificate and its key.
    pub certificate: Option<Certificate>,
    /// The tokens of clients.
    pub tokens: Option<Tokens>,
}

/// The result of a gateway after its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The numbers of received, forwarded and invalid events, in one line.
    pub summary: String,
    /// Whether every request had its answer before the end.
    pub is_complete: bool,
}
