//! The live view: a server on loopback that receives envelopes, checks them, and shows them on a page.
//!
//! **Invariants.** Everything is bounded: events and bytes in memory, bodies, connections, streams, and
//! envelopes that wait to be forwarded. Every route has the token in its path. The page receives text of
//! events only as JSON and shows it only as text.

mod address;
mod assets;
mod changes;
mod copies;
mod detail;
mod entry;
mod failures;
mod forward;
mod listener;
mod queries;
mod routes;
mod rule;
mod save;
mod server;
mod store;
mod stream;

use std::path::PathBuf;

use crate::{history::Released, outgoing::Target};

pub use self::{
    address::{Address, is_variable},
    rule::FailOn,
    server::serve,
};

/// Events in memory.
pub const HELD_EVENTS: usize = 500;
/// Largest size of the events in memory, in bytes of JSON.
pub const HELD_BYTES: usize = 32 * 1024 * 1024;
/// Largest body of a request.
pub const BODY_BYTES: usize = 8 * 1024 * 1024;
/// Connections at the same time. Others wait.
pub const CONNECTIONS: usize = 128;
/// Pages with a stream at the same time. Others get 503.
pub const STREAMS: usize = 8;

/// The settings of a live view.
#[derive(Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The documents. Without one, events are shown but not checked.
    pub released: Vec<Released>,
    /// The product's variable for its endpoint, for the line to paste.
    pub variable: String,
    /// The file that gets every envelope as a line.
    pub save: Option<PathBuf>,
    /// The address that gets a copy of every envelope.
    pub forward: Option<Target>,
    /// The findings with exit code 1.
    pub fail_on: Vec<FailOn>,
}

/// The result of a live view after its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Events, requests that are not envelopes, and coverage in one line.
    pub summary: String,
    /// The rules that were broken.
    pub findings: Vec<String>,
    /// The file of `save` could not be written.
    pub mistake: Option<String>,
}
