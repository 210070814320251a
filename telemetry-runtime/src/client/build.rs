//! Builds a client from its settings.
//!
//! **Invariants.** Building never fails or blocks on the network. It starts no thread and opens no
//! socket. A configuration that cannot work builds a client that is off, and its decision names the
//! reason. The environment is read only while the client is built.

use std::sync::Arc;

#[cfg(feature = "spool")]
use super::child_env::{ForChild, for_child};
use super::{
    api_key,
    builder::ClientBuilder,
    guard::TelemetryGuard,
    per_process::{ClientOfProcess, Settings},
    sessions::Sessions,
    switch::Switch,
};
#[cfg(feature = "http")]
use crate::transport::http::HttpTransport;
use crate::{
    decision::{Decision, DecisionSource, gate::Gate},
    event::values::{SessionId, Version},
    product::Product,
    transport::{
        ApiKeyProblem, Transport,
        endpoint::{Destination, Endpoint},
        null::NullTransport,
        stderr::StderrTransport,
    },
    util::{
        log::{Severity, log},
        sync::Mutex,
    },
    wire::{context::EnvelopeContext, rendering::Rendering},
};
#[cfg(feature = "consent")]
use crate::{delivery::clock::Clock, util::env::EnvLookup};

/// How a client sends its envelopes. By default it cannot.
#[derive(Default)]
struct Route {
    transport: Option<Box<dyn Transport>>,
    /// The reason why the API key is not sent.
    api_key_problem: Option<ApiKeyProblem>,
    /// The hash of the recipient, if it is an endpoint whose events a spool may hold.
    #[cfg(feature = "spool")]
    recipient: Option<u64>,
}

impl ClientBuilder {
    /// Builds the client and returns its owner. It never fails: if telemetry is refused or there is
    /// no usable transport, the client is off and [`Client::decision`](crate::Client::decision)
    /// returns the reason.
    ///
    /// Bind the owner to a name, such as `let _telemetry = ...build();`, and keep it until the end of
    /// `main`. `let _ = ...build();` and `...build().client()` drop the owner at once, and then the
    /// client records nothing. For code that cannot receive a client as an argument, see
    /// [`global`](crate::global).
    ///
    /// This reads the environment and the product's files on the calling thread. It starts no thread
    /// and opens no socket.
    pub fn build(mut self) -> TelemetryGuard {
        let gate = self.gate();
        let decision = self.decide(&gate);
        #[cfg(feature = "spool")]
        let sender = self.sender_of_client(&gate);
        let prefix = self.session_prefix();
        let sessions = Sessions::of(self.product, prefix.clone());
        let given = self.session_id.take().or_else(|| self.session_of_parent());
        let session = sessions.begin_with(|| given.or_else(SessionId::try_random));
        let (decision, route) = match &session {
            _ if !decision.on => (decision, Route::default()),
            None => (Decision::NO_RANDOM_BYTES, Route::default()),
            Some(session) => {
                let valid = self.check_declared(&prefix, session);
                match valid.and_then(|()| self.resolve_transport()) {
                    Ok(route) => (decision, route),
                    Err(why) => (Decision::misconfigured(why), Route::default()),
                }
            }
        };
        log_decision(self.product, &decision);
        #[cfg(feature = "spool")]
        if for_child(&decision) == ForChild::Refusal {
            self.purge_spool();
        }
        let Route {
            transport,
            api_key_problem,
            #[cfg(feature = "spool")]
            recipient,
        } = route;
        #[cfg(feature = "spool")]
        let spool = self.spool(&decision, recipient);
        #[cfg(feature = "spool")]
        let sender = sender.filter(|_| spool.is_some());
        if let Some(problem) = api_key_problem {
            log(Severity::Warn, self.product.name, format_args!("{problem}"));
        }
        let gate = decision.on.then_some(gate);
        let session = session.unwrap_or_else(|| sessions.unknown());
        let switch = Switch::new(decision, session, sessions, gate);
        let hook = self.hook.take().filter(|_| transport.is_some());
        let hook = hook.map(|hook| Arc::new(Mutex::new(hook)));
        let settings = Settings {
            product: self.product,
            event_lists: self.product.events,
            rendering: self.rendering(),
            limits: self.limits,
            policy: self.policy,
            context: self.context(),
            #[cfg(feature = "audit")]
            audit_format: self.product.audit_format,
            #[cfg(feature = "spool")]
            spool,
            #[cfg(feature = "spool")]
            adopts_at_once: self.adopts_at_once,
            #[cfg(feature = "audit")]
            audit: transport.as_ref().and_then(|_| self.audit_log()),
            transport: transport.as_ref().and_then(Transport::for_child),
            api_key_problem,
            hook: hook.as_ref().map(Arc::downgrade).unwrap_or_default(),
            clock: self.clock,
            threads: self.threads,
        };
        TelemetryGuard::new(ClientOfProcess::new(
            settings,
            switch,
            transport,
            hook,
            #[cfg(feature = "spool")]
            sender,
        ))
    }

    #[cfg(feature = "consent")]
    pub(super) fn client_clock(&self) -> &Clock {
        &self.clock
    }

    #[cfg(feature = "consent")]
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
        if let Some(off) = gate.forbidden().or_else(|| self.off.clone()) {
            return off;
        }
        #[cfg(feature = "testing")]
        if self.captured {
            return Decision::CAPTURED;
        }
        // Building must not wait for a name service; the worker queries it before the first request.
        let decision = gate.decide(|| gate.files.read_known().with_answer(self.answer));
        #[cfg(feature = "consent")]
        if decision.source == DecisionSource::ProductDefault && gate.files.answer_is_in_account() {
            return Decision::WAITS_FOR_ACCOUNT;
        }
        decision
    }

    /// The form of the product. A capture reads events of the envelope.
    pub(super) fn rendering(&self) -> Rendering {
        #[cfg(feature = "testing")]
        if self.captured {
            return Rendering::Envelope(self.product.event_key_order);
        }
        self.product.rendering()
    }

    fn env_var(&self, variable: Option<&str>) -> Option<String> {
        (self.lookup)(variable?).map(|value| value.to_string_lossy().into_owned())
    }

    fn session_prefix(&self) -> String {
        let prefix = self.env_var(self.product.session_prefix_variable);
        prefix.unwrap_or_else(|| self.product.session_prefix.to_owned())
    }

    /// The session id that the program which started this one passed on.
    fn session_of_parent(&self) -> Option<SessionId> {
        SessionId::from_random(&self.env_var(self.product.session_variable)?)
    }

    /// Checks values that the program declares, so that none is replaced silently. A prefix from a
    /// variable is not checked here: it is left out if it is not valid.
    fn check_declared(&self, prefix: &str, session: &SessionId) -> Result<(), String> {
        let product = self.product;
        let version = self.client_version.as_deref().unwrap_or(product.version);
        version
            .parse::<Version>()
            .map_err(|error| format!("the client version is not valid: {error}"))?;
        if let Some(problem) = product.envelope_problem() {
            return Err(problem);
        }
        if prefix == product.session_prefix && !session.as_str().starts_with(prefix) {
            return Err("the session id with the product's prefix is not valid".to_owned());
        }
        let problem = product.headers_problem();
        problem.map_or(Ok(()), |problem| Err(problem.to_owned()))
    }

    /// The transport for the envelopes, or a sentence that explains why there is none.
    fn resolve_transport(&mut self) -> Result<Route, String> {
        let key = self.api_key.take();
        if let Some(transport) = self.transport.take() {
            return Ok(Route {
                transport: Some(transport),
                api_key_problem: key.map(|_| ApiKeyProblem::CustomTransport),
                #[cfg(feature = "spool")]
                recipient: None,
            });
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
        let key = key.as_ref();
        let key = key.map(|key| api_key::header(self.product, key, &endpoint.0));
        let api_key_problem = key.and_then(Result::err);
        #[cfg(feature = "spool")]
        let recipient = endpoint.0.recipient();
        let transport: Box<dyn Transport> = match endpoint.0 {
            Destination::Nowhere => Box::new(NullTransport),
            Destination::Stderr => Box::new(StderrTransport),
            #[cfg(feature = "http")]
            Destination::Url(url) => {
                let lookup = &*self.lookup;
                let transport = HttpTransport::from_url(url, self.allow_insecure, lookup);
                let transport = transport.headers(self.product.headers);
                #[cfg(feature = "gzip")]
                let transport = match self.product.gzip {
                    true => transport.gzip(),
                    false => transport,
                };
                Box::new(match key {
                    Some(Ok((name, key))) => transport.api_key(name, key),
                    _ => transport,
                })
            }
        };
        Ok(Route {
            transport: Some(transport),
            api_key_problem,
            #[cfg(feature = "spool")]
            recipient,
        })
    }

    /// The envelope's keys, except the session.
    fn context(&self) -> EnvelopeContext {
        let product = self.product;
        let version = self.client_version.as_deref().unwrap_or(product.version);
        let context = EnvelopeContext::new(product.client_id)
            .client_version(version.to_owned())
            .system_version(product.effective_system_version())
            .constants(product.envelope);
        #[cfg(feature = "otlp")]
        let context = context.product(product.name);
        context
    }

    #[cfg(feature = "audit")]
    fn audit_log(&mut self) -> Option<Arc<crate::audit::AuditLog>> {
        let declared = || crate::audit::AuditLog::of(self.product, &*self.lookup);
        self.audit.take().or_else(declared)
    }
}

fn log_decision(product: &Product, decision: &Decision) {
    let severity = match decision.source {
        DecisionSource::Misconfigured | DecisionSource::NotInstalled => Severity::Warn,
        _ => Severity::Debug,
    };
    log(severity, product.name, format_args!("{decision}"));
}
