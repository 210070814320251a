//! Flush and shutdown as futures, on a minimal executor.

use std::{
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use telemetry_runtime::{health::FlushOutcome, transport::MemoryTransport};

use super::*;

#[test]
fn futures_return_the_same_results_as_calls() {
    let memory = MemoryTransport::new();
    memory.answer([Outcome::status(503)]);
    let telemetry = builder().transport(memory.clone()).build();
    assert_eq!(
        block_on(telemetry.flush_async(PATIENCE)),
        FlushOutcome::Complete
    );
    telemetry.record(&Run(1));
    assert_eq!(
        block_on(telemetry.flush_async(PATIENCE)),
        FlushOutcome::Incomplete
    );
    assert_eq!(
        block_on(telemetry.flush_async(PATIENCE)),
        FlushOutcome::Complete
    );
    telemetry.record(&Run(2));
    assert_eq!(
        block_on(telemetry.shutdown_async(PATIENCE)),
        FlushOutcome::Complete
    );
    assert_eq!(
        block_on(telemetry.shutdown_async(PATIENCE)),
        FlushOutcome::Complete
    );
    assert_eq!(numbers(&memory.bodies()), [1, 1, 2]);
}

#[test]
fn a_stuck_worker_holds_no_future_beyond_its_deadline() {
    let (transport, in_send, let_go) = stuck();
    let telemetry = builder().transport(transport).build();
    telemetry.record(&Run(1));
    let moment = Duration::from_millis(1);
    let flush = telemetry.flush_async(moment);
    in_send.recv().unwrap();
    assert_eq!(block_on(flush), FlushOutcome::DeadlinePassed);
    assert_eq!(
        block_on(telemetry.shutdown_async(moment)),
        FlushOutcome::DeadlinePassed
    );
    drop(let_go);
    assert!(telemetry.shutdown(PATIENCE).is_complete());
}

#[test]
fn many_futures_wait_at_once_and_each_is_woken() {
    let (transport, in_send, let_go) = stuck();
    let telemetry = builder().transport(transport).build();
    telemetry.record(&Run(1));
    let first = telemetry.flush_async(PATIENCE);
    in_send.recv().unwrap();
    thread::scope(|scope| {
        for number in 0..16 {
            let client = telemetry.client();
            let timeout = if number % 2 == 0 {
                PATIENCE
            } else {
                Duration::from_millis(1)
            };
            scope.spawn(move || {
                let flushed = block_on(client.flush_async(timeout));
                assert!(timeout != PATIENCE || flushed.is_complete());
            });
        }
        drop(let_go);
    });
    assert!(block_on(first).is_complete());
}

/// The unit test of the queue counts the steps: they grow linearly.
#[test]
fn twenty_thousand_futures_wait_at_once_and_each_is_woken() {
    const FUTURES: usize = 20_000;
    struct LastOne(AtomicUsize, mpsc::Sender<()>);
    impl Wake for LastOne {
        fn wake(self: Arc<Self>) {
            if self.0.fetch_add(1, Ordering::SeqCst) + 1 == FUTURES {
                self.1.send(()).unwrap();
            }
        }
    }
    let (transport, in_send, let_go) = stuck();
    let telemetry = builder().transport(transport).build();
    telemetry.record(&Run(1));
    let first = telemetry.flush_async(PATIENCE);
    in_send.recv().unwrap();
    let (sender, last_one_woken) = mpsc::channel();
    let waker = Waker::from(Arc::new(LastOne(AtomicUsize::new(0), sender)));
    let mut context = Context::from_waker(&waker);
    let flushes = (0..FUTURES).map(|_| telemetry.flush_async(PATIENCE));
    let mut flushes: Vec<_> = flushes.collect();
    for flush in &mut flushes {
        assert!(Pin::new(flush).poll(&mut context).is_pending());
    }
    drop(let_go);
    assert!(block_on(first).is_complete());
    last_one_woken.recv_timeout(PATIENCE).unwrap();
    for flush in &mut flushes {
        let complete = Poll::Ready(FlushOutcome::Complete);
        assert_eq!(Pin::new(flush).poll(&mut context), complete);
    }
}

#[test]
fn a_dropped_future_is_forgotten_and_its_flush_goes_on() {
    let memory = MemoryTransport::new();
    let telemetry = builder().transport(memory.clone()).build();
    telemetry.record(&Run(1));
    drop(telemetry.flush_async(PATIENCE));
    assert!(memory.wait_for(1, PATIENCE));

    let (transport, in_send, let_go) = stuck();
    let telemetry = builder().transport(transport).build();
    telemetry.record(&Run(1));
    let mut flush = telemetry.flush_async(PATIENCE);
    in_send.recv().unwrap();
    static WOKEN: AtomicUsize = AtomicUsize::new(0);
    struct Counting;
    impl Wake for Counting {
        fn wake(self: Arc<Self>) {
            WOKEN.fetch_add(1, Ordering::SeqCst);
        }
    }
    let counting = Arc::new(Counting);
    let waker = Waker::from(Arc::clone(&counting));
    for _ in 0..3 {
        let polled = Pin::new(&mut flush).poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
    }
    drop((flush, waker));
    assert_eq!(Arc::strong_count(&counting), 1, "no waker is kept");
    drop(let_go);
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(WOKEN.load(Ordering::SeqCst), 0);
}

#[test]
fn a_waker_that_panics_does_not_affect_other_futures() {
    struct Panicking;
    impl Wake for Panicking {
        fn wake(self: Arc<Self>) {
            scripted_panic();
        }
    }
    let (transport, in_send, let_go) = stuck();
    let telemetry = builder().transport(transport).build();
    telemetry.record(&Run(1));
    let mut flush = telemetry.flush_async(PATIENCE);
    in_send.recv().unwrap();
    let waker = Waker::from(Arc::new(Panicking));
    let polled = Pin::new(&mut flush).poll(&mut Context::from_waker(&waker));
    assert!(polled.is_pending());
    let other = telemetry.flush_async(PATIENCE);
    drop(let_go);
    assert!(block_on(other).is_complete());
    assert!(block_on(flush).is_complete());
}
