//! The client in a child of `fork`: it starts empty, in a new session, with counters from zero.
//!
//! The first call in the child builds a new [`Lifecycle`] from the settings that do not change, and from
//! the parent's switch: an opt-out or a shutdown before the fork stays in effect. The inherited queue,
//! worker and transport are leaked.
//!
//! **Invariants.** The child never waits for a lock that the parent may have held at the fork, and reads
//! neither files nor the environment. No event of the parent is sent by the child.

use std::{
    panic::{RefUnwindSafe, UnwindSafe},
    sync::{Arc, Weak},
};

#[cfg(feature = "spool")]
use super::sender::Sender;
use super::{
    disclosed::Disclosed,
    lifecycle::Lifecycle,
    profile::ClientLimits,
    shared::Shared,
    switch::Switch,
    worker::{Worker, WorkerParts},
};
use crate::{
    delivery::{
        clock::Clock,
        core::Core,
        heartbeat::Heartbeats,
        loss::{Hook, Reporter, SharedHook},
        queue::Queue,
    },
    product::{EventLists, Product, policy::Policy},
    transport::{ApiKeyProblem, ChildTransport, Transport},
    util::{
        platform::fork::{PerProcess, generation, watch_forks},
        spawn::Threads,
        sync::Mutex,
    },
    wire::{context::EnvelopeContext, rendering::Rendering},
};

/// The lifecycle of a client in this process.
pub(super) struct ClientOfProcess {
    lifecycle: PerProcess<Arc<Lifecycle>>,
    settings: Settings,
}

/// The settings from which each process builds its lifecycle.
pub(super) struct Settings {
    pub(super) product: &'static Product,
    pub(super) event_lists: Option<EventLists>,
    pub(super) rendering: Rendering,
    pub(super) limits: ClientLimits,
    pub(super) policy: Policy,
    /// The session is set in each process.
    pub(super) context: EnvelopeContext,
    pub(super) clock: Clock,
    pub(super) threads: Threads,
    #[cfg(feature = "audit")]
    pub(super) audit_format: crate::product::audit_format::AuditFormat,
    #[cfg(feature = "audit")]
    pub(super) audit: Option<Arc<crate::audit::AuditLog>>,
    /// Each process uses its own [`for_child`](crate::spool::Spool::for_child) of it.
    #[cfg(feature = "spool")]
    pub(super) spool: Option<crate::spool::Spool>,
    /// Events of earlier processes are sent at once and as fast as possible.
    #[cfg(feature = "spool")]
    pub(super) adopts_at_once: bool,
    pub(super) transport: Option<ChildTransport>,
    /// The reason why the API key is not sent.
    pub(super) api_key_problem: Option<ApiKeyProblem>,
    /// Weak, because the worker drops the hook at the end of the client. A child leaks the inherited
    /// worker, so the hook stays alive there.
    pub(super) hook: Weak<Mutex<Hook>>,
}

// A panic in the program cannot leave a client half updated: no foreign code runs under a lock.
impl UnwindSafe for ClientOfProcess {}
impl RefUnwindSafe for ClientOfProcess {}

impl ClientOfProcess {
    /// The client of the process that builds it. Without a transport it is off.
    pub(super) fn new(
        settings: Settings,
        switch: Switch,
        transport: Option<Box<dyn Transport>>,
        hook: Option<SharedHook>,
        #[cfg(feature = "spool")] sender: Option<Sender>,
    ) -> Self {
        watch_forks();
        let worker = transport.map(|transport| settings.worker(&switch, transport, hook));
        let shared = Shared {
            #[cfg(feature = "spool")]
            sender,
            ..settings.shared(switch, worker.as_ref())
        };
        Self {
            lifecycle: PerProcess::new(Lifecycle::new(shared, worker)),
            settings,
        }
    }

    pub(super) fn product(&self) -> &'static Product {
        self.settings.product
    }

    pub(super) fn api_key_problem(&self) -> Option<ApiKeyProblem> {
        self.settings.api_key_problem
    }

    #[inline]
    pub(super) fn lifecycle(&self) -> &Arc<Lifecycle> {
        self.lifecycle
            .get(|inherited| self.settings.for_child(inherited))
    }
}

impl Settings {
    fn for_child(&self, inherited: &Lifecycle) -> Arc<Lifecycle> {
        let switch = inherited.shared.switch.for_child();
        let state = switch.state();
        let transport = (!state.is_ended() && switch.has_gate())
            .then_some(self.transport.as_ref())
            .flatten();
        let worker = transport.map(|create| self.worker(&switch, create(), self.hook.upgrade()));
        let mut shared = Shared {
            cannot_send: worker.is_none(),
            ..self.shared(switch, worker.as_ref())
        };
        let heartbeats = &inherited.shared.queue.heartbeats;
        shared.queue.heartbeats = Arc::new(Heartbeats::of_child(Arc::clone(heartbeats)));
        let lifecycle = Lifecycle::new(shared, worker);
        if state.is_ended() {
            lifecycle.shared.queue.close(std::time::Instant::now());
        }
        lifecycle
    }

    fn shared(&self, switch: Switch, worker: Option<&Worker>) -> Shared {
        let reports_loss = worker.is_some_and(Worker::reports_loss);
        let queue_config = self.limits.queue_config(reports_loss);
        Shared {
            switch,
            disclosed: Disclosed::new(self.event_lists),
            generation: generation(),
            cannot_send: false,
            rendering: self.rendering,
            max_event_bytes: self.limits.max_event_bytes,
            exit_budget: self.limits.exit_budget,
            queue: Queue::new(queue_config, self.clock.clone()),
            threads: self.threads.clone(),
            #[cfg(feature = "spool")]
            spool: self
                .spool
                .as_ref()
                .filter(|_| worker.is_some())
                .map(|template| Arc::new(template.for_child())),
            #[cfg(feature = "spool")]
            context: self.context.clone(),
            #[cfg(feature = "spool")]
            sender: None,
            #[cfg(feature = "audit")]
            audit_format: self.audit_format,
            #[cfg(feature = "audit")]
            audit: self.audit.clone(),
        }
    }

    fn worker(
        &self,
        switch: &Switch,
        transport: Box<dyn Transport>,
        hook: Option<SharedHook>,
    ) -> Worker {
        let session = switch.session().as_str().to_owned();
        let context = self.context.clone().session_id(session);
        // The thread's own generator would produce the same numbers in each child that this thread forks.
        let random =
            getrandom::u64().map_or_else(|_| fastrand::Rng::new(), fastrand::Rng::with_seed);
        let core = Core::new(self.limits.flush_interval, self.policy, random);
        #[cfg(feature = "spool")]
        let core = match self.adopts_at_once {
            true => core.without_pace(),
            false => core,
        };
        Worker::new(WorkerParts {
            transport,
            core,
            #[cfg(feature = "spool")]
            adopts_at_once: self.adopts_at_once,
            context,
            #[cfg(feature = "audit")]
            audit: self.audit.clone(),
            reporter: Reporter::new(hook, self.product.name, self.policy),
        })
    }
}
