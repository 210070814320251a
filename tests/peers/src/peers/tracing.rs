//! tracing: an event with 18 fields through the JSON formatter to `tracing_appender::non_blocking`.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tracing::Level;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    events::{
        COMMAND, FILES, INPUT_TOKENS, MODEL, NAME, OS, OUTPUT_TOKENS, PLATFORM, RETRIES, RUNTIME,
        SESSION, TEMPERATURE, VERSION,
    },
    peers::{Lines, Recorder},
};

/// The target of the event. Other libraries emit events too; they are filtered out.
const TARGET: &str = "peers";

pub(crate) struct Tracing {
    lines: Lines,
    emitted: AtomicU64,
    /// Ends the writer's thread when it is dropped.
    _guard: WorkerGuard,
}

impl Tracing {
    pub(crate) fn start() -> Self {
        let lines = Lines::default();
        let (writer, guard) = tracing_appender::non_blocking(lines.clone());
        tracing_subscriber::registry()
            .with(Targets::new().with_target(TARGET, Level::INFO))
            .with(tracing_subscriber::fmt::layer().json().with_writer(writer))
            .init();
        Self {
            lines,
            emitted: AtomicU64::new(0),
            _guard: guard,
        }
    }
}

impl Recorder for Tracing {
    fn record(&self, number: u32) {
        self.emitted.fetch_add(1, Relaxed);
        tracing::info!(
            target: TARGET,
            source = "service",
            session = SESSION,
            version = VERSION,
            runtime = RUNTIME,
            platform = PLATFORM,
            os = OS,
            command = COMMAND,
            outcome = "success",
            model = MODEL,
            duration_ms = number,
            exit = 0,
            input_tokens = INPUT_TOKENS,
            output_tokens = OUTPUT_TOKENS,
            files = FILES,
            temperature = TEMPERATURE,
            stream = true,
            cached = false,
            retries = RETRIES,
            "{NAME}"
        );
    }

    fn settle(&self) {
        self.lines.wait_for(self.emitted.load(Relaxed));
    }

    fn delivered(&self) -> u64 {
        self.lines.count()
    }
}
