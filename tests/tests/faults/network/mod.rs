//! The network's faults (rows 1 to 31 of `tests/FAULTS.md`), each a test named after its row.
//!
//! Real sockets on loopback, and a client as its users have it. Nothing sleeps and nothing is
//! timed: a deadline here is either very long, to end a test that fails, or short because something
//! never happens before it.

mod answers;
mod bodies;
mod connections;
mod endpoints;
mod local;
mod names;
mod proxies;
mod support;
mod tls;
mod tls_server;
