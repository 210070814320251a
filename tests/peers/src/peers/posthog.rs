//! posthog-rs: an event with 18 properties, sent to the collector in batches of 100, its default.

use std::sync::Arc;

use posthog_rs::{Client, ClientOptionsBuilder, Event};
use serde::Serialize;
use tokio::runtime::Runtime;

use crate::{
    collector::Collector,
    events::{
        COMMAND, FILES, INPUT_TOKENS, MODEL, NAME, OS, OUTPUT_TOKENS, PLATFORM, RETRIES, RUNTIME,
        SESSION, TEMPERATURE, VERSION,
    },
    peers::Recorder,
};

pub(crate) struct PostHog {
    runtime: Runtime,
    client: Client,
    collector: Arc<Collector>,
    /// Events of other rows that had arrived before.
    before: u64,
}

impl PostHog {
    pub(crate) fn start(collector: &Arc<Collector>) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let options = ClientOptionsBuilder::default()
            .api_key("key".to_owned())
            .host(format!("http://{}", collector.address()))
            .build()
            .expect("options for loopback");
        let client = runtime.block_on(posthog_rs::client(options));
        Self {
            runtime,
            client,
            collector: collector.clone(),
            before: collector.counts().0,
        }
    }
}

/// A text, a number or a boolean is always accepted.
fn insert(event: &mut Event, key: &str, value: impl Serialize) {
    let _ = event.insert_prop(key, value);
}

impl Recorder for PostHog {
    fn record(&self, number: u32) {
        let mut event = Event::new(NAME, SESSION);
        insert(&mut event, "source", "service");
        insert(&mut event, "version", VERSION);
        insert(&mut event, "runtime", RUNTIME);
        insert(&mut event, "platform", PLATFORM);
        insert(&mut event, "os", OS);
        insert(&mut event, "command", COMMAND);
        insert(&mut event, "outcome", "success");
        insert(&mut event, "model", MODEL);
        insert(&mut event, "durationMs", number);
        insert(&mut event, "exit", 0);
        insert(&mut event, "inputTokens", INPUT_TOKENS);
        insert(&mut event, "outputTokens", OUTPUT_TOKENS);
        insert(&mut event, "files", FILES);
        insert(&mut event, "temperature", TEMPERATURE);
        insert(&mut event, "stream", true);
        insert(&mut event, "cached", false);
        insert(&mut event, "retries", RETRIES);
        self.client.capture(event);
    }

    fn settle(&self) {
        self.runtime.block_on(self.client.flush());
    }

    fn delivered(&self) -> u64 {
        self.collector.counts().0 - self.before
    }
}
