//! Row 36: recording where a program usually does not.

use std::{cell::RefCell, thread};

use telemetry_runtime::{NotRecorded, testing::Capture, transport::MemoryTransport};

use super::*;

/// Records when its thread's storage is destroyed.
struct AtExit(Client, i64);

impl Drop for AtExit {
    fn drop(&mut self) {
        self.0.record(&Run(self.1));
        let _ = self.0.flush(PATIENCE);
    }
}

thread_local! {
    static BEFORE: RefCell<Option<AtExit>> = const { RefCell::new(None) };
    static AFTER: RefCell<Option<AtExit>> = const { RefCell::new(None) };
}

#[test]
fn a_thread_local_destructor_records() {
    let captured = Capture::new();
    let client = captured.client();
    let thread = thread::spawn(move || {
        // One is registered before the crate's own storage, one after it.
        BEFORE.set(Some(AtExit(client.clone(), 1)));
        client.record(&Run(0));
        AFTER.set(Some(AtExit(client, 2)));
    });
    thread.join().unwrap();
    let mut events = captured.events::<Run>();
    events.sort();
    assert_eq!(events, [0, 1, 2].map(|n| Run(n).parameters().to_json()));
}

#[test]
fn after_a_shutdown_recording_is_counted() {
    let telemetry = builder().transport(MemoryTransport::new()).build();
    let client = telemetry.client();
    drop(telemetry);
    client.record(&Run(1));
    client.record_with(|| -> Run { panic!("the closure must not run") });
    assert_eq!(client.try_record(&Run(1)), Err(NotRecorded::ShutDown));
    assert!(client.flush(PATIENCE).is_complete());
    assert!(block_on(client.flush_async(PATIENCE)).is_complete());
    assert!(client.shutdown(PATIENCE).is_complete());
    assert_eq!(client.health().refused_for(NotRecorded::ShutDown), 3);
}

/// Row 79.
#[test]
fn two_clients_do_not_know_each_other() {
    let (one, other) = (Capture::new(), MemoryTransport::new());
    let off = builder().transport(other.clone()).disabled().build();
    one.client().record(&Run(1));
    off.record(&Run(2));
    assert!(off.shutdown(PATIENCE).is_complete());
    assert_eq!(one.events::<Run>(), [r#"{"number":1}"#]);
    assert!(one.client().is_on() && !off.is_on() && other.bodies().is_empty());
    assert_ne!(one.client().session_id(), off.session_id());
}
