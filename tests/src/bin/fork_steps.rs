//! A program that forks at each allocation of the library's threads, from the first event to the delivery:
//! what is initialized once per process is initialized then. Each child records and shuts down.
//!
//! Arguments: the endpoint, a mode and a file with certificates. With the mode `until half`, a thread
//! never continues before its fork has happened, and the first child that cannot send is the last one.
//! With the mode `threads of the host`, it forks after the delivery, while other threads start. With the
//! mode `no client`, the processes use the global client before one is installed.
//! Prints the number of children by their end.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the test reads it"
)]
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
        alloc::{GlobalAlloc, Layout, System},
        cell::Cell,
        collections::{BTreeMap, VecDeque},
        sync::atomic::{AtomicBool, AtomicU32, Ordering},
        thread,
        time::{Duration, Instant},
    };

    use telemetry_runtime::{
        Client, Policy, global,
        health::{FlushOutcome, RecordError},
        transport::Failure,
    };
    use telemetry_tests::{
        client::{PATIENCE, Run, builder},
        fork::{Child, End, fork},
    };

    /// Children that run at the same time.
    const AT_ONCE: usize = 16;

    /// The status of a child that was forked in the middle of an initialization.
    const HALF: i32 = 2;

    /// The time for a fork to happen. A fork that the library holds up happens after it.
    const MOMENT: Duration = Duration::from_millis(20);

    /// True while allocations lead to forks.
    static STEPS: AtomicBool = AtomicBool::new(false);
    static UNTIL_HALF: AtomicBool = AtomicBool::new(false);
    /// One of the three below.
    static FORK: AtomicU32 = AtomicU32::new(NONE);
    const NONE: u32 = 0;
    /// A thread waits for the main one to fork.
    const REQUESTED: u32 = 1;
    const BEGUN: u32 = 2;

    thread_local! {
        /// Allocations of this thread lead to no fork.
        static IS_EXEMPT: Cell<bool> = const { Cell::new(false) };
    }

    struct Stepping;

    /// Asks for a fork and waits for it, unless an earlier one has still to happen.
    fn step() {
        if !STEPS.load(Ordering::SeqCst) || IS_EXEMPT.get() {
            return;
        }
        let (success, failure) = (Ordering::SeqCst, Ordering::SeqCst);
        if FORK
            .compare_exchange(NONE, REQUESTED, success, failure)
            .is_err()
        {
            return;
        }
        while FORK.load(Ordering::SeqCst) == REQUESTED {
            thread::yield_now();
        }
        let end = Instant::now() + MOMENT;
        let waits = || UNTIL_HALF.load(Ordering::SeqCst) || Instant::now() < end;
        while FORK.load(Ordering::SeqCst) == BEGUN && waits() {
            thread::yield_now();
        }
    }

    #[expect(unsafe_code, reason = "an allocator is unsafe to write")]
    // SAFETY: every call goes to the system's allocator as it came. A step allocates nothing.
    unsafe impl GlobalAlloc for Stepping {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            step();
            // SAFETY: as for this function.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
            // SAFETY: as for this function.
            unsafe { System.dealloc(memory, layout) }
        }

        unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
            step();
            // SAFETY: as for this function.
            unsafe { System.realloc(memory, layout, bytes) }
        }
    }

    #[global_allocator]
    static STEPPING: Stepping = Stepping;

    pub(super) fn main() {
        IS_EXEMPT.set(true);
        let mut arguments = std::env::args().skip(1);
        let mut argument = || arguments.next().unwrap_or_default();
        let (endpoint, mode, authority) = (argument(), argument(), argument());
        let owner = builder()
            .env(move |name| (name == "SSL_CERT_FILE").then(|| authority.clone().into()))
            .endpoint(endpoint)
            .policy(Policy::default().request_timeout(PATIENCE))
            .build();
        UNTIL_HALF.store(mode == "until half", Ordering::SeqCst);
        let client = owner.client();
        let of_host = mode == "threads of the host";
        let deliver = move || {
            IS_EXEMPT.set(true);
            STEPS.store(!of_host, Ordering::SeqCst);
            client.record(&Run(-1));
            // A connection that a busy machine could not complete is tried again.
            while !client.flush(PATIENCE).is_complete() {}
            if of_host {
                STEPS.store(true, Ordering::SeqCst);
                start_threads();
            }
        };
        let use_no_client = || {
            STEPS.store(true, Ordering::SeqCst);
            assert!(!global::client().is_on());
        };
        let counts = if mode == "no client" {
            fork_at_steps(use_no_client, |_| uses_no_client())
        } else {
            fork_at_steps(deliver, |number| delivers(&owner, number))
        };
        for (end, children) in counts {
            println!("{end}: {children}");
        }
        println!("parent: {:?}", owner.shutdown(PATIENCE));
    }

    /// Starts so many threads that the list of them in std allocates.
    fn start_threads() {
        let threads: Vec<_> = (0..24).map(|_| thread::spawn(thread::park)).collect();
        for thread in threads {
            thread.thread().unpark();
            thread.join().unwrap();
        }
    }

    /// Forks whenever another thread requests it, until `work` has returned on its thread.
    fn fork_at_steps(
        work: impl FnOnce() + Send + 'static,
        in_child: impl Fn(i64) -> i32,
    ) -> BTreeMap<String, u32> {
        let work = thread::spawn(work);
        let mut counts = BTreeMap::new();
        let mut running = VecDeque::new();
        let mut end = |child: Child| {
            let end = child.end(2 * PATIENCE);
            *counts.entry(format!("{end:?}")).or_default() += 1;
            end
        };
        for number in 0.. {
            while FORK.load(Ordering::SeqCst) == NONE && !work.is_finished() {
                thread::yield_now();
            }
            if work.is_finished() {
                break;
            }
            FORK.store(BEGUN, Ordering::SeqCst);
            let child = fork(|| {
                STEPS.store(false, Ordering::SeqCst);
                in_child(number)
            });
            if UNTIL_HALF.load(Ordering::SeqCst) {
                let is_half = end(child) == End::Status(HALF);
                STEPS.store(!is_half, Ordering::SeqCst);
            } else {
                running.push_back(child);
            }
            FORK.store(NONE, Ordering::SeqCst);
            if running.len() == AT_ONCE {
                running.pop_front().map(&mut end);
            }
        }
        STEPS.store(false, Ordering::SeqCst);
        FORK.store(NONE, Ordering::SeqCst);
        running.into_iter().map(end).for_each(drop);
        counts
    }

    /// 0 if the event of the child is delivered.
    fn delivers(client: &Client, number: i64) -> i32 {
        client.record(&Run(number));
        let outcome = client.shutdown(PATIENCE);
        let health = client.health();
        let failure = health.last_failure().map(Failure::detail);
        match (
            outcome,
            health.accepted(),
            health.delivered(),
            health.dropped(),
        ) {
            (FlushOutcome::Complete, 1, 1, 0) => 0,
            (FlushOutcome::Incomplete, 1, 0, 1) if failure.is_some_and(names_the_fork) => HALF,
            _ => {
                eprintln!("{outcome:?} {health:?}");
                1
            }
        }
    }

    /// 0 if the client before one is installed is off.
    fn uses_no_client() -> i32 {
        let refused = global::client().try_record(&Run(1)) == Err(RecordError::Off);
        i32::from(!refused)
    }

    fn names_the_fork(detail: &str) -> bool {
        detail.contains("forked in the middle")
    }
}
