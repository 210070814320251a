//! A program that forks while eight threads record and update a summary. Each child records or updates,
//! flushes and shuts down.
//!
//! Arguments: the endpoint and the number of forks. Prints the number of children by their end.
#![expect(clippy::print_stdout, reason = "the test reads it")]

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::{
        collections::{BTreeMap, VecDeque},
        sync::atomic::{AtomicBool, AtomicI64, Ordering},
        thread,
        time::Duration,
    };

    use telemetry_runtime::{Client, Policy, Summary, health::FlushOutcome};
    use telemetry_tests::{
        client::{PATIENCE, Run, builder},
        fork::{Child, fork},
    };

    /// Children that run at the same time.
    const AT_ONCE: usize = 4;

    /// Numbers of the parent's events are negative, those of the children are not.
    pub(super) fn main() {
        let mut arguments = std::env::args().skip(1);
        let endpoint = arguments.next().unwrap_or_default();
        let forks: i64 = arguments
            .next()
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let owner = builder()
            .endpoint(endpoint)
            .policy(Policy::default().request_timeout(PATIENCE))
            .build();
        // The library of the parent is initialized before the forks, as in a host that serves.
        owner.record(&Run(-1));
        assert!(owner.flush(PATIENCE).is_complete());

        let (ends, next) = (AtomicBool::new(false), AtomicI64::new(-2));
        let summary = owner.summary::<Run>(Duration::from_secs(1));
        let counts = thread::scope(|scope| {
            for _ in 0..8 {
                let client = owner.client();
                let (ends, next, summary) = (&ends, &next, &summary);
                scope.spawn(move || {
                    while !ends.load(Ordering::Relaxed) {
                        client.record(&Run(next.fetch_sub(1, Ordering::Relaxed)));
                        summary.update(|run| run.0 = next.fetch_sub(1, Ordering::Relaxed));
                        thread::sleep(Duration::from_millis(1));
                    }
                });
            }
            let counts = fork_all(&owner, &summary, forks);
            ends.store(true, Ordering::Relaxed);
            counts
        });
        for (end, children) in counts {
            println!("{end}: {children}");
        }
        let outcome = owner.shutdown(PATIENCE);
        println!("parent: {outcome:?}");
    }

    fn fork_all(client: &Client, summary: &Summary<Run>, forks: i64) -> BTreeMap<String, u32> {
        let mut counts = BTreeMap::new();
        let mut running = VecDeque::new();
        let mut end = |child: &Child| {
            let end = format!("{:?}", child.end(2 * PATIENCE));
            *counts.entry(end).or_default() += 1;
        };
        let session = client.session_id();
        for number in 0..forks {
            if running.len() == AT_ONCE {
                running.pop_front().iter().for_each(&mut end);
            }
            running.push_back(fork(|| in_child(client, summary, number, session.as_str())));
        }
        running.iter().for_each(&mut end);
        counts
    }

    /// 0 if every call kept its promise.
    fn in_child(
        client: &Client,
        summary: &Summary<Run>,
        number: i64,
        parents_session: &str,
    ) -> i32 {
        let before = client.health();
        if before.accepted() + before.refused() + before.held() > 0 {
            return 1;
        }
        if client.session_id().as_str() == parents_session || !client.is_on() {
            return 2;
        }
        if number % 2 == 0 {
            summary.update(|run| run.0 += number);
        } else if client.try_record(&Run(number)).is_err() {
            return 3;
        }
        // A short wait must end, too.
        let _ = client.flush(Duration::from_millis(1));
        if client.flush(PATIENCE) != FlushOutcome::Complete {
            return 4;
        }
        if client.shutdown(PATIENCE) != FlushOutcome::Complete {
            return 5;
        }
        let health = client.health();
        i32::from(health.delivered() != 1 || health.accepted() != 1) * 6
    }
}
