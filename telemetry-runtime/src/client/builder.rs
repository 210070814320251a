//! The settings of a client before it is built.
//!
//! **Invariants.** A setting reads nothing and decides nothing; `build.rs` does, once.

use std::{ffi::OsString, fmt, sync::Arc, time::Duration};

use super::profile::{ClientLimits, Profile};
use crate::{
    decision::{Decision, stored::StoredAnswer},
    delivery::{
        clock::Clock,
        loss::{Hook, LossReport},
    },
    event::values::SessionId,
    product::{Product, policy::Policy},
    transport::{ApiKey, Transport},
    util::{
        duration::LONGEST,
        env::{EnvLookup, process_env, remembered},
        spawn::Threads,
    },
};

/// Settings of a [`Client`](crate::Client), from [`Client::builder`](crate::Client::builder).
///
/// Each method sets one value and may be called in any order, except that
/// [`profile`](Self::profile) replaces values that were set before it. A value outside its range is
/// replaced by the nearest one in it.
///
/// | setting | default | range | unit or meaning |
/// | --- | --- | --- | --- |
/// | [`flush_interval`](Self::flush_interval) | 120 s | 0 to 10 years | longest wait of an event before it is sent |
/// | [`max_batch_events`](Self::max_batch_events) | 50 | 1 or more | events in a request |
/// | [`max_batch_bytes`](Self::max_batch_bytes) | 256 KiB | 1 or more | bytes of the events in a request |
/// | [`queue_bytes`](Self::queue_bytes) | 1 MiB | any | bytes of memory for events that are held |
/// | [`max_event_bytes`](Self::max_event_bytes) | 64 KiB | any | bytes of one encoded event |
/// | [`exit_budget`](Self::exit_budget) | 500 ms | 0 to 10 years | longest drop of the owner |
/// | [`policy`](Self::policy) | the product's | | the action for each outcome of a request |
/// | [`endpoint`](Self::endpoint) | the product's | an [`Endpoint`](crate::transport::Endpoint) | where events are sent |
/// | [`api_key`](Self::api_key) | none | an [`ApiKey`] | authenticates requests to the product's endpoint |
/// | [`session_id`](Self::session_id) | random | a [`SessionId`] | `sessionId` of the envelope |
/// | [`client_version`](Self::client_version) | the product's | a [`Version`](crate::Version) | `clientVer` of the envelope |
#[must_use = "nothing happens until `build` is called"]
pub struct ClientBuilder {
    pub(super) product: &'static Product,
    pub(super) lookup: Arc<EnvLookup<'static>>,
    pub(super) endpoint: Option<String>,
    pub(super) transport: Option<Box<dyn Transport>>,
    pub(super) api_key: Option<ApiKey>,
    pub(super) client_version: Option<String>,
    pub(super) session_id: Option<SessionId>,
    /// Set if the program turned telemetry off.
    pub(super) off: Option<Decision>,
    /// The events are captured by a test, which no signal prevents.
    #[cfg(feature = "testing")]
    pub(super) captured: bool,
    /// The user's answer to a prompt in this run.
    pub(super) answer: Option<StoredAnswer>,
    pub(super) allow_insecure: bool,
    pub(super) policy: Policy,
    #[cfg(feature = "audit")]
    pub(super) audit: Option<Arc<crate::audit::AuditLog>>,
    pub(super) hook: Option<Hook>,
    pub(super) clock: Clock,
    pub(super) threads: Threads,
    pub(super) limits: ClientLimits,
    /// True if the variables are not those of the process.
    #[cfg(feature = "spool")]
    pub(super) has_own_lookup: bool,
    #[cfg(feature = "spool")]
    pub(super) sender: Option<super::sender::SenderToken>,
    /// Events of earlier processes are sent at once and as fast as possible.
    #[cfg(feature = "spool")]
    pub(super) adopts_at_once: bool,
}

/// Leaves out the endpoint, which may hold a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("product", &self.product.name)
            .field("off", &self.off)
            .field("limits", &self.limits)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    pub(super) fn new(product: &'static Product) -> Self {
        Self {
            product,
            lookup: remembered(process_env),
            endpoint: None,
            transport: None,
            api_key: None,
            client_version: None,
            session_id: None,
            off: None,
            #[cfg(feature = "testing")]
            captured: false,
            answer: None,
            allow_insecure: false,
            policy: product.effective_policy(),
            #[cfg(feature = "audit")]
            audit: None,
            hook: None,
            clock: Clock::default(),
            threads: Threads::default(),
            limits: ClientLimits::DEFAULT,
            #[cfg(feature = "spool")]
            has_own_lookup: false,
            #[cfg(feature = "spool")]
            sender: None,
            #[cfg(feature = "spool")]
            adopts_at_once: false,
        }
    }

    /// Sets `clientVer` of the envelope. If the text is not a valid [`Version`](crate::Version), the
    /// client is off and its decision names the error. Default: the product's version.
    pub fn client_version(mut self, version: impl Into<String>) -> Self {
        self.client_version = Some(version.into());
        self
    }

    /// Sets the session id. The product's session prefix is put in front of it. Default: a random
    /// UUID. A text that is not a valid id, such as an empty one, is `undefined` after
    /// [`SessionId::parse_or_unknown`]. A product with [`no_session`](Product::no_session) ignores it.
    pub fn session_id(mut self, id: SessionId) -> Self {
        self.session_id = Some(id);
        self
    }

    /// Sets where events are sent, instead of the product's endpoint and its variable; see
    /// [`Endpoint`](crate::transport::Endpoint). If the text is not a valid endpoint, the client is off and its decision names
    /// the error.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets a custom transport for the envelopes. Every endpoint is then ignored, and so are the product's
    /// [headers](Product::headers) and the [API key](Self::api_key).
    ///
    /// A child of `fork` uses it only if it can be [created again](Transport::for_child).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Sets how environment variables are looked up. Default:
    /// [`process_env`](crate::env::process_env).
    ///
    /// The lookup is called only while the client is built, and at most once for each variable. It also provides the home directory: with
    /// a lookup that returns `None` for `HOME`, no file in the user's home directory is read or
    /// written.
    pub fn env(
        mut self,
        lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
    ) -> Self {
        self.lookup = remembered(lookup);
        #[cfg(feature = "spool")]
        {
            self.has_own_lookup = true;
        }
        self
    }

    /// Turns telemetry off, regardless of the environment. There is no opposite setting.
    pub fn disabled(mut self) -> Self {
        self.off = Some(Decision::PROGRAM);
        self
    }

    /// Builds a client that is off for this reason.
    pub(super) fn built_off(mut self, decision: Decision) -> Self {
        self.off = Some(decision);
        self
    }

    /// Turns telemetry on for a test that captures the events in memory.
    #[cfg(feature = "testing")]
    pub(crate) fn captured(mut self) -> Self {
        self.captured = true;
        self
    }

    /// Allows `http` to other machines. Anyone on the network path can read the events.
    pub fn allow_insecure_endpoint(mut self) -> Self {
        self.allow_insecure = true;
        self
    }

    /// Sets all numbers of a [`Profile`]. They replace values that were set before this call; later
    /// calls replace them.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.limits = profile.limits;
        self.policy = self.policy.request_timeout(profile.request_timeout);
        self
    }

    /// Sets where events are held until they are delivered. Default: in memory, and with
    /// [`Profile::cli`] also in files.
    #[cfg(feature = "spool")]
    pub fn durability(mut self, durability: super::durability::Durability) -> Self {
        self.limits.durability = durability;
        self
    }

    /// Sets how long an event waits for more events before a request is made. Zero sends as soon as
    /// the worker runs. At most 10 years; default: 120 s.
    pub fn flush_interval(mut self, interval: Duration) -> Self {
        self.limits.flush_interval = interval.min(LONGEST);
        self
    }

    /// Sets the maximum number of events in a request; at least 1. A full batch is sent
    /// after at most 20 ms, before its interval ends. Default: 50.
    ///
    /// Threads fill batches of their own, so that they do not wait for each other. These are sent together
    /// when they have this number of events in all, at the latest when they have about three times as many.
    pub fn max_batch_events(mut self, events: usize) -> Self {
        self.limits.max_batch_events = events.max(1);
        self
    }

    /// Sets the maximum bytes of the events in a request. A larger event is sent alone. Default:
    /// 256 KiB.
    pub fn max_batch_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_batch_bytes = bytes.max(1);
        self
    }

    /// Sets the maximum bytes of memory for events that are held. An event that does not fit is
    /// refused and counted. Default: 1 MiB.
    ///
    /// The limit applies to the capacity of the buffers, not to their content. It includes the
    /// bookkeeping of small batches, and the memory of sent batches that is kept for later events: at
    /// most half of the limit, and nothing after a flush interval without events. Two buffers
    /// come on top of it:
    ///
    /// - the body of one request, which is also kept for a flush interval;
    /// - the earlier memory of a batch, only while the batch moves to larger memory.
    ///
    /// A batch is full at the latest when its events have half of this size.
    pub fn queue_bytes(mut self, bytes: usize) -> Self {
        self.limits.queue_bytes = bytes;
        self
    }

    /// Sets the maximum bytes of one encoded event. A larger one is refused and counted. Default:
    /// 64 KiB.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_event_bytes = bytes;
        self
    }

    /// Sets the longest time that the drop of the [`TelemetryGuard`](crate::TelemetryGuard) waits for delivery. At most 10
    /// years; default: 500 ms.
    pub fn exit_budget(mut self, budget: Duration) -> Self {
        self.limits.exit_budget = budget.min(LONGEST);
        self
    }

    /// Sets the action for each outcome of a request. It replaces the request timeout of a
    /// [`profile`](Self::profile) that was set before. Default: the product's policy.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the local log to which the worker writes every accepted event before it is sent. An event
    /// that cannot be logged is still sent. Keep a clone of the `Arc` to read the log's counters.
    /// Default: the product's [`audit_file`](Product::audit_file).
    #[cfg(feature = "audit")]
    pub fn audit(mut self, log: impl Into<Arc<crate::audit::AuditLog>>) -> Self {
        self.audit = Some(log.into());
        self
    }

    /// Sets a hook that is called after events were lost: refused because the queue was full or the
    /// event too large, or dropped later.
    ///
    /// The worker calls it at most once per reason and step. While it runs:
    ///
    /// - it may call the client, but events that it records are refused;
    /// - if it blocks, later events wait but no caller does, and
    ///   [`Health::slow_hooks`](crate::Health) counts it;
    /// - if it panics, it is not called again, and [`Health::panics`](crate::Health) counts it.
    ///
    /// It is not called while the system refuses the worker a thread.
    ///
    /// ```
    /// # use telemetry_runtime::{Client, Product};
    /// # static MY_TOOL: Product = Product::new("my-tool");
    /// let telemetry = Client::builder(&MY_TOOL)
    ///     .on_loss(|report| eprintln!("{} events lost: {}", report.events, report.loss))
    ///     .build();
    /// ```
    pub fn on_loss(mut self, hook: impl FnMut(LossReport) + Send + 'static) -> Self {
        self.hook = Some(Box::new(hook));
        self
    }

    /// Sets the clock of the client. Default: the system's.
    #[cfg(feature = "testing")]
    pub fn clock(mut self, clock: &crate::delivery::virtual_clock::VirtualClock) -> Self {
        self.clock = clock.clone().into();
        self
    }

    /// Simulates a system that refuses threads: `refuses` gets the name of each thread.
    #[cfg(feature = "testing")]
    #[doc(hidden)]
    pub fn refuse_threads(
        mut self,
        retry: Duration,
        refuses: impl Fn(&'static str) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.threads = Threads {
            refuses: Arc::new(refuses),
            retry,
        };
        self
    }
}
