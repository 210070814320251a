//! Rows 36 and 79: recording in unusual contexts, and two clients in one process.

use std::{cell::RefCell, thread};

use telemetry_runtime::{health::RecordError, testing::Capture, transport::MemoryTransport};

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
fn row_36_a_thread_local_destructor_records() {
    let captured = Capture::new();
    let client = captured.client();
    let thread = thread::spawn(move || {
        // One destructor is registered before the crate's thread-local storage, one after it.
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
fn row_36_after_a_shutdown_recording_is_counted() {
    let telemetry = builder().transport(MemoryTransport::new()).build();
    let client = telemetry.client();
    drop(telemetry);
    client.record(&Run(1));
    client.record_with(|| -> Run { panic!("the closure must not run") });
    assert_eq!(client.try_record(&Run(1)), Err(RecordError::ShutDown));
    assert!(client.flush(PATIENCE).is_complete());
    assert!(block_on(client.flush_async(PATIENCE)).is_complete());
    assert!(client.shutdown(PATIENCE).is_complete());
    assert_eq!(client.health().refused_for(RecordError::ShutDown), 3);
}

/// One client is on, one is off, one is shut down, and one has a full queue. None affects
/// another.
#[test]
fn row_79_clients_in_one_process_do_not_know_each_other() {
    let (one, other) = (Capture::new(), MemoryTransport::new());
    let off = builder().transport(other.clone()).disabled().build();
    let ended = builder().transport(other.clone()).build();
    let (transport, in_send, let_go) = stuck();
    let full = builder().transport(transport).queue_bytes(0).build();
    let client = one.client();

    client.record(&Run(1));
    off.record(&Run(2));
    ended.record(&Run(3));
    full.record(&Run(4));
    assert!(off.shutdown(PATIENCE).is_complete());
    assert!(ended.shutdown(PATIENCE).is_complete());
    ended.record(&Run(5));
    client.record(&Run(6));

    assert_eq!(
        one.events::<Run>(),
        [1, 6].map(|n| Run(n).parameters().to_json())
    );
    assert!(client.is_on() && !off.is_on() && !ended.is_on() && full.is_on());
    assert_eq!(numbers(&other.bodies()), [3]);
    let sessions = [client.session_id(), off.session_id(), ended.session_id()];
    assert!(sessions[0] != sessions[1] && sessions[1] != sessions[2]);
    let counts = |client: &Client| {
        assert_conserved(client);
        let health = client.health();
        (health.accepted(), health.refused())
    };
    assert_eq!(counts(&off), (0, 0));
    assert_eq!(counts(&ended), (1, 1));
    assert_eq!(counts(&full), (0, 1));
    drop((let_go, in_send));
}

/// Two clients cannot feed each other: an event that a transport records is refused, and the
/// client that it was recorded with counts it.
#[test]
fn row_79_a_transport_records_with_no_client_at_all() {
    let other = builder().transport(MemoryTransport::new()).build();
    let client = other.client();
    let (results, get) = mpsc::channel();
    let telemetry = builder()
        .transport(Script(move |_: &Request<'_>| {
            let _ = results.send(client.try_record(&Run(1)));
            Outcome::delivered()
        }))
        .build();
    telemetry.record(&Run(0));
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(get.recv().unwrap(), Err(RecordError::Reentrant));
    assert_eq!(other.health().refused_for(RecordError::Reentrant), 1);
}
