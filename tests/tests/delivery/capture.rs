//! The typed capture of events.

use std::sync::atomic::{AtomicBool, Ordering};

use telemetry_runtime::testing::{Capture, CaptureError, capture};

use super::*;

struct Note<'a>(&'a str);

impl TelemetryEvent for Note<'_> {
    const EVENT_NAME: &'static str = "note";
    const SCHEMA_VERSION: &'static str = "2.0";
    const DESCRIPTOR: &'static EventDescriptor =
        &telemetry_runtime::__private::event_descriptor("note", "2.0", "", &[]).0;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        visitor.text(",\"text\":", self.0);
        visitor.list(",\"list\":", [self.0, "}"].into_iter());
    }
}

#[test]
fn events_come_back_by_type_and_in_order() {
    let texts = ["", "\"}{,\\", "\"events\":[", ",\"name\":\"run\"", "ü\u{1}"];
    let captured = capture(|client| {
        for (number, text) in (0..).zip(texts) {
            client.record(&Note(text));
            client.record(&Run(number));
        }
    });
    let notes = texts.map(|text| Note(text).parameters().to_json());
    assert_eq!(captured.events::<Note<'_>>(), notes);
    let runs = [0, 1, 2, 3, 4].map(|number| Run(number).parameters().to_json());
    assert_eq!(captured.events::<Run>(), runs);
}

#[test]
fn counts_of_a_summary_are_captured() {
    let captured = capture(|client| {
        let counts = client.summary::<Run>(Duration::from_secs(3600));
        for _ in 0..3 {
            counts.update(|run| run.0 += 1);
        }
    });
    assert_eq!(captured.events::<Run>(), [r#"{"number":3}"#]);
}

#[test]
fn a_capture_waits_for_other_threads_and_reports_missing_events() {
    let capture = Capture::with_builder(builder());
    let client = capture.client();
    let thread = std::thread::spawn(move || client.record(&Run(1)));
    assert_eq!(
        capture.wait_for::<Run>(1, PATIENCE).unwrap(),
        [r#"{"number":1}"#]
    );
    thread.join().unwrap();
    let missing = capture.wait_for::<Run>(2, Duration::from_millis(1));
    let Err(CaptureError {
        event, recorded, ..
    }) = missing
    else {
        panic!("{missing:?}");
    };
    assert_eq!((event, recorded), ("run", 1));
}

#[test]
fn a_capture_keeps_every_event_when_its_worker_starts_late() {
    // The worker gets its thread only when the test asks for the events.
    let never = Duration::from_secs(3600);
    let refused = AtomicBool::new(false);
    let refuse = move |_| !refused.swap(true, Ordering::Relaxed);
    let capture = Capture::with_builder(builder().refuse_threads(never, refuse));
    let client = capture.client();
    // About 1.5 MB, more than the default queue holds.
    for number in 0..20_000 {
        client.record(&Run(number));
    }
    assert_eq!(capture.events::<Run>().len(), 20_000);
}

#[test]
fn a_capture_is_on_where_its_product_is_not() {
    static OFF: Product = Product::new("off").enable_variable("OFF_TELEMETRY");
    let capture = Capture::with_builder(Client::builder(&OFF));
    capture.client().record(&Run(1));
    assert_eq!(capture.events::<Run>().len(), 1);
}
