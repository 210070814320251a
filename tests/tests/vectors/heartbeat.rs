//! The recorded loop of the Guardrails heartbeat (`heartbeat_loop` of `vectors/helpers.json`):
//! when it beats, and what the event holds.

use std::{
    collections::BTreeMap,
    time::{Duration, UNIX_EPOCH},
};

use serde_json::{Value, json};
use telemetry_examples::guardrails::{EventType, GuardrailsUsageEvent};
use telemetry_runtime::{
    Client, Product, SessionId, TelemetryEvent, TelemetryGuard, heartbeat::HeartbeatContext,
    testing::VirtualClock, transport::MemoryTransport,
};
use telemetry_tests::vectors::{assert_differences, document};

static GUARDRAILS: Product = Product::new("guardrails").default_on(true);

/// Only fails a test.
const PATIENCE: Duration = Duration::from_secs(60);

const DIFFERENT: &[(&str, &str)] = &[
    (
        "heartbeat_loop/000",
        "a heartbeat comes at most once per second",
    ),
    (
        "heartbeat_loop/012",
        "an interval without end ends the original's thread with an error; ours never beats",
    ),
];

/// Comes between two beats: what the worker has to do before it is done then.
#[derive(TelemetryEvent)]
#[event(name = "marker", schema = "1.7")]
struct Marker {
    /// Nothing.
    nothing: i32,
}

struct Service {
    telemetry: TelemetryGuard,
    sent: MemoryTransport,
    clock: VirtualClock,
}

impl Service {
    /// With a heartbeat as Guardrails has it: a copy of the first event with three fields changed.
    fn start(interval: Duration, jitter: f64) -> Self {
        let clock = VirtualClock::new(UNIX_EPOCH);
        clock.set_jitter(jitter);
        let sent = MemoryTransport::new();
        let telemetry = Client::builder(&GUARDRAILS)
            .env(|_| None)
            .transport(sent.clone())
            .client_version("0.22.0")
            .session_id(SessionId::parse_or_unknown("proc-session"))
            .flush_interval(Duration::ZERO)
            .clock(&clock)
            .build();
        let startup = GuardrailsUsageEvent::builder().num_custom_flows(3).build();
        let update = |event: &mut GuardrailsUsageEvent, beat: &HeartbeatContext| {
            event.event = EventType::Heartbeat;
            event.timestamp = beat.at.duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
            event.session_id = beat.session_id.as_str().to_owned().into();
        };
        assert!(telemetry.heartbeat(interval, startup, update));
        Self {
            telemetry,
            sent,
            clock,
        }
    }

    /// The heartbeats so far, the worker having done everything that is due.
    fn beats(&self) -> Vec<Value> {
        for _ in 0..2 {
            self.telemetry.record(&Marker::builder().build());
            assert!(self.telemetry.flush(PATIENCE).is_complete());
        }
        let mut beats = Vec::new();
        for body in self.sent.bodies() {
            let envelope: Value = serde_json::from_slice(&body).unwrap();
            for event in envelope["events"].as_array().unwrap() {
                let parameters = &event["parameters"];
                if event["name"] != "guardrails_usage_event" {
                    continue;
                }
                beats.push(json!({
                    "timestamp": parameters["timestamp"],
                    "event": parameters["event"],
                    "parameters_sessionId": parameters["sessionId"],
                    "envelope_sessionId": envelope["sessionId"],
                    "clientVer": envelope["clientVer"],
                    "numCustomFlows": parameters["numCustomFlows"],
                }));
            }
        }
        beats
    }

    /// Lets `pause` pass, at whose end the wall clock shows `at`. False when there was a beat before
    /// the end of it, or none then.
    fn beats_after(&self, pause: Duration, at: f64) -> bool {
        let before = self.beats().len();
        let almost = Duration::from_nanos(1);
        self.clock.advance(pause.saturating_sub(almost));
        let early = self.beats().len() > before;
        let at = UNIX_EPOCH + Duration::from_secs_f64(at);
        self.clock.set_wall_clock(at - almost);
        self.clock.advance(almost);
        !early && self.beats().len() == before + 1
    }
}

fn seconds(value: &Value) -> Duration {
    let seconds = value.as_f64();
    seconds.map_or(Duration::MAX, Duration::from_secs_f64)
}

/// Our result where it differs from the recorded one.
fn ours(vector: &Value) -> Value {
    let recorded = &vector["expected"];
    let interval = seconds(&vector["interval"]);
    let service = Service::start(interval, vector["random_fraction"].as_f64().unwrap());
    let mut ours = recorded.clone();
    let Some(beats) = recorded["heartbeats"].as_array() else {
        service.clock.advance(Duration::from_secs(365 * 24 * 3600));
        ours["heartbeats"] = service.beats().into();
        return ours;
    };
    for beat in beats {
        let at = beat["timestamp"].as_f64().unwrap();
        if !service.beats_after(seconds(&recorded["sleep_seconds"]), at) {
            ours["sleep_seconds"] = Value::Null;
        }
    }
    for (part, bound) in [(0.0, "jitter_low"), (1.0, "jitter_high")] {
        let extreme = Service::start(interval, part);
        if !extreme.beats_after(interval + seconds(&recorded[bound]), 1000.25) {
            ours[bound] = Value::Null;
        }
    }
    ours["heartbeats"] = service.beats().into();
    ours
}

#[test]
fn the_heartbeat_beats_at_the_same_times_with_the_same_events() {
    let document = document("helpers");
    let vectors = document["sections"]["heartbeat_loop"].as_array().unwrap();
    assert_eq!(vectors.len(), 9);
    let mut different = BTreeMap::new();
    for vector in vectors {
        let (ours, recorded) = (ours(vector), &vector["expected"]);
        if ours != *recorded {
            let id = vector["id"].as_str().unwrap().to_owned();
            different.insert(id, format!("\n  ours {ours}\n  recorded {recorded}"));
        }
    }
    assert_differences("helpers.json", &different, DIFFERENT);
}
