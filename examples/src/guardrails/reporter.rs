//! Reports the usage of Guardrails: an event for each engine that is built, then heartbeats.
//!
//! **Invariants.** A report never fails or delays the host. The caller's thread encodes the event and
//! the client's thread sends it. Nothing here reads a configuration: the caller passes the [`Usage`] of
//! a loaded one.

use std::{
    ffi::{OsStr, OsString},
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use telemetry_runtime::{Client, ClientBuilder, TelemetryGuard, env::process_env, privacy};

use super::{DeploymentType, EventType, GUARDRAILS, GuardrailsUsageEvent, config::Usage};

/// Reports usage under one session. Clones share the same reporter.
///
/// The drop of the last clone waits for delivery for at most 500 ms. Telemetry is switched on or off
/// when the reporter is built: see [`Client::decision`].
#[derive(Clone, Debug)]
pub struct UsageReporter(Arc<State>);

#[derive(Debug)]
struct State {
    /// The client and its owner, in a `Mutex` because it is not `Sync`.
    telemetry: (Client, Mutex<TelemetryGuard>),
    /// Fields that all events of the process share.
    system: GuardrailsUsageEvent,
    interval: Duration,
    /// Value of [`UsageReporter::set_deployment_type`].
    deployment_override: Mutex<Option<DeploymentType>>,
}

impl UsageReporter {
    /// Creates a reporter with a custom environment and settings.
    ///
    /// `host` has the versions of Guardrails and of its Python interpreter. The version of Guardrails
    /// is also the envelope's `clientVer`. The heartbeat interval is
    /// `NEMO_GUARDRAILS_HEARTBEAT_INTERVAL_S` in seconds, or 600 s if that is not a positive number.
    #[must_use]
    pub fn new(
        mut host: GuardrailsUsageEvent,
        lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
        settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let interval = lookup("NEMO_GUARDRAILS_HEARTBEAT_INTERVAL_S");
        let interval = interval.as_deref().and_then(OsStr::to_str);
        let client = Client::builder(&GUARDRAILS)
            .env(lookup)
            .client_version(host.nemoguardrails_version.clone())
            // Send immediately, like the original: events are too rare to batch.
            .flush_interval(Duration::ZERO);
        host.platform = privacy::platform().into();
        host.os_name = privacy::os_name();
        let telemetry = settings(client).build();
        Self(Arc::new(State {
            telemetry: (telemetry.client(), Mutex::new(telemetry)),
            system: host,
            interval: privacy::interval(interval, Duration::from_secs(600)),
            deployment_override: Mutex::default(),
        }))
    }

    /// Records one event, with the usage of a configuration if there is one. The first call starts
    /// the heartbeat.
    ///
    /// An empty or unknown deployment type is `undefined`, and so is an empty engine. An engine other
    /// than `LLMRails` and `IORails` is not reported.
    pub fn report_usage(&self, usage: Option<&Usage>, deployment_type: &str, rails_engine: &str) {
        let mut event = self.0.system.clone();
        match rails_engine.parse() {
            Ok(engine) => event.rails_engine = engine,
            Err(_) if rails_engine.is_empty() => {}
            Err(_) => return,
        }
        let fixed = self.0.deployment_override.lock();
        let fixed = fixed.ok().and_then(|fixed| *fixed);
        event.deployment_type = fixed.unwrap_or_else(|| DeploymentType::from_wire(deployment_type));
        usage.unwrap_or(&Usage::unknown()).copy_to(&mut event);
        let client = self.client();
        event.session_id = client.session_id().to_string().into();
        event.timestamp = unix_seconds(SystemTime::now());
        client.record(&event);
        // False if the heartbeat is already running, or telemetry is off.
        let _started = client.heartbeat(self.0.interval, event, |event, beat| {
            event.event = EventType::Heartbeat;
            event.timestamp = unix_seconds(beat.at);
            event.session_id = beat.session_id.to_string().into();
        });
    }

    /// Sets the deployment type of all later reports, which overrides their argument. An unknown type
    /// is ignored.
    pub fn set_deployment_type(&self, deployment_type: &str) {
        if let Ok(deployment) = deployment_type.parse()
            && let Ok(mut fixed) = self.0.deployment_override.lock()
        {
            *fixed = Some(deployment);
        }
    }

    /// The client, for its decision, health and flush.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0.telemetry.0
    }
}

/// The reporter of this process, created at first use. It is never dropped: a program that exits
/// right after a report must call [`Client::flush`] first.
pub static PROCESS_REPORTER: LazyLock<UsageReporter> =
    LazyLock::new(|| UsageReporter::new(Default::default(), process_env, |client| client));

fn unix_seconds(at: SystemTime) -> f64 {
    let since = at.duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}
