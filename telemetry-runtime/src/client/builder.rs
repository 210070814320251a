//! The settings of a client, and the steps that build it from them.
//!
//! **Invariants.** Building never fails or blocks on the network. It starts no thread and opens no
//! socket. A configuration that cannot work builds a client that is off, and its decision names the
//! reason. The environment is read only while the client is built.

use std::{ffi::OsString, fmt, sync::Arc, time::Duration};

use super::{
    TelemetryGuard,
    profile::{ClientLimits, Profile},
    shared::Shared,
    switch::Switch,
    worker::{Worker, WorkerParts},
};
use crate::{
    decision::{Decision, gate::Gate, stored::StoredAnswer},
    delivery::{
        clock::Clock,
        core::Core,
        loss::{Hook, LossReport, Reporter},
        queue::Queue,
    },
    event::values::{SessionId, Version},
    product::{Product, policy::Policy},
    transport::{
        Transport,
        endpoint::{Destination, Endpoint},
        null::NullTransport,
        stderr::StderrTransport,
    },
    util::{
        duration::LONGEST,
        env::{EnvLookup, process_env},
        spawn::Threads,
    },
    wire::envelope::EnvelopeContext,
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
/// | [`endpoint`](Self::endpoint) | the product's | an [`Endpoint`] | where events are sent |
/// | [`session_id`](Self::session_id) | random | a [`SessionId`] | `sessionId` of the envelope |
/// | [`client_version`](Self::client_version) | the product's | a [`Version`] | `clientVer` of the envelope |
#[must_use = "nothing happens until `build` is called"]
pub struct ClientBuilder {
    product: &'static Product,
    lookup: Arc<EnvLookup<'static>>,
    endpoint: Option<String>,
    transport: Option<Box<dyn Transport>>,
    client_version: Option<Version>,
    session_id: Option<SessionId>,
    disabled: bool,
    /// The user's answer to a prompt in this run.
    pub(super) answer: Option<StoredAnswer>,
    allow_insecure: bool,
    pub(super) policy: Policy,
    #[cfg(feature = "audit")]
    audit: Option<Arc<crate::audit::AuditLog>>,
    hook: Option<Hook>,
    clock: Clock,
    threads: Threads,
    pub(super) limits: ClientLimits,
}

/// Leaves out the endpoint, which may hold a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("product", &self.product.name)
            .field("disabled", &self.disabled)
            .field("limits", &self.limits)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    pub(super) fn new(product: &'static Product) -> Self {
        Self {
            product,
            lookup: Arc::new(process_env),
            endpoint: None,
            transport: None,
            client_version: None,
            session_id: None,
            disabled: false,
            answer: None,
            allow_insecure: false,
            policy: product.policy,
            #[cfg(feature = "audit")]
            audit: None,
            hook: None,
            clock: Clock::default(),
            threads: Threads::default(),
            limits: ClientLimits::DEFAULT,
        }
    }

    /// Sets `clientVer` of the envelope, which is `undefined` if the text is not a valid
    /// [`Version`]. Default: the product's version.
    pub fn client_version(mut self, version: impl Into<String>) -> Self {
        self.client_version = Some(Version::parse_or_unknown(&version.into()));
        self
    }

    /// Sets the session id. The product's session prefix is put in front of it. Default: a random
    /// UUID.
    pub fn session_id(mut self, id: SessionId) -> Self {
        self.session_id = Some(id);
        self
    }

    /// Sets where events are sent, instead of the product's endpoint and its variable; see
    /// [`Endpoint`]. If the text is not a valid endpoint, the client is off and its decision names
    /// the error.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets a custom transport for the envelopes. Every endpoint is then ignored.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Sets how environment variables are looked up. Default:
    /// [`process_env`](crate::env::process_env).
    ///
    /// The lookup is called only while the client is built. It also provides the home directory: with
    /// a lookup that returns `None` for `HOME`, no file in the user's home directory is read or
    /// written.
    pub fn env(
        mut self,
        lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
    ) -> Self {
        self.lookup = Arc::new(lookup);
        self
    }

    /// Turns telemetry off, regardless of the environment. There is no opposite setting.
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
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

    /// Sets how long an event waits for more events before a request is made. Zero sends as soon as
    /// the worker runs. At most 10 years; default: 120 s.
    pub fn flush_interval(mut self, interval: Duration) -> Self {
        self.limits.flush_interval = interval.min(LONGEST);
        self
    }

    /// Sets the maximum number of events in a request; at least 1. A batch that is full is sent
    /// before its interval ends. Default: 50.
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
    /// rejected and counted. Default: 1 MiB.
    ///
    /// The limit applies to the capacity of the buffers, not to their content, and includes the
    /// bookkeeping of small batches. Three buffers come on top of it:
    ///
    /// - the body of the request that is being made, and the transport's copy of it;
    /// - at most 64 KiB, or one event, while the worker takes events from the queue;
    /// - spare capacity of the batch that is being filled, at most half of its content.
    pub fn queue_bytes(mut self, bytes: usize) -> Self {
        self.limits.queue_bytes = bytes;
        self
    }

    /// Sets the maximum bytes of one encoded event. A larger one is rejected and counted. Default:
    /// 64 KiB.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_event_bytes = bytes;
        self
    }

    /// Sets the longest time that the drop of the [`TelemetryGuard`] waits for delivery. At most 10
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

    /// Sets a hook that is called after events were lost: rejected because the queue was full or the
    /// event too large, or dropped later.
    ///
    /// The worker calls it at most once per reason and step. While it runs:
    ///
    /// - it may call the client, but events that it records are rejected;
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
            refuses: Box::new(refuses),
            retry,
        };
        self
    }

    /// Builds the client and returns its owner. It never fails: if telemetry is refused or there is
    /// no usable transport, the client is off and [`Client::decision`](crate::Client::decision)
    /// returns the reason.
    ///
    /// This reads the environment and the product's files on the calling thread. It starts no thread
    /// and opens no socket.
    pub fn build(mut self) -> TelemetryGuard {
        let gate = self.gate();
        let decision = self.decide(&gate);
        let prefix = self.session_prefix();
        let session = self.session_id.take().unwrap_or_else(SessionId::random);
        let session = session.with_prefix(&prefix);
        let (decision, parts) = if decision.on {
            match self.resolve_transport() {
                Ok(transport) => (decision, Some(self.parts(transport, &session))),
                Err(why) => (Decision::misconfigured(why), None),
            }
        } else {
            (decision, None)
        };
        let gate = decision.on.then_some(gate);
        let switch = Switch::new(decision, session, prefix, gate);
        let reports_loss = parts.as_ref().is_some_and(|parts| parts.reporter.is_some());
        let shared = Shared {
            switch,
            order: self.product.event_key_order,
            max_event_bytes: self.limits.max_event_bytes,
            exit_budget: self.limits.exit_budget,
            queue: Queue::new(self.limits.queue_config(reports_loss), self.clock),
            threads: self.threads,
            #[cfg(feature = "audit")]
            audit: parts.as_ref().and_then(|parts| parts.audit.clone()),
        };
        TelemetryGuard::new(shared, parts.map(Worker::new))
    }

    #[cfg(feature = "consent")]
    pub(super) fn client_clock(&self) -> &Clock {
        &self.clock
    }

    #[cfg(any(feature = "consent", feature = "testing"))]
    pub(crate) fn product(&self) -> &'static Product {
        self.product
    }

    #[cfg(feature = "consent")]
    pub(super) fn lookup(&self) -> &EnvLookup<'_> {
        &*self.lookup
    }

    pub(super) fn gate(&self) -> Gate {
        Gate::capture(self.product, &*self.lookup)
    }

    pub(super) fn decide(&self, gate: &Gate) -> Decision {
        if self.disabled {
            return Decision::PROGRAM;
        }
        gate.decide(|| gate.files.read().with_answer(self.answer))
    }

    fn env_var(&self, variable: Option<&str>) -> Option<String> {
        (self.lookup)(variable?).map(|value| value.to_string_lossy().into_owned())
    }

    fn session_prefix(&self) -> String {
        let prefix = self.env_var(self.product.session_prefix_variable);
        prefix.unwrap_or_else(|| self.product.session_prefix.to_owned())
    }

    /// The transport for the envelopes, or a sentence why there is none.
    fn resolve_transport(&mut self) -> Result<Box<dyn Transport>, String> {
        if let Some(transport) = self.transport.take() {
            return Ok(transport);
        }
        let given = self.endpoint.take();
        let variable = self.product.endpoint_variable.filter(|_| given.is_none());
        let set = self.env_var(variable);
        // An error names the variable, so that the user finds the mistake.
        let named = variable.filter(|_| set.is_some());
        let text = given
            .or(set)
            .or_else(|| self.product.endpoint.map(str::to_owned))
            .ok_or("no endpoint is configured")?;
        let parsed = if self.allow_insecure {
            Endpoint::parse_insecure(&text)
        } else {
            text.parse()
        };
        let endpoint = parsed.map_err(|error| match named {
            Some(variable) => format!("{variable} is set, but {error}"),
            None => error.to_string(),
        })?;
        Ok(match endpoint.0 {
            Destination::Nowhere => Box::new(NullTransport),
            Destination::Stderr => Box::new(StderrTransport),
            #[cfg(feature = "http")]
            Destination::Url(url) => Box::new(crate::transport::http::HttpTransport::from_url(
                url,
                &*self.lookup,
            )),
        })
    }

    fn parts(&mut self, transport: Box<dyn Transport>, session: &SessionId) -> WorkerParts {
        let product = self.product;
        let version = self.client_version.as_ref();
        let version = version.map_or(product.version, Version::as_str);
        let context = EnvelopeContext::new(product.client_id)
            .client_version(version.to_owned())
            .session_id(session.as_str().to_owned())
            .system_version(product.system_version);
        let random = fastrand::Rng::new();
        WorkerParts {
            transport,
            core: Core::new(self.limits.batch_config(), self.policy, random),
            context,
            #[cfg(feature = "audit")]
            audit: self
                .audit
                .take()
                .or_else(|| crate::audit::AuditLog::of(product, &*self.lookup)),
            reporter: Reporter::new(self.hook.take()),
        }
    }
}
