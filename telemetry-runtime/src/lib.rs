//! Anonymous usage events for libraries, command-line tools and services. An event cannot drift from
//! its published schema.
//!
//! An event is a struct. Its wire names, sentinels (the values of fields that are not set), JSON
//! Schema, encoder and builder are generated from that one declaration. Recording never blocks the
//! program and never panics, and the runtime sends only declared fields.
//!
//! ```
//! # #[cfg(feature = "derive")] mod example {
//! use std::time::Duration;
//! use telemetry_runtime::{Client, Product, TelemetryEvent};
//!
//! /// One run of the tool.
//! #[derive(TelemetryEvent)]
//! #[event(name = "tool_run", schema = "1.0")]
//! struct ToolRun {
//!     /// Wall-clock time in milliseconds.
//!     #[event(unit = "ms")]
//!     duration_ms: Duration,
//!     /// Exit code of the process.
//!     exit_code: i32,
//! }
//!
//! static MY_TOOL: Product = Product::new("my-tool")
//!     .events(&[&[ToolRun::DESCRIPTOR]]) // a client refuses all others
//!     .version(env!("CARGO_PKG_VERSION"))
//!     .enable_variable("MY_TOOL_TELEMETRY")
//!     .endpoint("stdout") // instead of an https address: prints each request to standard error
//!     .default_on(true);
//!
//! # pub
//! fn main() {
//!     let telemetry = Client::builder(&MY_TOOL)
//! #       .env(|_| None)
//!         .build();
//!     let event = ToolRun::builder().exit_code(0).build();
//!     assert_eq!(event.parameters().to_json(), r#"{"durationMs":-1,"exitCode":0}"#);
//!     telemetry.record(&event); // never blocks, never fails
//! } // dropping `telemetry` delivers the events that are still held, within 500 ms
//! # }
//! # #[cfg(feature = "derive")] example::main();
//! ```
//!
//! Keep the owner that `build` returns until the end of `main`: `let _ = ...build()` drops it at once.
//! If no event arrives, print [`Client::decision`]: a sentence that states whether telemetry is on
//! and which signal decided, or that the owner was dropped. Telemetry is off on CI systems.
//! [`Client::health`] counts delivered, held, refused and dropped events.
//!
//! # How to use it in your program
//!
//! **A command-line tool** uses [`Profile::cli`] and keeps the [`TelemetryGuard`] until the end of
//! `main`. It returns from `main` instead of calling [`std::process::exit`], which runs no
//! destructors. With the features `clap` and `consent`, the tool can ask the user for consent, and
//! its `telemetry` subcommand shows the answer and changes it:
//!
//! ```
//! # #[cfg(all(feature = "clap", feature = "derive"))] mod example {
//! use std::process::ExitCode;
//! use clap::Command;
//! use telemetry_runtime::{
//!     Client, Disclosure, Product, Profile, TelemetryCommand, TelemetryEvent,
//!     consent::{ProductConsent, StdTerminal},
//! };
//! # /// One run of the tool.
//! # #[derive(TelemetryEvent)]
//! # #[event(name = "tool_run", schema = "1.0")]
//! # struct ToolRun {
//! #     /// Exit code of the process.
//! #     exit_code: i32,
//! # }
//!
//! static MY_TOOL: Product = Product::new("my-tool")
//!     .endpoint("https://collector.invalid/events")
//!     .events(&[&[ToolRun::DESCRIPTOR]])
//!     .audit_file(".config/my-tool/usage.jsonl")
//!     .requires_consent(ProductConsent::new("1.0", ".config/my-tool/telemetry.toml"));
//! static DISCLOSURE: Disclosure =
//!     Disclosure::new(&MY_TOOL).command("my-tool telemetry");
//!
//! fn main() -> ExitCode {
//!     let program = Command::new("my-tool").subcommand(TelemetryCommand::command());
//!     let matches = program.get_matches();
//!     if let Some((TelemetryCommand::NAME, matches)) = matches.subcommand() {
//!         return TelemetryCommand::new(DISCLOSURE).main(matches);
//!     }
//!     let prompt = DISCLOSURE.prompt(72, "Allow anonymous telemetry?");
//!     let telemetry = Client::builder(&MY_TOOL)
//!         .profile(Profile::cli())
//!         .ask_consent(&prompt, &mut StdTerminal)
//!         .build();
//!     telemetry.record(&ToolRun::builder().exit_code(0).build());
//!     ExitCode::SUCCESS
//! }
//! # }
//! ```
//!
//! Such a tool often ends before its events are delivered. With the feature `spool`, a product that declares a
//! folder for them ([`Product::spool_in_state_dir`]) keeps them there until a later run sends them. With
//! [`sender::run_if_requested`] as the first call in `main`, they are sent right after the exit. `telemetry status`
//! reports the events in the folder, `telemetry show` prints them, and `telemetry purge` and every refusal remove
//! them.
//!
//! With clap's derive, `program` is `Cli::command().subcommand(TelemetryCommand::command())`. After the
//! `if`, `Cli::from_arg_matches(&matches)` parses the other arguments.
//!
//! **A service** uses [`Profile::service`] and gives each task a clone of the client. It can record
//! [heartbeats](Client::heartbeat), and count calls in a [`Summary`]. Any async runtime works. Only `flush`,
//! `shutdown` and the drop of the [`TelemetryGuard`] block. Async code therefore awaits
//! [`Client::shutdown_async`] before it drops the guard; the drop then returns at once.
//!
//! ```
//! # #[cfg(feature = "derive")] mod example {
//! use std::time::Duration;
//! use telemetry_runtime::{Client, Count, Product, Profile, TelemetryEvent};
//!
//! /// The service is running.
//! #[derive(Clone, TelemetryEvent)]
//! #[event(name = "service_alive", schema = "1.0")]
//! struct ServiceAlive {
//!     /// Requests served since the start.
//!     requests: Count,
//! }
//!
//! async fn serve(product: &'static Product) {
//!     let telemetry = Client::builder(product).profile(Profile::service()).build();
//!     let every = Duration::from_secs(600);
//!     let _started = telemetry.heartbeat(every, ServiceAlive::default(), |event, _| {
//!         event.requests = Count::from(42_u64);
//!     });
//!     let client: Client = telemetry.client(); // cheap to clone, one for each task
//!     // ... serve requests until a signal; then, before the runtime ends:
//!     telemetry.shutdown_async(Duration::from_secs(5)).await;
//! }
//! # }
//! ```
//!
//! **A library** declares its events and receives an `Option<Client>` or a `&Client` from its host. It
//! never builds a client, so it needs no transport: `default-features = false, features = ["derive"]`.
//! The host passes `Some(telemetry.client())`, configures whether and where events are sent, and adds
//! the library's `EVENTS` to the [events of its product](Product::events). A client refuses and counts every
//! event that is not listed there.
//!
//! ```
//! # #[cfg(feature = "derive")] mod example {
//! use telemetry_runtime::{Client, TelemetryEvent, descriptor::EventDescriptor, telemetry_buckets};
//!
//! /// All events of this library, for `Product::events` of the host.
//! pub const EVENTS: &[&EventDescriptor] = &[TableRead::DESCRIPTOR];
//!
//! telemetry_buckets! {
//!     /// Number of rows in a table.
//!     pub Rows("RowsEnum") = [0, 10, 100]
//! }
//!
//! /// One table was read.
//! #[derive(TelemetryEvent)]
//! #[event(name = "table_read", schema = "1.0")]
//! pub struct TableRead {
//!     /// Number of rows in the table.
//!     #[event(required)]
//!     pub rows: Rows,
//! }
//!
//! pub fn read(text: &str, telemetry: Option<&Client>) -> usize {
//!     let rows = text.lines().count();
//!     if let Some(client) = telemetry {
//!         client.record(&TableRead::builder().rows(Rows::of(rows)).build()); // "11-100" for 42
//!     }
//!     rows
//! }
//! # }
//! ```
//!
//! # Where things are
//!
//! | task | items |
//! | --- | --- |
//! | declare events | [`TelemetryEvent`](derive@TelemetryEvent), [`TelemetryFields`](derive@TelemetryFields) and [`TelemetryEnum`](derive@TelemetryEnum) with every key of `#[event(...)]`, [`telemetry_labels!`], [`telemetry_buckets!`], the types of [`privacy`] |
//! | implement a custom field type | the traits of [`field`] |
//! | describe the product | [`Product`] and its [`Family`], [`Wire`], [`telemetry_headers!`], [`Profile`], [`Policy`] with [`policy`]; [`env`](mod@env) has the lookup of environment variables |
//! | record, flush and shut down | [`Client`], its owner [`TelemetryGuard`], its settings [`ClientBuilder`]; [`heartbeat`]; [`Summary`] to count calls; [`global`] for code that cannot receive a client as an argument |
//! | count events and losses | [`Health`] with [`health`] |
//! | decide whether events are sent | [`Decision`] with [`decision`], [`Client::opt_out`], [`consent`], [`Disclosure`] with [`disclosure`], [`TelemetryCommand`] |
//! | deliver events after the program has ended | [`sender`], the background sender |
//! | keep a local log | [`AuditLog`] with [`audit`] |
//! | publish the schema | [`telemetry_registry!`], [`Registry`], [`schema`]; [`descriptor`] has the declarations as data |
//! | send envelopes by a custom transport | [`transport`]; [`envelope`] builds an envelope by hand |
//! | convert data of the program to values that are safe to send | [`privacy`] |
//! | test | [`testing`] |
//!
//! # Features
//!
//! | feature | adds | crates |
//! | --- | --- | --- |
//! | `derive` (default) | the derive macros | 14 |
//! | `http` (default) | the HTTPS transport; without it the crate has no async runtime, and a client needs a custom [`transport`] or a local endpoint such as `stdout` | 92 |
//! | `schema` | `json_schema()` of events, the registry document and its command-line tool, [`Disclosure`] | 9 |
//! | `clap` | [`TelemetryCommand`]: status, enable, disable, show, purge; includes `audit`, `consent` and `schema` | 25 |
//! | `consent` | [`consent`]: the prompt that asks for consent, and the file that stores the answer | 20 |
//! | `audit` | [`AuditLog`]: a local log of every accepted event | 12 |
//! | `spool` | [`Durability::Process`]: events in files, which outlive their process and are sent by a later run | 13 |
//! | `otlp` | [`Wire`]: logs of OpenTelemetry instead of the envelope | 9 |
//! | `gzip` | [`Product::gzip`]: compressed requests; includes `http` | 97 |
//! | `off` | nothing: it replaces telemetry by types that do nothing; see [below](#a-build-without-telemetry) | 9 |
//! | `tracing` | a line for each change of state, with its reason: telemetry is off, the owner was dropped, the collector rejects requests or does not respond, events are lost | 12 |
//! | `testing` | [`testing`], for `[dev-dependencies]`: a scripted collector, a manual clock and the capture of recorded events | 10 |
//!
//! The last column counts the crates in the dependency graph with this feature alone, including the
//! runtime itself. Without features it counts 9: the runtime, `serde`, `zmij` (floats), `uuid` (session
//! ids), `fastrand` (jitter) and their dependencies. Most crates of the default features belong to
//! reqwest and to rustls with its *ring* provider.
//!
#![doc = include_str!("../docs/platforms.md")]
//! # Guarantees
//!
//! Each guarantee ends with the name of the test that checks it.
//!
//! 1. Recording never waits for the network, queue space or a thread: an event is either enqueued immediately or refused and counted. (`row_51_a_full_queue_refuses_the_newest`)
//! 2. At every moment each accepted event is delivered, dropped for a reason that is counted, or still held in memory or in a file. (`counters_balance_for_every_response_of_the_collector`)
//! 3. If `main` builds a client, records events and returns, these events are delivered, provided that the operating system starts the client's thread and the collector responds within the exit budget. (`row_37_a_program_that_records_and_returns_has_sent`)
//! 4. `flush`, `shutdown` and the drop of the owner return by their deadline in every state of the network, the worker and the queue. (`no_endpoint_holds_a_call_beyond_its_deadline`)
//! 5. Events that a collector may have received are not sent again, unless the [`Policy`] is [`AtLeastOnce`](policy::OnAmbiguous::AtLeastOnce). (`row_03_the_policy_decides_about_silence`)
//! 6. Any opt-out wins: no setting of a program turns telemetry on if one signal refuses it. (`the_first_signal_that_is_set_decides_in_the_order_of_the_privacy_page`)
//! 7. A child of `fork` starts empty, in its own session, and every guarantee holds there. (`every_child_of_a_busy_parent_delivers_in_its_own_session_and_nothing_twice`)
//! 8. The threads of a client do not receive the host's signals. (`every_thread_of_a_client_blocks_the_signals_of_the_host_and_the_caller_keeps_its_mask`)
//! 9. Building a client starts no thread and opens no socket before the first event, heartbeat or update of a summary. (`only_the_first_event_starts_the_worker`)
//!
//! The queue is in memory. Events that are held after the exit budget are lost, and so are all held events of a
//! process that ends without the drop of its guard; see [`TelemetryGuard`]. Events that are also in files wait there
//! for the background [`sender`] or a later run; see [`Durability`]. The README of the repository has a table of the
//! situations that an event survives.
//!
#![doc = include_str!("../docs/off.md")]
#![doc = include_str!("../docs/testing.md")]
// On docs.rs each item shows the feature that it requires.
#![cfg_attr(docsrs, feature(doc_cfg))]
// This page links to items of all features; a build without a feature has no page for its items.
#![cfg_attr(
    not(all(
        feature = "clap",
        feature = "derive",
        feature = "gzip",
        feature = "http",
        feature = "spool",
        feature = "otlp",
        feature = "testing"
    )),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "items of disabled features have no page"
    )
)]
#![cfg_attr(
    feature = "off",
    allow(
        dead_code,
        unused_imports,
        reason = "`off` replaces the code that uses them"
    )
)]

// The derives expand to `::telemetry_runtime::...`, and this crate's own tests and docs use them.
#[cfg(feature = "derive")]
extern crate self as telemetry_runtime;

#[cfg(feature = "audit")]
#[cfg_attr(feature = "off", path = "off/audit.rs")]
pub mod audit;
#[cfg_attr(feature = "off", path = "off/client/mod.rs")]
mod client;
#[cfg(feature = "clap")]
#[cfg_attr(feature = "off", path = "off/command.rs")]
mod command;
#[cfg(feature = "consent")]
pub mod consent;
pub mod decision;
mod delivery;
#[cfg(feature = "schema")]
#[cfg_attr(feature = "off", path = "off/disclosure.rs")]
pub mod disclosure;
mod event;
#[cfg(feature = "off")]
mod off;
pub mod privacy;
#[cfg_attr(feature = "off", path = "off/product.rs")]
mod product;
#[cfg(feature = "schema")]
pub mod schema;
#[cfg(feature = "spool")]
#[cfg_attr(feature = "off", path = "off/sender.rs")]
pub mod sender;
// Some features and the tests use parts of it that others do not.
#[cfg(feature = "spool")]
#[cfg_attr(not(test), allow(dead_code))]
mod spool;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;
mod util;
mod wire;

#[cfg(feature = "audit")]
#[doc(inline)]
pub use audit::AuditLog;
#[cfg(feature = "spool")]
pub use client::durability::Durability;
#[doc(inline)]
pub use client::global;
pub use client::summary::Summary;
pub use client::{Client, builder::ClientBuilder, guard::TelemetryGuard, profile::Profile};
#[cfg(feature = "clap")]
pub use command::TelemetryCommand;
#[doc(inline)]
pub use decision::Decision;
pub use delivery::health::Health;
#[cfg(feature = "schema")]
#[doc(inline)]
pub use disclosure::Disclosure;
pub use event::{
    TelemetryEnum, TelemetryEvent, TelemetryFields,
    values::{Count, Label, SessionId, Version},
};
#[doc(inline)]
pub use privacy::Allowlisted;
pub use product::{Family, Product, policy::Policy};
#[cfg(feature = "schema")]
#[doc(inline)]
pub use schema::Registry;
#[cfg(feature = "derive")]
pub use telemetry_derive::{TelemetryEnum, TelemetryEvent, TelemetryFields};
#[cfg(feature = "otlp")]
pub use wire::wires::Wire;

/// Event declarations as data: names, types, units and docs of their fields.
pub mod descriptor {
    pub use crate::event::descriptor::{
        EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, Gdpr, GdprCategory,
        RateLimit, Sentinel, Unit,
    };
}

/// The lookup of environment variables.
pub mod env {
    pub use crate::util::env::{EnvLookup, process_env};
}

/// Envelopes: the JSON object around the events of one request.
pub mod envelope {
    pub use crate::wire::{
        context::EnvelopeContext,
        envelope::{EnvelopeBuilder, EnvelopeError, EventKeyOrder, SchemaVersionMismatch},
        parameters::Parameters,
        timestamp::Timestamp,
    };
}

/// Field types: the traits that a custom field type implements.
pub mod field {
    pub use crate::{
        event::{
            UnknownValueError,
            field::{
                ClosedField, CountBy, CountKey, FreeText, HasDefault, HasSentinel, RangedField,
                TelemetryField, TextField, WireNumber,
            },
            unit::WithUnit,
            values::ParseValueError,
            visitor::{FieldVisitor, Key},
        },
        privacy::{buckets::IntoCount, labels::LabelSet},
    };
}

/// Counters of a client, and the reasons for which events are refused or dropped.
pub mod health {
    pub use crate::delivery::{
        health::{Accepted, DropReason, Health, RecordError},
        loss::{Loss, LossReport},
        queue::FlushOutcome,
    };
}

/// The heartbeat: an event that is recorded once per interval.
pub mod heartbeat {
    pub use crate::delivery::heartbeat::HeartbeatContext;
}

/// The action for each outcome of a request.
pub mod policy {
    pub use crate::product::policy::{Action, OnAmbiguous, Policy};
}

#[doc(hidden)]
pub mod __private;
