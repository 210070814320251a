//! metrique: a metric entry that is appended to the global background queue when it is dropped.
//!
//! The queue, its capacity and the JSON format are the ones of metrique's examples. A field without a
//! number is a property of the entry.

use std::time::SystemTime;

use metrique::{
    ServiceMetrics,
    json::Json,
    unit_of_work::metrics,
    writer::{AnyEntrySink, AttachGlobalEntrySinkExt, FormatExt, GlobalEntrySink},
};

use crate::{
    events::{
        COMMAND, FILES, INPUT_TOKENS, MODEL, OS, OUTPUT_TOKENS, PLATFORM, RETRIES, RUNTIME,
        SESSION, TEMPERATURE, VERSION,
    },
    peers::{Lines, Recorder},
};

#[metrics(rename_all = "PascalCase")]
struct Served {
    #[metrics(timestamp)]
    timestamp: SystemTime,
    source: &'static str,
    session: &'static str,
    version: &'static str,
    runtime: &'static str,
    platform: &'static str,
    os: &'static str,
    command: &'static str,
    outcome: &'static str,
    model: &'static str,
    duration_ms: u32,
    exit: u32,
    input_tokens: u32,
    output_tokens: u32,
    files: u32,
    temperature: f64,
    stream: bool,
    cached: bool,
    retries: u32,
}

pub(crate) struct Metrique {
    lines: Lines,
    /// Ends the queue when it is dropped.
    _handle: Box<dyn std::any::Any + Send + Sync>,
}

impl Metrique {
    pub(crate) fn start() -> Self {
        let lines = Lines::default();
        let handle = ServiceMetrics::attach_to_stream(Json::new().output_to(lines.clone()));
        Self {
            lines,
            _handle: Box::new(handle),
        }
    }
}

impl Recorder for Metrique {
    fn record(&self, number: u32) {
        let entry = Served {
            timestamp: SystemTime::now(),
            source: "service",
            session: SESSION,
            version: VERSION,
            runtime: RUNTIME,
            platform: PLATFORM,
            os: OS,
            command: COMMAND,
            outcome: "success",
            model: MODEL,
            duration_ms: number,
            exit: 0,
            input_tokens: INPUT_TOKENS,
            output_tokens: OUTPUT_TOKENS,
            files: FILES,
            temperature: TEMPERATURE,
            stream: true,
            cached: false,
            retries: RETRIES,
        };
        drop(entry.append_on_drop(ServiceMetrics::sink()));
    }

    fn settle(&self) {
        futures_executor::block_on(ServiceMetrics::sink().flush_async());
    }

    fn delivered(&self) -> u64 {
        self.lines.count()
    }
}
