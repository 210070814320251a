//! Anonymous usage events for libraries, command-line tools and services, which cannot drift from
//! their published schema.
//!
//! An event is a struct. Its wire names, sentinels, JSON Schema, encoder and builder are generated
//! from that one declaration. The runtime is a guest in its host: it never blocks, panics, slows or
//! surprises the program it lives in, and it never sends what was not declared.
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
//!     .version(env!("CARGO_PKG_VERSION"))
//!     .enable_variable("MY_TOOL_TELEMETRY")
//!     .endpoint("stdout") // in place of an https address: shows on standard error what would be sent
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
//! } // the owner's drop delivers what is held, for at most 500 ms
//! # }
//! # #[cfg(feature = "derive")] example::main();
//! ```
//!
//! When nothing arrives, [`Client::decision`] says in a sentence whether telemetry is on and which
//! signal decided (it is off on CI systems), and [`Client::health`] what became of each event.
//!
//! # Which program is yours
//!
//! **A command-line tool** takes [`Profile::cli`], keeps the owner until the end of `main`, and
//! returns from `main` in place of [`std::process::exit`], which runs no drop. With the features
//! `clap` and `consent` a person can be asked, and can look and change their mind:
//!
//! ```
//! # #[cfg(all(feature = "clap", feature = "derive"))] mod example {
//! use std::process::ExitCode;
//! use clap::Command;
//! use telemetry_runtime::{
//!     Client, Disclosure, Product, Profile, TelemetryCommand, TelemetryEvent,
//!     consent::{ProductConsent, Prompt, StdTerminal},
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
//!     .audit_file(".config/my-tool/usage.jsonl")
//!     .requires_consent(ProductConsent::new("1.0", ".config/my-tool/telemetry.toml"));
//! static DISCLOSURE: Disclosure =
//!     Disclosure::new(&MY_TOOL, &[ToolRun::DESCRIPTOR]).command("my-tool telemetry");
//!
//! fn main() -> ExitCode {
//!     let program = Command::new("my-tool").subcommand(TelemetryCommand::command());
//!     let matches = program.get_matches();
//!     if let Some((TelemetryCommand::NAME, matches)) = matches.subcommand() {
//!         return TelemetryCommand::new(DISCLOSURE).main(matches);
//!     }
//!     let prompt = Prompt::disclosing(&DISCLOSURE, 72, "Allow anonymous telemetry?");
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
//! With clap's derive, `program` is `Cli::command().subcommand(TelemetryCommand::command())`, and behind
//! the `if` `Cli::from_arg_matches(&matches)` reads the rest.
//!
//! **A service** takes [`Profile::service`], hands clones of the client to its tasks, and may have a
//! [heartbeat](Client::heartbeat). It needs no particular async runtime. Only the drop of the owner,
//! `flush` and `shutdown` wait, so async code awaits [`Client::shutdown_async`] before the owner goes:
//! the drop has nothing left to wait for then.
//!
//! ```
//! # #[cfg(feature = "derive")] mod example {
//! use std::time::Duration;
//! use telemetry_runtime::{Client, Count, Product, Profile, TelemetryEvent};
//!
//! /// A sign of life.
//! #[derive(TelemetryEvent)]
//! #[event(name = "service_alive", schema = "1.0")]
//! struct ServiceAlive {
//!     /// Requests served since the start.
//!     requests: Count,
//! }
//!
//! async fn serve(product: &'static Product) {
//!     let telemetry = Client::builder(product).profile(Profile::service()).build();
//!     telemetry.heartbeat(Duration::from_secs(600), ServiceAlive::default(), |event, _| {
//!         event.requests = Count::from(42_u64);
//!     });
//!     let client: Client = telemetry.client(); // cheap to clone: one for each task
//!     # drop(client);
//!     // ... until a signal says to stop; then, before the runtime ends:
//!     telemetry.shutdown_async(Duration::from_secs(5)).await;
//! }
//! # }
//! ```
//!
//! **A library** declares its events and takes an `Option<Client>` or a `&Client` from its host. It
//! builds no client, so it needs no transport: `default-features = false, features = ["derive"]`. The
//! host hands over `Some(telemetry.client())`, says where events go and whether, and lists the
//! library's events in its [`Disclosure`].
//!
//! ```
//! # #[cfg(feature = "derive")] mod example {
//! use telemetry_runtime::{Client, TelemetryEvent, telemetry_buckets};
//!
//! telemetry_buckets! {
//!     /// Rows of a table.
//!     pub Rows("RowsEnum") = [0, 10, 100]
//! }
//!
//! /// One table was read.
//! #[derive(TelemetryEvent)]
//! #[event(name = "table_read", schema = "1.0")]
//! pub struct TableRead {
//!     /// Rows of the table.
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
//! | declare events | [`TelemetryEvent`](derive@TelemetryEvent) and [`TelemetryEnum`](derive@TelemetryEnum) with every key of `#[event(...)]`, [`telemetry_labels!`], [`telemetry_buckets!`], the types of [`privacy`] |
//! | implement a custom field type | the traits of [`field`] |
//! | describe the product | [`Product`], [`Profile`], [`Policy`] with [`policy`]; [`env`](mod@env) looks up its variables |
//! | record, flush and shut down | [`Client`], its owner [`TelemetryGuard`], its settings [`ClientBuilder`] |
//! | count events and losses | [`Health`], and the reasons in [`health`] |
//! | decide whether events are sent | [`Decision`], [`Client::opt_out`], [`consent`], [`Disclosure`], [`TelemetryCommand`] |
//! | keep a local copy | [`AuditLog`] |
//! | publish the schema | [`telemetry_registry!`], [`Registry`], [`schema`]; [`descriptor`] has the data behind them |
//! | send envelopes elsewhere | [`transport`]; [`envelope`] builds one by hand |
//! | turn host data into values that are safe to send | [`privacy`] |
//! | test | [`testing`] |
//!
//! # Features
//!
//! | feature | adds | crates |
//! | --- | --- | --- |
//! | `derive` (default) | the two derive macros | 14 |
//! | `http` (default) | the HTTPS transport; without it the crate has no async runtime, and a client needs a custom [`transport`] or an endpoint without a network | 90 |
//! | `schema` | `json_schema()` of events, the registry document and its command-line tool, [`Disclosure`] | 9 |
//! | `clap` | [`TelemetryCommand`]: status, enable, disable, show, purge; includes `audit`, `consent` and `schema` | 22 |
//! | `consent` | [`consent`]: the stored answer of a user, and the prompt that asks for it | 17 |
//! | `audit` | [`AuditLog`]: a local log of exactly what was accepted | 9 |
//! | `tracing` | the first lost event of an episode as a debug line | 12 |
//! | `testing` | [`testing`]: a scripted collector, a clock to move by hand and typed capture, for `[dev-dependencies]` | 10 |
//!
//! Crates are those in the graph of the runtime with this feature alone, itself included; it is 9 with
//! none: `serde`, `zmij` (floats), `uuid` (session ids) and `fastrand` (jitter) with their own. Most of
//! the default is reqwest with rustls and its *ring* provider.
//!
//! # Guarantees
//!
//! Each is one sentence, kept by the test behind it.
//!
//! 1. Recording never waits for the network, queue space or a thread: an event is either enqueued
//!    immediately or rejected and counted.
//!    (`row_51_a_full_queue_refuses_the_newest`)
//! 2. At every moment each accepted event is delivered, dropped for a reason that is counted, or still
//!    held in memory.
//!    (`counters_conserve_whatever_the_collector_says`)
//! 3. If `main` builds a client, records and returns, its events are delivered, provided that the
//!    system grants the client its thread and the collector responds within the exit budget. Events
//!    that are still held after that are lost: the queue is in memory only.
//!    (`row_37_a_program_that_records_and_returns_has_sent`)
//! 4. `flush`, `shutdown` and the drop of the owner return by their deadline, whatever happens to the
//!    network, the worker and the queue.
//!    (`no_endpoint_holds_a_call_beyond_its_deadline`)
//! 5. Events that a collector may have received are not sent again, unless the [`Policy`] is
//!    [`AtLeastOnce`](policy::OnAmbiguous::AtLeastOnce).
//!    (`row_03_the_policy_decides_about_silence`)
//! 6. Any refusal wins: no setting of a program turns telemetry on against an opt-out.
//!    (`the_first_signal_that_speaks_decides_in_the_order_of_the_readme`)
//! 7. Building a client starts no thread and opens no socket before the first event or heartbeat.
//!    (`only_the_first_event_starts_the_worker`)
//!
//! # Testing your own telemetry
//!
//! The test kit ([`testing`]) is on everywhere, on a CI system too. It is a feature for tests alone:
//!
//! ```toml
//! [dev-dependencies]
//! telemetry-runtime = { version = "0.1", default-features = false, features = ["testing"] }
//! ```
//!
//! Ask it for the events that a piece of code records:
//!
//! ```
//! # #[cfg(all(feature = "derive", feature = "testing"))] mod example {
//! use telemetry_runtime::{TelemetryEvent, testing::capture};
//! # /// One run of the tool.
//! # #[derive(TelemetryEvent)]
//! # #[event(name = "tool_run", schema = "1.0")]
//! # struct ToolRun {
//! #     /// Exit code of the process.
//! #     exit_code: i32,
//! # }
//!
//! # pub
//! fn a_run_is_recorded() {
//!     let captured = capture(|client| client.record(&ToolRun::builder().exit_code(3).build()));
//!     assert_eq!(captured.events::<ToolRun>(), [r#"{"exitCode":3}"#]);
//! }
//! # }
//! # #[cfg(all(feature = "derive", feature = "testing"))] example::a_run_is_recorded();
//! ```
//!
//! Async code and other threads get the client of a `testing::Capture`, which also waits for events.
//! `testing::Collector` is a whole server that answers, stalls and breaks as told, for what your
//! program does when the network is bad. Two lines more keep promises to people:
//! `assert_digest(&DISCLOSURE)` fails when what they agreed to changes without a new question, and says
//! what to declare; `assert_no_free_text_beyond` freezes the list of free-text fields.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// The front page speaks of everything there is, whatever is built.
#![cfg_attr(
    not(all(
        feature = "clap",
        feature = "derive",
        feature = "http",
        feature = "testing"
    )),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "what a feature leaves out has no page to link to"
    )
)]

// The derives expand to paths that start with the crate's name; its own tests and docs need it too.
#[cfg(feature = "derive")]
extern crate self as telemetry_runtime;

#[cfg(feature = "audit")]
pub mod audit;
mod client;
#[cfg(feature = "clap")]
mod command;
#[cfg(feature = "consent")]
pub mod consent;
pub mod decision;
mod delivery;
#[cfg(feature = "schema")]
pub mod disclosure;
mod event;
pub mod privacy;
mod product;
#[cfg(feature = "schema")]
pub mod schema;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;
mod util;
mod wire;

#[cfg(feature = "audit")]
#[doc(inline)]
pub use audit::AuditLog;
pub use client::{Client, TelemetryGuard, builder::ClientBuilder, profile::Profile};
#[cfg(feature = "clap")]
pub use command::TelemetryCommand;
#[doc(inline)]
pub use decision::Decision;
pub use delivery::health::Health;
#[cfg(feature = "schema")]
#[doc(inline)]
pub use disclosure::Disclosure;
pub use event::{
    TelemetryEnum, TelemetryEvent,
    values::{Count, Label, SessionId, Version},
};
#[doc(inline)]
pub use privacy::Allowlisted;
pub use product::{Product, policy::Policy};
#[cfg(feature = "schema")]
#[doc(inline)]
pub use schema::Registry;
#[cfg(feature = "derive")]
pub use telemetry_derive::{TelemetryEnum, TelemetryEvent};

/// Declared events as data: names, types, units and docs of their fields.
pub mod descriptor {
    pub use crate::event::descriptor::{
        EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, Gdpr, GdprCategory,
        Sentinel, Unit,
    };
}

/// The environment variables that a client reads.
pub mod env {
    pub use crate::util::env::process_env;
}

/// Envelopes: the JSON object around the events of one request.
pub mod envelope {
    pub use crate::wire::{
        envelope::{
            EmptyBatch, EnvelopeBuilder, EnvelopeContext, EventKeyOrder, SchemaVersionMismatch,
        },
        parameters::Parameters,
        timestamp::Timestamp,
    };
}

/// Types of fields: the traits to implement for a custom field type.
pub mod field {
    pub use crate::{
        event::{
            UnknownValueError,
            field::{
                ClosedField, FreeText, HasDefault, HasSentinel, RangedField, TelemetryField,
                TextField, WireNumber,
            },
            unit::WithUnit,
            visitor::{FieldVisitor, Key},
        },
        privacy::{buckets::IntoCount, labels::LabelSet},
    };
}

/// Counters of a client, and the reasons for which events are rejected or dropped.
pub mod health {
    pub use crate::delivery::{
        health::{Accepted, DropReason, Health, RecordError},
        loss::{Loss, LossReport},
        queue::FlushOutcome,
    };
}

/// The heartbeat: one event that is recorded once per interval.
pub mod heartbeat {
    pub use crate::delivery::heartbeat::HeartbeatContext;
}

/// The action for each outcome of a request.
pub mod policy {
    pub use crate::product::policy::{Action, OnAmbiguous, Policy};
}

#[doc(hidden)]
pub mod __private;
#[doc(hidden)]
pub use privacy::macros as __privacy;
#[cfg(feature = "schema")]
#[doc(hidden)]
pub use schema::macros as __schema;
