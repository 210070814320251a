//! A product, declared as a constant: its identity on the wire and the variables that control it.
//!
//! **Invariants.** A product contains facts, not decisions: the gate evaluates the variables. Nothing
//! here reads the environment.

pub(crate) mod administrator_folder;
#[cfg(feature = "audit")]
pub(crate) mod audit_format;
mod child_processes;
pub(crate) mod disclosure_facts;
pub(crate) mod envelope;
pub(crate) mod family;
mod files;
#[cfg(feature = "gzip")]
mod gzip;
pub(crate) mod headers;
pub(crate) mod policy;
#[cfg(feature = "otlp")]
mod wire;

#[cfg(feature = "audit")]
use self::audit_format::AuditFormat;
use self::policy::Policy;
#[cfg(feature = "consent")]
use crate::consent::settings::ProductConsent;
use crate::{
    event::descriptor::EventDescriptor,
    transport::headers::Headers,
    util::places::{Places, Purpose},
    wire::{constants::EnvelopeConstants, envelope::EventKeyOrder, rendering::Rendering},
};

pub(crate) use self::disclosure_facts::DisclosureFacts;
pub use self::family::Family;

/// Events of a product and of its libraries.
pub(crate) type EventLists = &'static [&'static [&'static EventDescriptor]];

/// The variable that turns the product on, if there is one.
pub(crate) const fn enable_variable(product: &Product) -> Option<&'static str> {
    match (product.enable_variable, &product.family) {
        (Some(variable), _) => Some(variable),
        (None, Some(family)) => Some(family.variable),
        (None, None) => None,
    }
}

/// The facts about a product that are the same in every run.
///
/// ```
/// use telemetry_runtime::Product;
///
/// static MY_TOOL: Product = Product::new("my-tool")
///     .client_id("000000000000000")
///     .version(env!("CARGO_PKG_VERSION"))
///     .enable_variable("MY_TOOL_TELEMETRY")
///     .recipient("Example Corporation")
///     .responsible("Example Corporation, privacy@example.org")
///     .retention("13 months")
///     .default_on(false);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Product {
    pub(crate) name: &'static str,
    pub(crate) client_id: &'static str,
    pub(crate) version: &'static str,
    pub(crate) family: Option<Family>,
    /// `None` means the family's.
    own_system_version: Option<&'static str>,
    pub(crate) endpoint: Option<&'static str>,
    pub(crate) enable_variable: Option<&'static str>,
    pub(crate) opt_out_variables: &'static [&'static str],
    pub(crate) marker: Places,
    pub(crate) administrator_folder: Option<&'static str>,
    #[cfg(feature = "audit")]
    pub(crate) audit: Places,
    #[cfg(feature = "spool")]
    pub(crate) spool: Places,
    #[cfg(feature = "audit")]
    pub(crate) audit_format: AuditFormat,
    pub(crate) endpoint_variable: Option<&'static str>,
    /// False if envelopes have no session id.
    pub(crate) session: bool,
    pub(crate) session_prefix: &'static str,
    pub(crate) session_prefix_variable: Option<&'static str>,
    /// The variable with the session id of the program that started this one.
    pub(crate) session_variable: Option<&'static str>,
    pub(crate) default_on: bool,
    #[cfg(feature = "consent")]
    pub(crate) consent: Option<ProductConsent>,
    pub(crate) envelope: EnvelopeConstants,
    pub(crate) event_key_order: EventKeyOrder,
    pub(crate) headers: Headers,
    pub(crate) api_key_header: Option<&'static str>,
    /// `None` means that events are not checked.
    pub(crate) events: Option<EventLists>,
    /// `None` means the default of the wire.
    policy: Option<Policy>,
    #[cfg(feature = "otlp")]
    pub(crate) wire: crate::wire::wires::Wire,
    #[cfg(feature = "gzip")]
    pub(crate) gzip: bool,
    // Read by the feature `schema` only.
    #[cfg_attr(not(feature = "schema"), allow(dead_code))]
    pub(crate) disclosure_facts: DisclosureFacts,
}

impl Product {
    /// A product with this display name. It has no endpoint, belongs to no family, and no variable
    /// turns it on: it is off until other methods change this.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            client_id: "undefined",
            version: "undefined",
            family: None,
            own_system_version: None,
            endpoint: None,
            enable_variable: None,
            opt_out_variables: &[],
            marker: Places::none(Purpose::Settings),
            administrator_folder: None,
            #[cfg(feature = "audit")]
            audit: Places::none(Purpose::State),
            #[cfg(feature = "spool")]
            spool: Places::none(Purpose::State),
            #[cfg(feature = "audit")]
            audit_format: AuditFormat::Event,
            endpoint_variable: None,
            session: true,
            session_prefix: "",
            session_prefix_variable: None,
            session_variable: None,
            default_on: false,
            #[cfg(feature = "consent")]
            consent: None,
            envelope: EnvelopeConstants::UNSET,
            event_key_order: EventKeyOrder::ParametersFirst,
            headers: Headers::NONE,
            api_key_header: None,
            events: None,
            policy: None,
            #[cfg(feature = "otlp")]
            wire: crate::wire::wires::Wire::Envelope,
            #[cfg(feature = "gzip")]
            gzip: false,
            disclosure_facts: DisclosureFacts::NOTHING,
        }
    }

    /// Sets the envelope's `clientId`. Default: `undefined`.
    #[must_use]
    pub const fn client_id(mut self, id: &'static str) -> Self {
        self.client_id = id;
        self
    }

    /// Sets the envelope's `clientVer`: the product's version. Default: `undefined`.
    #[must_use]
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// Sets the envelope's `eventSysVer`. Default: that of the [family](Self::family), otherwise
    /// `undefined`.
    #[must_use]
    pub const fn system_version(mut self, version: &'static str) -> Self {
        self.own_system_version = Some(version);
        self
    }

    /// Sets the family of the product. Its variable then turns the product off. Default: none.
    #[must_use]
    pub const fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Sets the default endpoint. Default: none. A client without any endpoint is off, because the
    /// library has no built-in address.
    #[must_use]
    pub const fn endpoint(mut self, endpoint: &'static str) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// Sets the variable that turns telemetry on with `1`, `true` or `yes` (any case, trimmed) and off
    /// with any other value, including the empty one. Default: the variable of the
    /// [family](Self::family), which is not trimmed; without a family no variable turns it on.
    #[must_use]
    pub const fn enable_variable(mut self, name: &'static str) -> Self {
        self.enable_variable = Some(name);
        self
    }

    /// Sets variables that opt out with every value except empty, `0`, `false`, `no` and `off`.
    #[must_use]
    pub const fn opt_out_variables(mut self, names: &'static [&'static str]) -> Self {
        self.opt_out_variables = names;
        self
    }

    /// Sets the content of a line in the audit log. Default: [`AuditFormat::Event`], the event with
    /// its name, schema version and time.
    #[cfg(feature = "audit")]
    #[must_use]
    pub const fn audit_format(mut self, format: AuditFormat) -> Self {
        self.audit_format = format;
        self
    }

    /// Sets the variable that replaces the default endpoint.
    #[must_use]
    pub const fn endpoint_variable(mut self, name: &'static str) -> Self {
        self.endpoint_variable = Some(name);
        self
    }

    /// Sets the prefix of every session id. Default: none.
    #[must_use]
    pub const fn session_prefix(mut self, prefix: &'static str) -> Self {
        self.session_prefix = prefix;
        self
    }

    /// Sets the variable that replaces the session prefix.
    #[must_use]
    pub const fn session_prefix_variable(mut self, name: &'static str) -> Self {
        self.session_prefix_variable = Some(name);
        self
    }

    /// Sets whether telemetry is on when no signal is set. Default: off.
    #[must_use]
    pub const fn default_on(mut self, on: bool) -> Self {
        self.default_on = on;
        self
    }

    /// Keeps telemetry off until the user agrees, regardless of [`default_on`](Self::default_on). A
    /// stored no turns telemetry off like any other refusal. [`ClientBuilder::ask_consent`] prompts the user.
    ///
    /// If only a name service knows the home directory, events are held in memory until the worker has read
    /// the answer there. Without a yes they are dropped and counted.
    ///
    /// [`ClientBuilder::ask_consent`]: crate::ClientBuilder::ask_consent
    #[cfg(feature = "consent")]
    #[must_use]
    pub const fn requires_consent(mut self, consent: ProductConsent) -> Self {
        self.consent = Some(consent);
        self
    }

    /// Sets the events that the product may send, as lists: its own, and one for each library. A client
    /// then refuses every other event and counts it as
    /// [`Undisclosed`](crate::health::RecordError::Undisclosed), so that a library's new event is not
    /// sent before it is disclosed. The disclosure describes these events. Default: none, and events are
    /// not checked.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] mod example {
    /// use telemetry_runtime::{Product, TelemetryEvent};
    ///
    /// mod reader {
    ///     use telemetry_runtime::{TelemetryEvent, descriptor::EventDescriptor};
    ///
    ///     /// One table was read.
    ///     #[derive(TelemetryEvent)]
    ///     #[event(name = "table_read", schema = "1.0")]
    ///     pub struct TableRead {
    ///         /// Number of columns.
    ///         columns: i32,
    ///     }
    ///
    ///     /// The events of this library.
    ///     pub const EVENTS: &[&EventDescriptor] = &[TableRead::DESCRIPTOR];
    /// }
    ///
    /// /// One run of the tool.
    /// #[derive(TelemetryEvent)]
    /// #[event(name = "tool_run", schema = "1.0")]
    /// struct ToolRun {
    ///     /// Exit code of the process.
    ///     exit_code: i32,
    /// }
    ///
    /// static MY_TOOL: Product =
    ///     Product::new("my-tool").events(&[&[ToolRun::DESCRIPTOR], reader::EVENTS]);
    /// # }
    /// ```
    #[must_use]
    pub const fn events(mut self, lists: &'static [&'static [&'static EventDescriptor]]) -> Self {
        self.events = Some(lists);
        self
    }

    /// Sets the order of the keys in an event object. Default: parameters before the name.
    #[must_use]
    pub const fn event_key_order(mut self, order: EventKeyOrder) -> Self {
        self.event_key_order = order;
        self
    }

    /// Sets the action for each outcome of a request, unless a client sets another policy. Default:
    /// [`Policy::new`]; for OTLP, `Policy::otlp` (feature `otlp`).
    #[must_use]
    pub const fn policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The envelope's `eventSysVer`.
    pub(crate) fn effective_system_version(&self) -> &'static str {
        let of_family = || self.family.as_ref()?.system_version;
        self.own_system_version
            .or_else(of_family)
            .unwrap_or("undefined")
    }

    /// The declared policy, or the default of the wire.
    pub(crate) fn effective_policy(&self) -> Policy {
        self.policy.unwrap_or_else(|| self.default_policy())
    }

    fn default_policy(&self) -> Policy {
        #[cfg(feature = "otlp")]
        if self.wire == crate::wire::wires::Wire::Otlp {
            return Policy::otlp();
        }
        Policy::new()
    }

    /// The form in which a client encodes its events.
    pub(crate) fn rendering(&self) -> Rendering {
        #[cfg(feature = "otlp")]
        if self.wire == crate::wire::wires::Wire::Otlp {
            return Rendering::Otlp;
        }
        Rendering::Envelope(self.event_key_order)
    }

    /// Whether telemetry is on when no signal is set. False if the user has to agree first.
    pub(crate) const fn is_on_by_default(&self) -> bool {
        self.default_on && !self.is_consent_required()
    }

    /// Whether telemetry is off until the user agrees.
    pub(crate) const fn is_consent_required(&self) -> bool {
        #[cfg(feature = "consent")]
        return self.consent.is_some();
        #[cfg(not(feature = "consent"))]
        false
    }

    /// The product's display name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}
