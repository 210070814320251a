//! The run that sends held events, those that must not be sent, and a client that holds none.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use serde_json::Value;
use telemetry_examples::agent_toolkit::NatCliCommand;
use telemetry_runtime::{
    Client,
    testing::{Capture, Collector, ScriptedResponse, VirtualClock},
};
use telemetry_tests::{client::PATIENCE, scratch::Scratch};

use super::{
    held::{builder, end, event, folder, held_on_disk},
    support::{HELD, command, scratch, typed},
};

/// A collector that answers 503 until it is set to be available.
struct Switched {
    collector: Collector,
    available: Arc<AtomicBool>,
}

impl Switched {
    fn start() -> Self {
        let available = Arc::new(AtomicBool::new(false));
        let is_available = Arc::clone(&available);
        let collector = Collector::with_handler(move |_| {
            let available = is_available.load(Ordering::Relaxed);
            ScriptedResponse::status(if available { 200 } else { 503 })
        });
        Self {
            collector: collector.unwrap(),
            available,
        }
    }

    /// The version in each event that was sent since it is available.
    fn received(&self) -> Vec<String> {
        let mut versions = Vec::new();
        for request in self.collector.requests() {
            let envelope: Value = serde_json::from_slice(&request.body).unwrap();
            for event in envelope["events"].as_array().unwrap() {
                let version = event["parameters"]["pythonVersion"].as_str().unwrap();
                versions.push(version.to_owned());
            }
        }
        versions
    }
}

/// A run that records one event, which is not delivered.
fn earlier_run(home: &Scratch, switched: &Switched, clock: &VirtualClock, version: &str) {
    let client = builder(home.path(), switched.collector.url()).clock(clock);
    let client = client.build();
    assert!(client.try_record(&event(version)).unwrap().is_durable());
    end(&client);
    clock.advance(Duration::from_millis(1));
}

/// A run that is long enough to send the events of earlier ones.
fn later_run(home: &Scratch, switched: &Switched, clock: &VirtualClock, events: u64) -> String {
    switched.available.store(true, Ordering::Relaxed);
    let client = builder(home.path(), switched.collector.url()).clock(clock);
    let client = client.build();
    client.record(&event("later"));
    assert!(client.flush(PATIENCE).is_complete());
    for delivered in 2..=events {
        // Requests with events of earlier runs have pauses between them.
        clock.advance(Duration::from_secs(2));
        let deadline = Instant::now() + PATIENCE;
        while client.health().delivered() < delivered {
            assert!(Instant::now() < deadline, "{:?}", client.health());
            thread::yield_now();
        }
    }
    status(&client, home)
}

fn status(client: &Client, home: &Scratch) -> String {
    let tool = command(&HELD, home.path()).width(100).client(client);
    typed(&tool, &["status"]).out
}

fn clock() -> VirtualClock {
    let clock = VirtualClock::new(SystemTime::now());
    clock.set_jitter(1.0);
    clock
}

#[test]
fn a_later_run_sends_the_events_that_status_announced() {
    let home = scratch("held-later");
    let (switched, clock) = (Switched::start(), clock());
    earlier_run(&home, &switched, &clock, "1");
    earlier_run(&home, &switched, &clock, "2");
    assert_eq!(held_on_disk(&home)["folders"][0]["events"], 2);
    let before = switched.received().len();
    let status = later_run(&home, &switched, &clock, 3);
    assert_eq!(switched.received()[before..], ["later", "1", "2"]);
    let expected = "this run     1 accepted, 2 of earlier runs: 3 delivered, 0 dropped, 0 held\n";
    assert!(status.contains(expected), "{status}");
    assert!(status.contains("held on disk nothing\n"), "{status}");
}

#[test]
fn row_72_after_a_refusal_and_a_new_agreement_no_event_from_before_is_sent_from_a_file() {
    let home = scratch("held-agreed-again");
    let (switched, clock) = (Switched::start(), clock());
    earlier_run(&home, &switched, &clock, "before");
    let tool = command(&HELD, home.path());
    assert_eq!(typed(&tool, &["disable"]).code, 0);
    assert_eq!(typed(&tool, &["enable"]).code, 0);
    earlier_run(&home, &switched, &clock, "after");
    let before = switched.received().len();
    later_run(&home, &switched, &clock, 2);
    assert_eq!(switched.received()[before..], ["later", "after"]);
}

#[test]
fn a_captured_client_holds_no_event_in_files() {
    let home = scratch("held-captured");
    let builder = builder(home.path(), "https://collector.invalid/".to_owned());
    let capture = Capture::with_builder(builder);
    let accepted = capture.client().try_record(&event("1")).unwrap();
    assert!(!accepted.is_durable());
    assert_eq!(capture.events::<NatCliCommand>().len(), 1);
    assert!(!folder(&home).exists());
}
