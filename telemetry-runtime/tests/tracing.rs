//! The line of the feature `tracing`: its text, and that each episode of loss has exactly one.
//!
//! In this package, since no other test needs the feature. A separate binary: the subscriber is
//! installed once for the whole process.

// `cfg(test)` for the whole crate: `clippy.toml` then covers helper functions, too.
#![cfg(test)]

use std::{
    fmt::{self, Write},
    sync::{Mutex, OnceLock},
    time::Duration,
};

use telemetry_runtime::{
    Client,
    health::{FlushOutcome, RecordError},
    transport::{MemoryTransport, Outcome},
};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

mod support;

use self::support::{Run, builder};

/// Only fails a test; nothing is measured with it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Keeps every line, and records an event for each: that must not cause another line.
#[derive(Default)]
struct Lines {
    lines: Mutex<Vec<String>>,
    client: OnceLock<Client>,
    recorded: Mutex<Vec<Result<(), RecordError>>>,
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for &'static Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("telemetry")
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        assert_eq!(*metadata.level(), Level::DEBUG);
        let mut text = Text(metadata.target().to_owned());
        event.record(&mut text);
        self.lines.lock().unwrap().push(text.0);
        if let Some(client) = self.client.get() {
            let recorded = client.try_record(&Run(0)).map(drop);
            self.recorded.lock().unwrap().push(recorded);
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        panic!("the library has no spans")
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn the_first_loss_of_an_episode_is_one_line() {
    static LINES: OnceLock<Lines> = OnceLock::new();
    let lines = LINES.get_or_init(Lines::default);
    tracing::subscriber::set_global_default(lines).unwrap();

    let memory = MemoryTransport::new();
    memory.answer([413, 413, 413, 200, 413, 413].map(Outcome::status));
    let telemetry = builder()
        .transport(memory.clone())
        .max_batch_events(1)
        .max_event_bytes(200)
        .build();
    assert!(lines.client.set(telemetry.client()).is_ok());
    // Three are dropped, one is delivered, two are dropped; no loss besides.
    for number in 0..6 {
        telemetry.record(&Run(number));
        assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Complete);
    }
    assert_eq!(telemetry.shutdown(PATIENCE), FlushOutcome::Complete);

    let line =
        "telemetry_runtime events=1 message=events lost: the collector rejected it as too large";
    let mut found = lines.lines.lock().unwrap().clone();
    for line in &mut found {
        // The fields come in any order.
        assert!(line.starts_with("telemetry_runtime "), "{line}");
        let (message, events) = (line.find(" message="), line.find(" events=1"));
        assert!(message.is_some() && events.is_some(), "{line}");
        if message < events {
            *line = line.replace(" events=1", "").replacen(' ', " events=1 ", 1);
        }
    }
    assert_eq!(found, [line, line], "one for each episode");

    // The events of the subscriber were rejected, which caused no line.
    let refused = Err(RecordError::Reentrant);
    assert_eq!(*lines.recorded.lock().unwrap(), [refused, refused]);
    let health = telemetry.health();
    assert_eq!(
        (health.accepted(), health.delivered(), health.dropped()),
        (6, 1, 5)
    );
    assert_eq!(health.refused_for(RecordError::Reentrant), 2);
    assert_eq!(memory.bodies().len(), 6);
}
