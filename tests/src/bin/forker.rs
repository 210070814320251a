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
        sync::Mutex,
        task::{Context, Poll, Waker},
        thread,
        time::Duration,
    };

    use telemetry_runtime::{
        Client, Product, TelemetryEvent, TelemetryGuard,
        descriptor::EventDescriptor,
        field::FieldVisitor,
        health::{FlushOutcome, RecordError},
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

    const SESSION: &str = "FORKER_SESSION_ID";

    static SHARED_SESSION: Product = Product::new("shared-session")
        .session_variable(SESSION)
        .default_on(true);

    const MOMENT: Duration = Duration::from_millis(5);

    pub(super) fn main() {
        let mut arguments = std::env::args().skip(1);
        let situation = arguments.next().unwrap_or_default();
        let endpoint = arguments.next().unwrap_or_default();
        let builder = builder().exit_budget(PATIENCE);
        let owner = match situation.as_str() {
            "custom" => builder.transport(MemoryTransport::default()).build(),
            "heartbeat" | "event" => builder.transport(NullTransport).build(),
            "no session" => {
                let builder = Client::builder(&NO_SESSION).env(|_| None);
                builder.endpoint(endpoint).exit_budget(PATIENCE).build()
            }
            "session of children" => {
                let builder = Client::builder(&SHARED_SESSION).env(|_| None);
                builder.transport(NullTransport).build()
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
            "session of children" => {
                let passed_on = |owner: &TelemetryGuard| {
                    owner.child_env() == [(SESSION, owner.session_id().as_str().to_owned())]
                };
                assert!(passed_on(&owner));
                let parent = owner.session_id();
                fork(|| i32::from(!passed_on(&owner) || owner.session_id() == parent))
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
