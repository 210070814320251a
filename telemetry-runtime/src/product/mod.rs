//! A product, declared once as a constant: who it is on the wire and which variables control it.
//!
//! It holds facts, never a decision: what the variables say is the gate's business. Nothing here
//! reads the environment.

pub(crate) mod disclosure_facts;
pub(crate) mod policy;

use self::policy::Policy;
#[cfg(feature = "consent")]
use crate::consent::settings::ProductConsent;
use crate::wire::envelope::EventKeyOrder;

pub(crate) use self::disclosure_facts::DisclosureFacts;

/// Variable that every product of the family listens to.
pub(crate) const FAMILY_VARIABLE: &str = "NEMO_TELEMETRY_ENABLED";

/// The variable whose explicit yes turns the product on.
pub(crate) fn enable_variable(product: &Product) -> &'static str {
    product.enable_variable.unwrap_or(FAMILY_VARIABLE)
}

/// Everything about a product that is the same in every run.
///
/// ```
/// use telemetry_runtime::Product;
///
/// static MY_TOOL: Product = Product::new("my-tool")
///     .client_id("184482118588404")
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
    pub(crate) system_version: &'static str,
    pub(crate) endpoint: Option<&'static str>,
    pub(crate) enable_variable: Option<&'static str>,
    pub(crate) opt_out_variables: &'static [&'static str],
    pub(crate) marker_file: Option<&'static str>,
    #[cfg(feature = "audit")]
    pub(crate) audit_file: Option<&'static str>,
    pub(crate) endpoint_variable: Option<&'static str>,
    pub(crate) session_prefix: &'static str,
    pub(crate) session_prefix_variable: Option<&'static str>,
    pub(crate) default_on: bool,
    #[cfg(feature = "consent")]
    pub(crate) consent: Option<ProductConsent>,
    pub(crate) event_key_order: EventKeyOrder,
    pub(crate) policy: Policy,
    // Read by the feature `schema` only.
    #[cfg_attr(not(feature = "schema"), allow(dead_code))]
    pub(crate) disclosure_facts: DisclosureFacts,
}

impl Product {
    /// A product with this name for people; it is off unless its enable variable says otherwise
    /// and it sends nowhere.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            client_id: "undefined",
            version: "undefined",
            system_version: "nemo-telemetry/1.0",
            endpoint: None,
            enable_variable: None,
            opt_out_variables: &[],
            marker_file: None,
            #[cfg(feature = "audit")]
            audit_file: None,
            endpoint_variable: None,
            session_prefix: "",
            session_prefix_variable: None,
            default_on: false,
            #[cfg(feature = "consent")]
            consent: None,
            event_key_order: EventKeyOrder::ParametersFirst,
            policy: Policy::new(),
            disclosure_facts: DisclosureFacts::NOTHING,
        }
    }

    /// The envelope's `clientId`. Default: `undefined`.
    #[must_use]
    pub const fn client_id(mut self, id: &'static str) -> Self {
        self.client_id = id;
        self
    }

    /// The envelope's `clientVer`: the product's version. Default: `undefined`.
    #[must_use]
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// The envelope's `eventSysVer`. Default: `nemo-telemetry/1.0`.
    #[must_use]
    pub const fn system_version(mut self, version: &'static str) -> Self {
        self.system_version = version;
        self
    }

    /// Where events go unless something else is configured. Default: none, and then a client
    /// without another endpoint is off: the library knows no address of its own.
    #[must_use]
    pub const fn endpoint(mut self, endpoint: &'static str) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// Variable that turns telemetry on with `1`, `true` or `yes` (any case, trimmed) and off with
    /// everything else, the empty value included. A product without one listens to
    /// `NEMO_TELEMETRY_ENABLED` in its place, which is not trimmed.
    #[must_use]
    pub const fn enable_variable(mut self, name: &'static str) -> Self {
        self.enable_variable = Some(name);
        self
    }

    /// Variables that opt out with every value except empty, `0`, `false`, `no` and `off`.
    #[must_use]
    pub const fn opt_out_variables(mut self, names: &'static [&'static str]) -> Self {
        self.opt_out_variables = names;
        self
    }

    /// File below the home directory that opts out by being there, whatever it holds. A link to a
    /// file counts, a folder does not.
    #[must_use]
    pub const fn marker_file(mut self, path_in_home: &'static str) -> Self {
        self.marker_file = Some(path_in_home);
        self
    }

    /// File below the home directory that logs every accepted event before it is sent, with its
    /// backup beside it; see [`AuditLog`](crate::AuditLog). Without a home directory nothing is
    /// logged. Default: none.
    #[cfg(feature = "audit")]
    #[must_use]
    pub const fn audit_file(mut self, path_in_home: &'static str) -> Self {
        self.audit_file = Some(path_in_home);
        self
    }

    /// Variable that replaces the default endpoint.
    #[must_use]
    pub const fn endpoint_variable(mut self, name: &'static str) -> Self {
        self.endpoint_variable = Some(name);
        self
    }

    /// Text in front of every session id. Default: none.
    #[must_use]
    pub const fn session_prefix(mut self, prefix: &'static str) -> Self {
        self.session_prefix = prefix;
        self
    }

    /// Variable that replaces the session prefix.
    #[must_use]
    pub const fn session_prefix_variable(mut self, name: &'static str) -> Self {
        self.session_prefix_variable = Some(name);
        self
    }

    /// Whether telemetry is on when no signal says anything. Default: off.
    #[must_use]
    pub const fn default_on(mut self, on: bool) -> Self {
        self.default_on = on;
        self
    }

    /// Off until a person agreed, whatever [`default_on`](Self::default_on) says. A stored no
    /// refuses like any other signal; [`ClientBuilder::ask_consent`] asks.
    ///
    /// [`ClientBuilder::ask_consent`]: crate::ClientBuilder::ask_consent
    #[cfg(feature = "consent")]
    #[must_use]
    pub const fn requires_consent(mut self, consent: ProductConsent) -> Self {
        self.consent = Some(consent);
        self
    }

    /// Order of the keys in an event object. Default: parameters before the name.
    #[must_use]
    pub const fn event_key_order(mut self, order: EventKeyOrder) -> Self {
        self.event_key_order = order;
        self
    }

    /// What is done about each outcome of a request, unless a client says otherwise. Default:
    /// [`Policy::new`].
    #[must_use]
    pub const fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Whether silence means on. Never so where a person has to agree first.
    pub(crate) const fn is_on_by_default(&self) -> bool {
        self.default_on && !self.is_consent_required()
    }

    /// Off until a person agrees.
    pub(crate) const fn is_consent_required(&self) -> bool {
        #[cfg(feature = "consent")]
        return self.consent.is_some();
        #[cfg(not(feature = "consent"))]
        false
    }

    /// The product's name for people.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}
