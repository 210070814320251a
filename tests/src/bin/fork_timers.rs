//! A program that forks while it has heartbeats, summaries or limits. The child's checks are its exit
//! status.
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
        sync::atomic::{AtomicBool, Ordering},
        thread,
        time::Duration,
    };

    use telemetry_runtime::{
        Client, TelemetryEvent, descriptor::EventDescriptor, field::FieldVisitor,
        health::RecordError, heartbeat::HeartbeatContext,
    };
    use telemetry_tests::{
        client::{PATIENCE, Run, builder},
        fork::{Child, End, exit, fork, split},
    };

    /// The interval of each heartbeat, which the client raises to one second.
    const MOMENT: Duration = Duration::from_millis(5);

    pub(super) fn main() {
        let mut arguments = std::env::args().skip(1);
        let situation = arguments.next().unwrap_or_default();
        let endpoint = arguments.next().unwrap_or_default();
        let owner = builder().exit_budget(PATIENCE).endpoint(endpoint).build();
        let child = match situation.as_str() {
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
            _ => fork(|| 1),
        };
        println!("{:?}", child.end(2 * PATIENCE));
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
}
