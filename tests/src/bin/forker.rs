//! A program that forks in one of several situations. The child's checks are its exit status.
//!
//! Arguments: the situation and the endpoint. Prints the end of the child.
#![expect(clippy::print_stdout, reason = "the test reads it")]
#![allow(clippy::unwrap_used, reason = "a failure must end this program")]

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::{
        future::Future,
        pin::{Pin, pin},
        process::Command,
        sync::{
            Mutex,
            atomic::{AtomicBool, Ordering},
        },
        task::{Context, Poll, Waker},
        thread,
        time::Duration,
    };

    use telemetry_runtime::{
        Client, Product, TelemetryEvent, TelemetryGuard,
        descriptor::EventDescriptor,
        field::FieldVisitor,
        health::{FlushOutcome, RecordError},
        heartbeat::HeartbeatContext,
        telemetry_headers,
        transport::{MemoryTransport, NullTransport},
    };
    use telemetry_tests::{
        client::{PATIENCE, Run, builder},
        fork::{Child, End, await_end_of_parent, exit, fork, split},
    };

    /// Has a header and no session id.
    static NO_SESSION: Product = Product::new("no-session")
        .headers(telemetry_headers! { "x-team" = "nemo" })
        .no_session()
        .default_on(true);

    const MOMENT: Duration = Duration::from_millis(5);

    pub(super) fn main() {
        let mut arguments = std::env::args().skip(1);
        let situation = arguments.next().unwrap_or_default();
        let endpoint = arguments.next().unwrap_or_default();
        let builder = builder().exit_budget(PATIENCE);
        let owner = match situation.as_str() {
            "custom" => builder.transport(MemoryTransport::default()).build(),
            "heartbeat" | "event" | "limit" => builder.transport(NullTransport).build(),
            "no session" => {
                let builder = Client::builder(&NO_SESSION).env(|_| None);
                builder.endpoint(endpoint).exit_budget(PATIENCE).build()
            }
            _ => builder.endpoint(endpoint).build(),
        };
        let child = start(&situation, owner);
        println!("{:?}", child.end(2 * PATIENCE));
    }

    fn start(situation: &str, owner: TelemetryGuard) -> Child {
        match situation {
            "delivered" => {
                owner.record(&Run(-1));
                assert!(owner.flush(PATIENCE).is_complete());
                fork(|| deliver_twenty(&owner, 0))
            }
            "no session" => {
                owner.record(&Run(-1));
                assert!(owner.flush(PATIENCE).is_complete());
                fork(|| {
                    let undefined = owner.session_id().as_str() == "undefined";
                    deliver_twenty(&owner, 0) + i32::from(!undefined)
                })
            }
            "held" => {
                owner.record(&Run(-1));
                let child = fork(|| deliver_twenty(&owner, 0));
                assert_eq!(child.end(2 * PATIENCE), End::Status(0));
                // The child of a child starts empty, too.
                fork(|| {
                    owner.record(&Run(100));
                    let grandchild = fork(|| deliver_twenty(&owner, 20));
                    let flushed = owner.flush(PATIENCE).is_complete();
                    let ended = grandchild.end(2 * PATIENCE) == End::Status(0);
                    i32::from(!(flushed && ended))
                })
            }
            // Both processes drop the owner.
            "drop" => {
                owner.record(&Run(-1));
                fork(move || {
                    drop(owner);
                    0
                })
            }
            "custom" => {
                owner.record(&Run(-1));
                fork(|| cannot_send(&owner))
            }
            "opted out" => {
                owner.opt_out();
                fork(|| {
                    let refused = owner.try_record(&Run(1)) == Err(RecordError::Off);
                    let off = !owner.is_on() && !owner.recheck().on && !owner.decision().on;
                    i32::from(!(refused && off && owner.shutdown(PATIENCE).is_complete()))
                })
            }
            "shut down" => {
                owner.record(&Run(-1));
                assert!(owner.shutdown(PATIENCE).is_complete());
                fork(|| {
                    let refused = owner.try_record(&Run(1)) == Err(RecordError::ShutDown);
                    let health = owner.health();
                    i32::from(!refused || health.delivered() > 0 || health.refused() != 1)
                })
            }
            "waiting" => waiting(&owner),
            "future" => future(&owner),
            "event" => event(&owner),
            "heartbeat" => heartbeat(&owner),
            "heartbeat restarts" => heartbeat_restarts(&owner),
            "heartbeat of a grandparent" => heartbeat_of_a_grandparent(&owner),
            "heartbeat that cannot be cloned" => heartbeat_that_cannot_be_cloned(&owner),
            "summary" => summary(&owner),
            "summary forks" => summary_forks(&owner),
            "limit" => {
                let three = || {
                    (0..4)
                        .filter(|_| owner.try_record(&Limited).is_ok())
                        .count()
                };
                assert_eq!(three(), 3);
                fork(|| i32::from(three() != 3))
            }
            "daemon" => fork(|| {
                let _grandchild = fork(|| {
                    await_end_of_parent();
                    deliver_twenty(&owner, 0)
                });
                0
            }),
            _ => {
                let session = owner.session_id();
                owner.record(&Run(-1));
                let ran = Command::new("true").status().unwrap();
                assert!(ran.success() && owner.session_id() == session);
                assert!(owner.shutdown(PATIENCE).is_complete());
                assert_eq!(owner.health().delivered(), 1);
                fork(|| 0)
            }
        }
    }

    /// 0 if 20 events are delivered, and nothing else was counted.
    fn deliver_twenty(client: &Client, first: i64) -> i32 {
        for number in first..first + 20 {
            client.record(&Run(number));
        }
        let ended = client.shutdown(PATIENCE);
        let health = client.health();
        let all = health.accepted() == 20 && health.delivered() == 20 && health.refused() == 0;
        i32::from(!(ended == FlushOutcome::Complete && all))
    }

    /// 0 if events are refused and counted, and nothing waits.
    fn cannot_send(client: &Client) -> i32 {
        let refused = client.try_record(&Run(1)) == Err(RecordError::Forked);
        let health = client.health();
        let counted = health.refused_for(RecordError::Forked) == 1 && health.accepted() == 0;
        let nothing_left = client.flush(PATIENCE).is_complete();
        let beats = client.heartbeat(MOMENT, Run(1), |_, _| {});
        let ended = client.shutdown(PATIENCE).is_complete();
        i32::from(!(refused && counted && nothing_left && !beats && ended))
    }

    /// Another thread waits in a flush at the fork.
    fn waiting(client: &Client) -> Child {
        client.record(&Run(-1));
        thread::scope(|scope| {
            let (waiter, waits) = (client.clone(), client.clone());
            scope.spawn(move || waiter.flush(PATIENCE));
            // The worker holds the event while the collector is silent.
            while waits.health().held() == 0 {
                thread::yield_now();
            }
            let child = fork(|| {
                client.record(&Run(1));
                let held = client.health().held() == 1;
                let _ = client.flush(MOMENT);
                client.opt_out();
                let _ = client.shutdown(MOMENT);
                i32::from(!held || client.is_on())
            });
            let end = child.end(2 * PATIENCE);
            client.opt_out();
            let _ = client.shutdown(MOMENT);
            fork(move || i32::from(end != End::Status(0)))
        })
    }

    fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    /// The child polls and drops a future that its parent began.
    fn future(client: &Client) -> Child {
        client.record(&Run(-1));
        let mut inherited = pin!(client.flush_async(PATIENCE));
        assert!(poll(inherited.as_mut()).is_pending());
        let mut dropped = Some(client.flush_async(PATIENCE));
        assert!(poll(Pin::new(dropped.as_mut().unwrap())).is_pending());
        fork(|| {
            let first = poll(inherited.as_mut()) == Poll::Ready(FlushOutcome::Incomplete);
            dropped.take();
            let mut own = pin!(client.flush_async(PATIENCE));
            let second = poll(own.as_mut()) == Poll::Ready(FlushOutcome::Complete);
            i32::from(!(first && second))
        })
    }

    static FORKED: Mutex<Option<Option<Child>>> = Mutex::new(None);

    /// Forks the first time that it is encoded.
    struct Forks;

    impl TelemetryEvent for Forks {
        const EVENT_NAME: &'static str = Run::EVENT_NAME;
        const SCHEMA_VERSION: &'static str = Run::SCHEMA_VERSION;
        const DESCRIPTOR: &'static EventDescriptor = Run::DESCRIPTOR;

        fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
            FORKED.lock().unwrap().get_or_insert_with(split);
            Run(1).visit(visitor);
        }
    }

    /// The code of an event forks: only the parent records the event.
    fn event(client: &Client) -> Child {
        let recorded = client.try_record(&Forks);
        let Some(Some(child)) = FORKED.lock().unwrap().take() else {
            let refused = recorded == Err(RecordError::Forked);
            let next = client.try_record(&Run(2)).is_ok();
            exit(i32::from(
                !(refused && next && client.shutdown(PATIENCE).is_complete()),
            ));
        };
        assert!(recorded.is_ok() && client.shutdown(PATIENCE).is_complete());
        child
    }

    /// At most three per hour.
    struct Limited;

    impl TelemetryEvent for Limited {
        const EVENT_NAME: &'static str = "limited";
        const SCHEMA_VERSION: &'static str = "1.0";
        const DESCRIPTOR: &'static EventDescriptor =
            &telemetry_runtime::__private::event_descriptor("limited", "1.0", "", &[])
                .limit(3, 3600)
                .0;

        fn visit<V: FieldVisitor>(&self, _: &mut V) {}
    }

    fn await_accepted(client: &Client, events: u64) {
        while client.health().accepted() < events {
            thread::yield_now();
        }
    }

    static BLOCKED: AtomicBool = AtomicBool::new(false);
    static IN_UPDATE: AtomicBool = AtomicBool::new(false);

    /// Counts, and stays in the middle of the update while `BLOCKED` is set.
    fn count_slowly(run: &mut Run, _: &HeartbeatContext) {
        run.0 += 1;
        IN_UPDATE.store(true, Ordering::SeqCst);
        while BLOCKED.load(Ordering::SeqCst) {
            thread::yield_now();
        }
    }

    /// The worker of the parent updates the event at the fork. The child starts from the first event.
    fn heartbeat_restarts(client: &Client) -> Child {
        assert!(client.heartbeat(MOMENT, Run(1000), count_slowly));
        await_accepted(client, 1);
        IN_UPDATE.store(false, Ordering::SeqCst);
        BLOCKED.store(true, Ordering::SeqCst);
        while !IN_UPDATE.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        let child = fork(|| {
            BLOCKED.store(false, Ordering::SeqCst);
            let idle = client.health().accepted() == 0;
            client.record(&Run(0));
            await_accepted(client, 3);
            // The heartbeat runs already.
            let refused = !client.heartbeat(MOMENT, Run(5), count_slowly);
            i32::from(!(idle && refused && client.shutdown(PATIENCE).is_complete()))
        });
        assert_eq!(child.end(2 * PATIENCE), End::Status(0));
        BLOCKED.store(false, Ordering::SeqCst);
        await_accepted(client, 2);
        assert!(client.shutdown(PATIENCE).is_complete());
        // The heartbeat has ended with its client.
        fork(|| i32::from(client.is_on()))
    }

    /// Two children of children: of one that did not use the client, and of one that did not record.
    fn heartbeat_of_a_grandparent(client: &Client) -> Child {
        assert!(client.heartbeat(MOMENT, Run(1000), count_slowly));
        let beats = || {
            client.record(&Run(0));
            await_accepted(client, 2);
            i32::from(!client.shutdown(PATIENCE).is_complete())
        };
        let child = fork(|| i32::from(fork(beats).end(2 * PATIENCE) != End::Status(0)));
        assert_eq!(child.end(2 * PATIENCE), End::Status(0));
        let child = fork(|| {
            assert_eq!(client.health().accepted(), 0);
            i32::from(fork(beats).end(2 * PATIENCE) != End::Status(0))
        });
        assert!(client.shutdown(PATIENCE).is_complete());
        child
    }

    /// Panics when a child clones it.
    struct Fragile(u32);

    impl Clone for Fragile {
        fn clone(&self) -> Self {
            assert_eq!(self.0, std::process::id(), "scripted");
            Self(self.0)
        }
    }

    fn heartbeat_that_cannot_be_cloned(client: &Client) -> Child {
        std::panic::set_hook(Box::new(|_| {}));
        let fragile = Fragile(std::process::id());
        assert!(client.heartbeat(MOMENT, Run(1000), move |run, _| {
            // Captures the whole value.
            let fragile = &fragile;
            run.0 += i64::from(fragile.0 == 0);
        }));
        fork(|| {
            client.record(&Run(0));
            let flushed = client.flush(PATIENCE).is_complete();
            let health = client.health();
            i32::from(!(flushed && health.panics() == 1 && health.delivered() == 1))
        })
    }

    /// A thread of the parent is in an update at the fork.
    fn summary(client: &Client) -> Child {
        let summary = client.summary::<Run>(Duration::from_secs(3600));
        summary.update(|run| run.0 += 100);
        let in_update = AtomicBool::new(false);
        let ends = AtomicBool::new(false);
        let child = thread::scope(|scope| {
            scope.spawn(|| {
                summary.update(|run| {
                    in_update.store(true, Ordering::SeqCst);
                    while !ends.load(Ordering::SeqCst) {
                        thread::yield_now();
                    }
                    run.0 += 10;
                });
            });
            while !in_update.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            let child = fork(|| {
                for _ in 0..2 {
                    summary.update(|run| run.0 += 1);
                }
                let clone = summary.clone();
                clone.update(|run| run.0 += 1);
                let ended = client.shutdown(PATIENCE).is_complete();
                let health = client.health();
                i32::from(!(ended && health.delivered() == 1 && health.refused() == 0))
            });
            ends.store(true, Ordering::SeqCst);
            child
        });
        assert!(client.shutdown(PATIENCE).is_complete());
        child
    }

    /// A closure forks: the parent keeps its event, and the child begins from the default.
    fn summary_forks(client: &Client) -> Child {
        let summary = client.summary::<Run>(Duration::from_secs(3600));
        summary.update(|run| run.0 += 100);
        let mut child = None;
        let mut is_child = false;
        summary.update(|run| {
            run.0 += 10;
            child = split();
            is_child = child.is_none();
        });
        let Some(child) = child else {
            let refused = client.health().refused_for(RecordError::Forked) == 1;
            summary.update(|run| run.0 += 1);
            let ended = client.shutdown(PATIENCE).is_complete();
            exit(i32::from(!(is_child && refused && ended)));
        };
        assert!(client.shutdown(PATIENCE).is_complete());
        assert_eq!(client.health().refused(), 0);
        child
    }

    fn heartbeat(client: &Client) -> Child {
        assert!(client.heartbeat(MOMENT, Run(1), |_, _| {}));
        fork(|| {
            // It replaces the heartbeat of the parent, which has the same event.
            let started = client.heartbeat(MOMENT, Run(2), |_, _| {});
            while client.health().accepted() == 0 {
                thread::yield_now();
            }
            i32::from(!(started && client.shutdown(PATIENCE).is_complete()))
        })
    }
}
