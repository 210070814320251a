//! Building a client.
//!
//! Building never fails, never blocks, starts no thread and opens no socket. A configuration that
//! cannot work gives a client that is off and says why in a sentence. The environment is read here,
//! once, and never again.

use super::profile::ClientLimits;
use crate::decision::stored::StoredAnswer;
use crate::util::duration::LONGEST;
use std::{ffi::OsString, time::Duration};

use super::{
    TelemetryGuard,
    profile::Profile,
    shared::Shared,
    switch::Switch,
    worker::{Worker, WorkerParts},
};
use crate::{
    decision::{Decision, gate::Gate},
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
    util::spawn::Threads,
    wire::envelope::EnvelopeContext,
};

/// How variables are looked up.
type Lookup = Box<dyn Fn(&str) -> Option<OsString>>;

/// Settings of a [`Client`](crate::Client) before it is built.
///
/// | setting | default |
/// | --- | --- |
/// | `flush_interval` | 120 s |
/// | `max_batch_events`, `max_batch_bytes` | 50, 256 KiB |
/// | `queue_bytes` | 1 MiB |
/// | `max_event_bytes` | 64 KiB |
/// | `exit_budget` | 500 ms |
#[must_use = "nothing happens until `build` is called"]
pub struct ClientBuilder {
    product: &'static Product,
    lookup: Lookup,
    endpoint: Option<String>,
    transport: Option<Box<dyn Transport>>,
    client_version: Option<Version>,
    session_id: Option<SessionId>,
    disabled: bool,
    /// The answer that was given in this run.
    pub(super) answer: Option<StoredAnswer>,
    allow_insecure: bool,
    pub(super) policy: Policy,
    #[cfg(feature = "audit")]
    audit: Option<std::sync::Arc<crate::audit::AuditLog>>,
    hook: Option<Hook>,
    clock: Clock,
    threads: Threads,
    pub(super) limits: ClientLimits,
}

impl ClientBuilder {
    pub(super) fn new(product: &'static Product) -> Self {
        Self {
            product,
            lookup: Box::new(crate::util::env::process_env),
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

    /// The envelope's `clientVer`, `undefined` where the text is no [`Version`]. Default: the
    /// product's version.
    pub fn client_version(mut self, version: impl Into<String>) -> Self {
        self.client_version = Some(Version::new(&version.into()));
        self
    }

    /// The session id, in front of which the product's session prefix is put. Default: a random
    /// one.
    pub fn session_id(mut self, id: impl Into<SessionId>) -> Self {
        self.session_id = Some(id.into());
        self
    }

    /// Where events go, in place of the product's endpoint and its variable; see [`Endpoint`]. With
    /// a text that is no endpoint the client is off, and its decision says why.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// What carries the envelopes away, in place of any endpoint.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Where variables are looked up. Default: [`process_env`](crate::env::process_env).
    /// Called while the client is built and never afterwards. The home directory is asked for by it
    /// too, so a test with a lookup that knows none leaves the files of its person alone.
    pub fn env(mut self, lookup: impl Fn(&str) -> Option<OsString> + 'static) -> Self {
        self.lookup = Box::new(lookup);
        self
    }

    /// Turns telemetry off, whatever the environment says. There is no opposite.
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    /// Allows `http` to other machines: everything sent can be read on the way.
    pub fn allow_insecure_endpoint(mut self) -> Self {
        self.allow_insecure = true;
        self
    }

    /// The numbers of a [`Profile`], in place of those set before; what is set afterwards wins.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.limits = profile.limits;
        self.policy = self.policy.request_timeout(profile.request_timeout);
        self
    }

    /// How long events wait for company before they are sent. Default: 120 s.
    pub fn flush_interval(mut self, interval: Duration) -> Self {
        self.limits.flush_interval = interval.min(LONGEST);
        self
    }

    /// Most events of a request; at least 1. Default: 50.
    pub fn max_batch_events(mut self, events: usize) -> Self {
        self.limits.max_batch_events = events.max(1);
        self
    }

    /// Most bytes of the events of a request; a larger event is sent alone. Default: 256 KiB.
    pub fn max_batch_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_batch_bytes = bytes.max(1);
        self
    }

    /// Most bytes of memory for events that are held; what comes then is refused. Default: 1 MiB.
    ///
    /// Counted are capacities, those of empty buffers included, and what the batches themselves
    /// take, however small they are. Beside them there are, while a request is made, its body and the
    /// transport's copy of it, and while the worker takes events in, at most 64 KiB or one event. The
    /// batch that is being filled may have reserved half as much again as it holds.
    pub fn queue_bytes(mut self, bytes: usize) -> Self {
        self.limits.queue_bytes = bytes;
        self
    }

    /// Most bytes of one encoded event; a larger one is refused. Default: 64 KiB.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_event_bytes = bytes;
        self
    }

    /// How long the drop of the [`TelemetryGuard`] owner may take. Default: 500 ms.
    pub fn exit_budget(mut self, budget: Duration) -> Self {
        self.limits.exit_budget = budget.min(LONGEST);
        self
    }

    /// What is done about each outcome of a request. Default: the product's. It replaces the
    /// request timeout of a [`profile`](Self::profile) that was set before.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Logs every accepted event on this machine before it is sent, on the worker's thread; keep a
    /// clone of the `Arc` to read its counters. What cannot be logged is sent all the same. Default:
    /// the product's [`audit_file`](Product::audit_file).
    #[cfg(feature = "audit")]
    pub fn audit(mut self, log: impl Into<std::sync::Arc<crate::audit::AuditLog>>) -> Self {
        self.audit = Some(log.into());
        self
    }

    /// Called for events that were lost: refused because the queue is full or the event too large,
    /// or dropped later.
    ///
    /// It runs on the worker's thread after the fact, once per reason and step of the worker. It may
    /// call the client, but what it records is refused. When it blocks, later events wait, but no
    /// caller does ([`Health::slow_hooks`](crate::Health)); when it panics, it is not called again ([`Health::panics`](crate::Health)).
    /// While the system refuses the worker its thread, it is not called.
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

    /// The time that the client lives in. Default: the system's.
    #[cfg(feature = "testing")]
    pub fn clock(mut self, clock: &crate::delivery::virtual_clock::VirtualClock) -> Self {
        self.clock = clock.clone().into();
        self
    }

    /// Stands in for a system that refuses threads: `refuses` gets the name of each thread.
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

    /// The client's owner. It never fails: where telemetry is refused or nothing can be sent the
    /// client is off, and [`Client::decision`](crate::Client::decision) says why.
    ///
    /// Reads the environment and the product's files here and now; starts no thread and opens no
    /// socket.
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
    pub(super) fn lookup(&self) -> &dyn Fn(&str) -> Option<OsString> {
        &self.lookup
    }

    pub(super) fn gate(&self) -> Gate {
        Gate::capture(self.product, &self.lookup)
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

    /// What carries envelopes away, or a sentence about why nothing can.
    fn resolve_transport(&mut self) -> Result<Box<dyn Transport>, String> {
        if let Some(transport) = self.transport.take() {
            return Ok(transport);
        }
        let given = self.endpoint.take();
        let variable = self.product.endpoint_variable.filter(|_| given.is_none());
        let set = self.env_var(variable);
        // Whoever mistyped it wants to know where it stands.
        let place = variable.filter(|_| set.is_some());
        let text = given
            .or(set)
            .or_else(|| self.product.endpoint.map(str::to_owned))
            .ok_or("no endpoint is configured")?;
        let endpoint =
            Endpoint::parse(&text, self.allow_insecure).map_err(|error| match place {
                Some(variable) => format!("{variable} is set, but {error}"),
                None => error.to_string(),
            })?;
        Ok(match endpoint.0 {
            Destination::Nowhere => Box::new(NullTransport),
            Destination::Stderr => Box::new(StderrTransport),
            #[cfg(feature = "http")]
            Destination::Url(url) => Box::new(crate::transport::http::HttpTransport::from_url(
                url,
                &self.lookup,
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
                .or_else(|| crate::audit::AuditLog::of(product, &self.lookup)),
            reporter: Reporter::new(self.hook.take()),
        }
    }
}
