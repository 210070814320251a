//! The test kit: what a program needs to test its own telemetry.
//!
//! Never part of a shipped program: it stands behind the feature `testing`, for
//! `[dev-dependencies]`. It needs no async runtime and no HTTP crate, talks to loopback only, and
//! reports what fails as an error instead of a panic, but for the functions named `assert_...`.
//!
//! [`assert_no_free_text_beyond`] freezes the list of fields that hold free text, [`assert_digest`]
//! ties the prompt version to what is disclosed (feature `schema`): one line each in a product's
//! tests.
//!
//! [`capture`] keeps the events that a piece of code records, by type, without any server.
//!
//! [`VirtualClock`] lets hours pass in no time.
//!
//! [`Collector`] is an HTTP server that answers by a script and keeps what it was sent. An
//! [`ScriptedResponse`] is one row of that script: a status, or one of the ways in which a network goes
//! wrong. [`UnreachableEndpoint`] is an address where no server is: connects are refused, or hang.
//!
//! | what goes wrong | how to have it |
//! | --- | --- |
//! | nobody listens | [`UnreachableEndpoint::refusing`] |
//! | packets vanish | [`UnreachableEndpoint::black_hole`] |
//! | accepted, never answered | [`ScriptedResponse::silence`] |
//! | accepted, never read | [`ScriptedResponse::refuse_to_read`] |
//! | the answer drips | [`ScriptedResponse::drip`] |
//! | reset before the request is written | [`ScriptedResponse::reset_after`], with a body over 128 KiB |
//! | reset after it is written | [`ScriptedResponse::reset`] |
//! | reset after the status | [`ScriptedResponse::reset_after_head`] |
//! | any status, `Retry-After` | [`ScriptedResponse::status`], [`ScriptedResponse::header`] |
//! | redirects | [`ScriptedResponse::redirect`] |
//! | interim answers without end | [`ScriptedResponse::informational_flood`] |
//! | a body without end | [`ScriptedResponse::endless_body`] |
//! | broken HTTP | [`ScriptedResponse::wrong_length`], [`ScriptedResponse::broken_chunks`], [`ScriptedResponse::garbage`], [`ScriptedResponse::huge_header`], [`ScriptedResponse::raw`] |
//! | a kept connection is closed | [`ScriptedResponse::then_close`], [`ScriptedResponse::close`] |
//! | one bad event in a batch | [`Collector::with_handler`] |
//! | a TLS handshake that stalls or fails | [`ScriptedResponse::refuse_to_read`], [`ScriptedResponse::tls_alert`] behind an `https` URL |
//!
//! Certificates that are expired or of another host need a TLS server: not in this kit.
//!
//! A program is pointed at a collector by its endpoint. A lookup of its own keeps the variables and
//! the home directory of whoever runs the test out of it:
//!
//! ```
//! # #[cfg(all(feature = "derive", feature = "http"))] mod example {
//! use std::time::Duration;
//! use telemetry_runtime::{Client, Product, TelemetryEvent, testing::{ScriptedResponse, Collector}};
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
//! fn what_is_put_off_is_sent_again() -> Result<(), Box<dyn std::error::Error>> {
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
//! # #[cfg(all(feature = "derive", feature = "http"))]
//! # example::what_is_put_off_is_sent_again()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "schema")]
pub(crate) mod assertions;
pub(crate) mod capture;
pub(crate) mod collector;
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
pub use self::unreachable::UnreachableEndpoint;
pub use crate::delivery::virtual_clock::VirtualClock;
