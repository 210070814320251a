//! The test kit: for tests of a program's telemetry.
//!
//! The feature `testing` belongs in `[dev-dependencies]`. The kit needs no async runtime and no HTTP
//! crate.
//!
//! **Invariants.** Connects to loopback only. Failures are errors and not panics, except in the
//! functions named `assert_...` and for an event that the product does not disclose ([`Capture`]).
//!
//! # Your own tests
//!
//! A program that uses the default [lookup](crate::env::process_env) is off under `cargo test`: the
//! harness is recognised by its executable, `deps/name-0123456789abcdef`. `cargo run` stays on. A test
//! therefore sends nothing to your collector, unless it or the user sets the product's enable variable.
//!
//! - To test which events are recorded, use [`capture`], which is always on.
//! - To test requests, pass a lookup of the test's own to [`ClientBuilder::env`](crate::ClientBuilder::env) and the URL of a
//!   [`Collector`]. With `.env(|_| None)` no variable, no CI system, no test harness and no file of the
//!   developer decides.
//! - To start your program from a test, use [`command`]. A started program is not recognised as a test.
//! - In other harnesses, such as doctests and scripts, set `DO_NOT_TRACK=1`.
//!
//! # Parts
//!
//! - [`capture`] keeps the events that a piece of code records, by type, without a server.
//! - [`conformance`] generates the payloads that an event can have, for a comparison with the published
//!   document.
//! - [`assert_no_free_text_beyond`] freezes the list of fields that hold free text, and
//!   [`assert_digest`] ties the prompt version to the disclosure (feature `schema`). Each is one line
//!   in a product's tests.
//! - [`VirtualClock`] makes hours pass without waiting.
//! - [`Collector`] is an HTTP server that answers by a script and keeps its requests. A
//!   [`ScriptedResponse`] is one row of that script: a status, or a fault of the network.
//! - [`UnreachableEndpoint`] is an address without a server: connects are refused, or hang.
//!
//! | fault | how to cause it |
//! | --- | --- |
//! | connects are refused | [`UnreachableEndpoint::refusing`] |
//! | packets are lost | [`UnreachableEndpoint::black_hole`] |
//! | accepted, never answered | [`ScriptedResponse::silence`] |
//! | accepted, never read | [`ScriptedResponse::refuse_to_read`] |
//! | the answer is slow | [`ScriptedResponse::drip`] |
//! | reset before the request is written | [`ScriptedResponse::reset_after`], with a body over 128 KiB |
//! | reset after it is written | [`ScriptedResponse::reset`] |
//! | reset after the status | [`ScriptedResponse::reset_after_head`] |
//! | any status, `Retry-After` | [`ScriptedResponse::status`], [`ScriptedResponse::header`] |
//! | redirects | [`ScriptedResponse::redirect`] |
//! | endless interim answers | [`ScriptedResponse::informational_flood`] |
//! | an endless body | [`ScriptedResponse::endless_body`] |
//! | broken HTTP | [`ScriptedResponse::wrong_length`], [`ScriptedResponse::broken_chunks`], [`ScriptedResponse::garbage`], [`ScriptedResponse::huge_header`], [`ScriptedResponse::raw`] |
//! | a kept connection is closed | [`ScriptedResponse::then_close`], [`ScriptedResponse::close`] |
//! | one rejected event in a batch | [`Collector::with_handler`] |
//! | a TLS handshake that stalls or fails | [`ScriptedResponse::refuse_to_read`], [`ScriptedResponse::tls_alert`] behind an `https` URL |
//!
//! Expired certificates and those of another host need a TLS server, which this kit does not contain.
//!
//! The endpoint of a client selects the collector. A custom lookup isolates the test from the
//! variables and the home directory of the developer:
//!
//! ```
//! # #[cfg(all(feature = "derive", feature = "http"))] mod example {
//! use std::time::Duration;
//! use telemetry_runtime::{Client, Product, TelemetryEvent, testing::{Collector, ScriptedResponse}};
//! # /// One run of the tool.
//! # #[derive(TelemetryEvent)]
//! # #[event(name = "tool_run", schema = "1.0")]
//! # struct ToolRun {
//! #     /// Exit code of the process.
//! #     exit_code: i32,
//! # }
//!
//! static MY_TOOL: Product = Product::new("my-tool").default_on(true);
//!
//! # pub
//! fn an_event_is_sent_again_after_503() -> Result<(), Box<dyn std::error::Error>> {
//!     let collector = Collector::script([ScriptedResponse::status(503)])?; // and 200 to the next
//!     let telemetry = Client::builder(&MY_TOOL)
//!         .env(|_| None)
//!         .endpoint(collector.url())
//!         .build();
//!     telemetry.record(&ToolRun::builder().exit_code(3).build());
//!     let _ = telemetry.shutdown(Duration::from_secs(60));
//!
//!     let requests = collector.wait_for_requests(2, Duration::from_secs(60))?;
//!     assert!(requests[1].text().contains(r#"{"exitCode":3}"#));
//!     assert_eq!(telemetry.health().delivered(), 1);
//!     Ok(())
//! }
//! # }
//! # #[cfg(all(feature = "derive", feature = "http", not(feature = "off")))]
//! # example::an_event_is_sent_again_after_503()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "schema")]
pub(crate) mod assertions;
pub(crate) mod capture;
pub(crate) mod collector;
pub(crate) mod conformance;
pub(crate) mod started;
pub(crate) mod unreachable;

#[cfg(all(feature = "consent", feature = "schema"))]
pub use self::assertions::assert_digest;
#[cfg(feature = "schema")]
pub use self::assertions::assert_no_free_text_beyond;
pub use self::capture::{Capture, CaptureError, capture};
pub use self::collector::{
    Collector,
    request::ReceivedRequest,
    response::ScriptedResponse,
    state::{Counts, WaitError},
};
pub use self::conformance::{Conformance, ConformanceCase, conformance};
pub use self::started::command;
pub use self::unreachable::UnreachableEndpoint;
pub use crate::delivery::virtual_clock::VirtualClock;
