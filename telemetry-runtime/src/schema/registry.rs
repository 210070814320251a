//! The set of events of a product family: [`Registry`] and `telemetry_registry!`.
//!
//! **Invariants.** Events are listed by hand and never register themselves, so that one place shows
//! everything that leaves the machine.

use super::{
    declaration::Declaration, envelope_schema::envelope_json_schema,
    event_schema::registry_json_schema,
};
use crate::event::descriptor::EventDescriptor;

/// The shared integer type of a registry document, for the key `types` of
/// [`telemetry_registry!`](crate::telemetry_registry).
///
/// Every integer field refers to it, regardless of its Rust type. The document calls it
/// `RestrictedTelemetryInteger`.
pub type WireInteger = i64;

/// The events of a product family, with the metadata of their document.
///
/// Declared by [`telemetry_registry!`](crate::telemetry_registry).
#[derive(Debug, Clone, Copy)]
pub struct Registry {
    pub(super) declared: Declaration,
}

/// The constructor that [`telemetry_registry!`](crate::telemetry_registry) calls.
#[must_use]
pub const fn registry(declared: Declaration) -> Registry {
    Registry { declared }
}

impl Registry {
    /// Name of the client in the document's `schemaMeta`.
    #[must_use]
    pub const fn client_name(&self) -> &'static str {
        self.declared.client_name
    }

    /// The envelope's `clientId`.
    #[must_use]
    pub const fn client_id(&self) -> &'static str {
        self.declared.client_id
    }

    /// Version of the document, `MAJOR.MINOR`. Each event also has its own schema version.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        self.declared.version
    }

    /// The version from which on every field needs a `why`, `MAJOR.MINOR`; `None` if no field needs one.
    #[must_use]
    pub const fn require_why_since(&self) -> Option<&'static str> {
        self.declared.require_why_since
    }

    /// The events in declaration order.
    #[must_use]
    pub const fn events(&self) -> &'static [&'static EventDescriptor] {
        self.declared.events
    }

    /// The event with this wire name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&'static EventDescriptor> {
        self.events().iter().copied().find(|it| it.name == name)
    }

    /// The registry document: JSON Schema (draft-07) of all events in the published layout.
    #[must_use]
    pub fn json_schema(&self) -> String {
        registry_json_schema(&self.declared)
    }

    /// JSON Schema (draft-07) of the envelope, the outer object of one POST.
    ///
    /// It does not describe `parameters`: [`json_schema`](Self::json_schema) does.
    #[must_use]
    pub fn envelope_json_schema(&self) -> String {
        envelope_json_schema(self.client_id())
    }
}

/// Declares the registry of a product family.
///
/// ```
/// # #[cfg(feature = "derive")] mod example {
/// use telemetry_runtime::{TelemetryEvent, telemetry_registry};
///
/// /// One run of a command.
/// #[derive(TelemetryEvent)]
/// #[event(name = "command_run", schema = "1.0")]
/// struct CommandRun {
///     /// Exit code of the process.
///     exit_code: i32,
/// }
///
/// telemetry_registry! {
///     /// Events of the example.
///     pub static REGISTRY = {
///         client_name = "Example_Client",
///         client_id = "000000000000000",
///         version = "1.9",
///         description = "Schemas for anonymous events of the example.",
///         events = [CommandRun],
///     }
/// }
///
/// # pub
/// fn the_registry_knows_its_events() {
///     assert_eq!(REGISTRY.version(), "1.9");
///     assert!(REGISTRY.event("command_run").is_some());
///     assert!(REGISTRY.json_schema().contains("\"schemaVersion\": \"1.9\""));
/// }
/// # }
/// # #[cfg(feature = "derive")] example::the_registry_knows_its_events();
/// ```
///
/// The keys have this order:
///
/// | key | meaning |
/// | --- | --- |
/// | `client_name`, `client_id` | `schemaMeta` of the document |
/// | `version` | version of the document, `MAJOR.MINOR`; events must not have a later one |
/// | `description` | purpose of the document |
/// | `require_why_since` (optional) | a version, `MAJOR.MINOR`: each field whose `since` is this version or a later one must have a `why` |
/// | `types` (optional) | shared types, see below |
/// | `events` | the event types |
///
/// The document contains the types of `types` in their order, followed by all other types in the
/// order of their first use.
///
/// `types` lists wire enums and [`WireInteger`](crate::schema::WireInteger). A listed enum defines
/// the values of all enums with its name; an enum of an event may have a subset of them. If an enum
/// name is not listed, all enums with that name must have the same values.
///
/// The compiler checks that event names are unique, that no two events have the same fields, that
/// every event, field and enum has a doc comment, that no version exceeds the registry's, and that no
/// field lacks a required `why`.
///
/// The documentation of the [derive](derive@crate::TelemetryEvent#under-a-registry) describes the
/// files of a registry (document, schema tool and test) and how the compiler compares events with
/// the document.
#[macro_export]
macro_rules! telemetry_registry {
    (
        $(#[$meta:meta])*
        $vis:vis static $name:ident = {
            client_name = $client_name:expr,
            client_id = $client_id:expr,
            version = $version:expr,
            description = $description:expr,
            $(require_why_since = $require_why_since:expr,)?
            $(types = [$($ty:ty),* $(,)?],)?
            events = [$($event:ty),+ $(,)?] $(,)?
        } $(;)?
    ) => {
        $(#[$meta])*
        #[doc = "\n\nThe events of the product family."]
        $vis static $name: $crate::Registry = {
            const __DECLARATION: $crate::schema::macros::Declaration =
                $crate::schema::macros::Declaration {
                    client_name: $client_name,
                    client_id: $client_id,
                    version: $version,
                    description: $description,
                    require_why_since: $crate::schema::macros::given(&[$($require_why_since)?]),
                    types: &[$($(<$ty as $crate::field::TelemetryField>::TYPE),*)?],
                    events: &[$(<$event as $crate::TelemetryEvent>::DESCRIPTOR),+],
                };
            #[allow(long_running_const_eval)]
            const _: () = if let ::core::option::Option::Some(problems) =
                $crate::schema::macros::problems::<{ __DECLARATION.events.len() }>(&__DECLARATION)
            {
                ::core::panic!("{}", problems.as_str())
            };
            $crate::schema::macros::registry(__DECLARATION)
        };
    };
}
