//! The set of events of a product family: [`Registry`] and `telemetry_registry!`.
//!
//! Events are listed by hand: what leaves the machine must be readable in one place, so nothing may
//! ever register itself.

use crate::event::descriptor::{EventDescriptor, FieldType};

/// The whole number of a registry document: what `types` calls the shared integer type.
///
/// Every integer field refers to it, whatever its Rust type is.
pub type WireInteger = i64;

/// The events of a product family and what their document says about them.
///
/// Declared by [`telemetry_registry!`](crate::telemetry_registry).
#[derive(Debug, Clone, Copy)]
pub struct Registry {
    pub(super) declared: Declaration,
}

/// The parts of a registry, in the order of the macro's keys.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    pub client_name: &'static str,
    pub client_id: &'static str,
    pub version: &'static str,
    pub description: &'static str,
    pub types: &'static [FieldType],
    pub events: &'static [&'static EventDescriptor],
}

impl Registry {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(declared: Declaration) -> Self {
        Self { declared }
    }

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

    /// Version of the document, `MAJOR.MINOR`. Every event keeps its own.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        self.declared.version
    }

    /// The events in the order of their declaration.
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
        super::declaration::registry_document(&self.declared)
    }

    /// JSON Schema (draft-07) of the envelope, the outer object of one POST.
    ///
    /// It says nothing about `parameters`: those are the [`json_schema`](Self::json_schema)'s.
    #[must_use]
    pub fn envelope_json_schema(&self) -> String {
        super::envelope_schema::envelope_json_schema(self.client_id())
    }
}

/// Declares the registry of a product family.
///
/// ```
/// use telemetry_runtime::telemetry_registry;
/// # mod hidden {
/// #     use telemetry_runtime::descriptor::{EventDescriptor, FieldDescriptor, FieldType};
/// #     use telemetry_runtime::{TelemetryEvent, field::{FieldVisitor, TelemetryField}};
/// #     pub struct CommandRun;
/// #     impl TelemetryEvent for CommandRun {
/// #         const EVENT_NAME: &'static str = "command_run";
/// #         const SCHEMA_VERSION: &'static str = "1.0";
/// #         const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new(
/// #             "command_run", "1.0", "One run.",
/// #             &[FieldDescriptor::new("durationMs", "Time.", FieldType::Integer, None)],
/// #         );
/// #         fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
/// #             1_i64.visit(",\"durationMs\":", visitor);
/// #         }
/// #     }
/// # }
/// # use hidden::CommandRun;
///
/// telemetry_registry! {
///     /// Events of the example.
///     pub static REGISTRY = {
///         client_name = "Example_Client",
///         client_id = "0000",
///         version = "1.9",
///         description = "Schemas for anonymous events of the example.",
///         events = [CommandRun],
///     }
/// }
///
/// assert_eq!(REGISTRY.version(), "1.9");
/// assert!(REGISTRY.event("command_run").is_some());
/// assert!(REGISTRY.json_schema().contains("\"schemaVersion\": \"1.9\""));
/// ```
///
/// The keys stand in this order:
///
/// | key | meaning |
/// | --- | --- |
/// | `client_name`, `client_id` | `schemaMeta` of the document |
/// | `version` | version of the document, `MAJOR.MINOR`; no event may have a later one |
/// | `description` | what the document is for |
/// | `types` (optional) | shared types, see below |
/// | `events` | the event types |
///
/// Types are written in the order of `types`, all others after them in the order of first use.
/// `types` lists field types: wire enums and [`WireInteger`]. An enum listed there
/// speaks for every enum of the same name: an event's own may hold a subset of its values. Enums of
/// one name that is not listed must all have the same values.
///
/// While compiling, the registry checks that event names are unique, that no two events have the
/// same fields, that every event, field and enum has a doc comment, and that versions are in order.
///
/// Where the tool, its test and the document have their places, and how events are compared with the
/// document while they compile, is in the documentation of the
/// [derive](derive@crate::TelemetryEvent#under-a-registry).
#[macro_export]
macro_rules! telemetry_registry {
    (
        $(#[$meta:meta])*
        $vis:vis static $name:ident = {
            client_name = $client_name:expr,
            client_id = $client_id:expr,
            version = $version:expr,
            description = $description:expr,
            $(types = [$($ty:ty),* $(,)?],)?
            events = [$($event:ty),+ $(,)?] $(,)?
        } $(;)?
    ) => {
        $(#[$meta])*
        #[doc = "\n\nThe events of the product family."]
        $vis static $name: $crate::Registry = {
            const __TELEMETRY_REGISTRY: $crate::Registry =
                $crate::Registry::new($crate::__schema::Declaration {
                    client_name: $client_name,
                    client_id: $client_id,
                    version: $version,
                    description: $description,
                    types: &[$($(<$ty as $crate::field::TelemetryField>::TYPE),*)?],
                    events: &[$(<$event as $crate::TelemetryEvent>::DESCRIPTOR),+],
                });
            #[allow(long_running_const_eval)]
            const _: () = if let $crate::__schema::Option::Some(problems) =
                $crate::__schema::problems::<{ __TELEMETRY_REGISTRY.events().len() }>(
                    &__TELEMETRY_REGISTRY,
                )
            {
                ::core::panic!("{}", problems.as_str())
            };
            __TELEMETRY_REGISTRY
        };
    };
}
