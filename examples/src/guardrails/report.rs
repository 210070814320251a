//! Reporting how a process uses Guardrails: an event for each engine that is built, then heartbeats.
//!
//! A report must never fail or delay the program that makes it. It is encoded on the caller's
//! thread and sent on the client's. No call here reads a configuration: the caller hands over the
//! [`Usage`] of one that is loaded.

use std::{
    ffi::{OsStr, OsString},
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use telemetry_runtime::{Client, ClientBuilder, TelemetryGuard, env::process_env, privacy};

use super::{DeploymentType, EventType, GUARDRAILS, GuardrailsUsageEvent, config::Usage};

/// Reports usage under one session: a handle; all clones are one reporter.
///
/// The drop of the last one delivers what is held, for at most 500 ms. Whether it reports is
/// decided once, when it is made: see [`Client::decision`].
#[derive(Clone, Debug)]
pub struct UsageReporter(Arc<State>);

#[derive(Debug)]
struct State {
    telemetry: TelemetryGuard,
    /// What is the same in all events of the process.
    system: GuardrailsUsageEvent,
    interval: Duration,
    /// What [`UsageReporter::set_deployment_type`] said.
    given: Mutex<Option<DeploymentType>>,
}

impl UsageReporter {
    /// A reporter with an environment and settings of the caller's.
    ///
    /// `host` holds what only the host knows: the versions of Guardrails, which is also the
    /// envelope's `clientVer`, and of the Python that runs it. The heartbeat's interval is read from
    /// `NEMO_GUARDRAILS_HEARTBEAT_INTERVAL_S`, in seconds; 600 s unless it is a positive number.
    #[must_use]
    pub fn new(
        mut host: GuardrailsUsageEvent,
        environment: impl Fn(&str) -> Option<OsString> + 'static,
        settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let interval = environment("NEMO_GUARDRAILS_HEARTBEAT_INTERVAL_S");
        let interval = interval.as_deref().and_then(OsStr::to_str);
        let client = Client::builder(&GUARDRAILS)
            .env(environment)
            .client_version(host.nemoguardrails_version.clone())
            // As in the original a report leaves at once: there is hardly ever one to wait for.
            .flush_interval(Duration::ZERO);
        let telemetry = settings(client).build();
        host.platform = privacy::platform().into();
        host.os_name = privacy::os_name();
        Self(Arc::new(State {
            telemetry,
            system: host,
            interval: privacy::interval(interval, Duration::from_secs(600)),
            given: Mutex::default(),
        }))
    }

    /// Records one event about a configuration, or about none; the first call starts the heartbeat.
    ///
    /// An empty or unknown deployment type is `undefined`, an empty engine too. For an engine that
    /// is neither `LLMRails` nor `IORails` there is no event.
    pub fn report_usage(&self, usage: Option<&Usage>, deployment_type: &str, rails_engine: &str) {
        let mut event = self.0.system.clone();
        match rails_engine.parse() {
            Ok(engine) => event.rails_engine = engine,
            Err(_) if rails_engine.is_empty() => {}
            Err(_) => return,
        }
        let given = self.0.given.lock().ok().and_then(|given| *given);
        event.deployment_type = given.unwrap_or_else(|| DeploymentType::from_wire(deployment_type));
        usage.unwrap_or(&Usage::unknown()).describe(&mut event);
        let client = self.client();
        event.session_id = client.session_id().to_string().into();
        event.timestamp = unix_seconds(SystemTime::now());
        client.record(&event);
        // While there is one, another is not started.
        client.heartbeat(self.0.interval, event, |event, beat| {
            event.event = EventType::Heartbeat;
            event.timestamp = unix_seconds(beat.at);
            event.session_id = beat.session_id.to_string().into();
        });
    }

    /// The deployment type of all later reports, whatever they are called with. An unknown one is
    /// ignored.
    pub fn set_deployment_type(&self, deployment_type: &str) {
        if let (Ok(deployment), Ok(mut given)) = (deployment_type.parse(), self.0.given.lock()) {
            *given = Some(deployment);
        }
    }

    /// The client behind it: its decision, its health, its flush.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0.telemetry
    }
}

/// The reporter of this process, with its environment, made when it is first used. It is never
/// dropped: a program that ends right after a report calls [`Client::flush`] first.
pub static PROCESS: LazyLock<UsageReporter> =
    LazyLock::new(|| UsageReporter::new(Default::default(), process_env, |client| client));

fn unix_seconds(at: SystemTime) -> f64 {
    let since = at.duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}
