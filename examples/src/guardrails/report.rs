//! Reporting how a process uses Guardrails: one event for each engine that is built.
//!
//! A report must never fail, delay or surprise the program it is in. It is encoded on the caller's
//! thread and sent on the client's. Files are read by whoever calls [`Usage::from_path`], which a
//! host does where it loads its configuration anyway, or by [`UsageReporter::report_path`] on a
//! thread of its own; no other call here reads one.

use std::{
    borrow::Cow,
    env,
    ffi::OsString,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::{Duration, SystemTime},
};

use telemetry_runtime::{Client, ClientBuilder, Label, Telemetry, Version};

use super::{DeploymentType, GUARDRAILS, GuardrailsUsageEvent, RailsEngine, config::Usage};

/// What only the host knows. Each is `unknown` unless it says more.
#[derive(Clone, Debug)]
pub struct Host {
    /// Version of Guardrails: in every event, and the envelope's `clientVer`.
    pub version: Cow<'static, str>,
    /// Version of the Python that runs it, where one does.
    pub python_version: Cow<'static, str>,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            version: "unknown".into(),
            python_version: "unknown".into(),
        }
    }
}

/// Reports usage under one session. Its drop delivers what is held, for at most 500 ms.
///
/// Whether it reports is decided once, when it is made: see [`Client::decision`].
#[derive(Debug)]
pub struct UsageReporter {
    telemetry: Telemetry,
    state: Arc<State>,
}

impl UsageReporter {
    /// A reporter with the environment of the process.
    #[must_use]
    pub fn new(host: Host) -> Self {
        Self::with(host, |name| env::var_os(name), |client| client)
    }

    /// A reporter with an environment and settings of the caller's.
    #[must_use]
    pub fn with(
        host: Host,
        environment: impl Fn(&str) -> Option<OsString> + Clone + 'static,
        settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let builder = Client::builder(&GUARDRAILS)
            .environment(environment)
            .client_version(host.version.clone())
            // As in the original a report leaves at once: there is hardly ever a second one to
            // wait for.
            .flush_interval(Duration::ZERO);
        let telemetry = settings(builder).build();
        let state = State {
            client: telemetry.client(),
            host,
            deployment: Mutex::new(None),
        };
        Self {
            telemetry,
            state: Arc::new(state),
        }
    }

    /// Records one event about a configuration, or about none.
    ///
    /// An empty or unknown deployment type is `undefined`, an empty engine too. For an engine that
    /// is neither `LLMRails` nor `IORails` there is no event.
    pub fn report_usage(&self, usage: Option<&Usage>, deployment_type: &str, rails_engine: &str) {
        if let Some(engine) = engine(rails_engine) {
            let deployment = self.state.deployment(deployment_type);
            self.state.report(usage, deployment, engine);
        }
    }

    /// As [`report_usage`](Self::report_usage), about the folder or YAML file at `path`.
    ///
    /// It is read on a thread of its own. For a configuration that the original refuses there is no
    /// event; what is still being read when the reporter goes is not reported.
    pub fn report_path(&self, path: impl Into<PathBuf>, deployment_type: &str, rails_engine: &str) {
        let Some(engine) = engine(rails_engine).filter(|_| self.telemetry.is_on()) else {
            return;
        };
        let deployment = self.state.deployment(deployment_type);
        let (path, state) = (path.into(), Arc::clone(&self.state));
        let read = move || {
            if let Ok(usage) = Usage::from_path(&path) {
                state.report(Some(&usage), deployment, engine);
            }
        };
        // Where the system refuses a thread there is no report.
        let _ = thread::Builder::new()
            .name("guardrails-usage".into())
            .spawn(read);
    }

    /// The deployment type of all later reports, whatever they are called with. An unknown one is
    /// ignored.
    pub fn set_deployment_type(&self, deployment_type: &str) {
        if let Ok(deployment) = deployment_type.parse() {
            *self.state.given() = Some(deployment);
        }
    }

    /// The client behind it: its decision, its health, its flush.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.telemetry
    }

    /// Makes this the reporter of the process, which [`report_usage`] and [`set_deployment_type`]
    /// use. A process that installs none gets one of [`Host::default`] at its first report.
    ///
    /// # Errors
    ///
    /// This reporter, when the process has one already.
    pub fn install(self) -> Result<(), Self> {
        PROCESS.set(self)
    }

    /// The reporter of the process. It is never dropped: a program that ends right after a report
    /// calls [`Client::flush`] first.
    pub fn of_process() -> &'static Self {
        PROCESS.get_or_init(|| Self::new(Host::default()))
    }
}

static PROCESS: OnceLock<UsageReporter> = OnceLock::new();

/// [`UsageReporter::report_usage`] of the process.
pub fn report_usage(usage: Option<&Usage>, deployment_type: &str, rails_engine: &str) {
    UsageReporter::of_process().report_usage(usage, deployment_type, rails_engine);
}

/// [`UsageReporter::set_deployment_type`] of the process.
pub fn set_deployment_type(deployment_type: &str) {
    UsageReporter::of_process().set_deployment_type(deployment_type);
}

#[derive(Debug)]
struct State {
    client: Client,
    host: Host,
    /// What [`UsageReporter::set_deployment_type`] said.
    deployment: Mutex<Option<DeploymentType>>,
}

impl State {
    fn given(&self) -> MutexGuard<'_, Option<DeploymentType>> {
        let given = self.deployment.lock();
        given.unwrap_or_else(PoisonError::into_inner)
    }

    fn deployment(&self, argument: &str) -> DeploymentType {
        let given = *self.given();
        given.unwrap_or_else(|| DeploymentType::from_wire(argument))
    }

    fn report(&self, usage: Option<&Usage>, deployment: DeploymentType, engine: RailsEngine) {
        self.client
            .record_with(|| self.event(usage, deployment, engine));
    }

    fn event(
        &self,
        usage: Option<&Usage>,
        deployment: DeploymentType,
        engine: RailsEngine,
    ) -> GuardrailsUsageEvent {
        let none = Usage::unknown();
        let usage = usage.unwrap_or(&none);
        let count = |number| i64::try_from(number).unwrap_or(i64::MAX);
        let labels = |names: &[&'static str]| names.iter().copied().map(Label).collect();
        let providers = usage.llm_providers.iter().cloned().map(Cow::Owned);
        GuardrailsUsageEvent::builder()
            .session_id(self.client.session_id().as_str().to_owned())
            .nemoguardrails_version(self.host.version.clone())
            .python_version(self.host.python_version.clone())
            .platform(format!("{}-{}", os_name(), env::consts::ARCH))
            .os_name(Label(os_name()))
            .maybe_colang_version(colang_version(&usage.colang_version))
            .llm_providers(providers.collect())
            .num_rails_configured(count(usage.num_rails_configured))
            .rail_types_in_use(labels(&usage.rail_types_in_use))
            .tracing_enabled(usage.tracing_enabled)
            .deployment_type(deployment)
            .rails_engine(engine)
            .has_knowledge_base(usage.has_knowledge_base)
            .streaming_configured(usage.streaming_configured)
            .builtin_features(labels(&usage.builtin_features))
            .num_custom_flows(count(usage.num_custom_flows))
            .timestamp(unix_seconds())
            .build()
    }
}

fn engine(text: &str) -> Option<RailsEngine> {
    match text {
        "" => Some(RailsEngine::Undefined),
        engine => engine.parse().ok(),
    }
}

/// The text of a configuration, where it looks like a version.
fn colang_version(text: &str) -> Option<Cow<'static, str>> {
    (Version::new(text).as_str() == text).then(|| text.to_owned().into())
}

fn os_name() -> &'static str {
    match env::consts::OS {
        "linux" => "Linux",
        "macos" => "Darwin",
        "windows" => "Windows",
        _ => "unknown",
    }
}

fn unix_seconds() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}
