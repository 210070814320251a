//! The network's faults (rows 1 to 31 of `tests/FAULTS.md`), each a test named after its row.
//!
//! Real sockets on loopback, and a client as its users have it. No test sleeps or
//! measures time. A deadline is either very long, so that a failing test ends, or short, because the
//! awaited event never happens.

mod answers;
mod api_key;
mod bodies;
mod connections;
mod endpoints;
mod local;
mod names;
mod proxies;
mod support;
mod tls;
#[expect(dead_code, reason = "tests of other binaries need more of it")]
mod tls_server;
