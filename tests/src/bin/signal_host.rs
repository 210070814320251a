//! A host with its own treatment of signals.
//!
//! Arguments: the situation, the endpoint, and a file with the certificate of its authority.
#![expect(clippy::print_stdout, reason = "the test reads it")]
#![allow(clippy::unwrap_used, reason = "a failure must end this program")]

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
mod linux {
    #![expect(unsafe_code, reason = "std has no signal masks and no handlers")]

    use std::{fs, mem::MaybeUninit, thread};

    use telemetry_runtime::{
        Client, Policy, TelemetryGuard, health::DropReason, transport::HttpTransport,
    };
    use telemetry_tests::client::{PATIENCE, Run, builder};

    /// Larger than the buffers of a socket, so that some writes follow the end of the connection.
    const EVENTS: i64 = 8000;

    pub(super) fn main() {
        let mut arguments = std::env::args().skip(1);
        let situation = arguments.next().unwrap_or_default();
        let endpoint = arguments.next().unwrap_or_default();
        let authority = arguments.next();
        let root = authority.clone();
        let owner = builder()
            .env(move |name| {
                root.as_ref()
                    .filter(|_| name == "SSL_CERT_FILE")
                    .map(Into::into)
            })
            .queue_bytes(64 << 20)
            .max_batch_bytes(16 << 20)
            .max_batch_events(usize::MAX)
            .policy(Policy::default().request_timeout(PATIENCE));
        let owner = if situation == "masks" {
            let transport = HttpTransport::new("http://localhost:1/").unwrap();
            let endless_lookup = |_: &str| loop {
                thread::park();
            };
            owner.transport(transport.resolver(endless_lookup)).build()
        } else {
            owner.endpoint(endpoint).build()
        };
        match situation.as_str() {
            "no pipe signals ignored" => {
                without_ignored_pipe_signals(&owner);
                if authority.is_some() {
                    let health = owner.health();
                    let undelivered = health.held() + health.dropped_for(DropReason::Ambiguous);
                    let (accepted, delivered) = (health.accepted(), health.delivered());
                    println!(
                        "{accepted} accepted, {undelivered} held or ambiguous, {delivered} delivered"
                    );
                }
            }
            "wait for a signal" => wait_for_a_signal(&owner),
            _ => masks(&owner),
        }
    }

    /// std ignores the signal; a host in another language does not.
    fn without_ignored_pipe_signals(owner: &TelemetryGuard) {
        // SAFETY: the default action is valid for this signal.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        for number in 0..EVENTS {
            owner.record(&Run(number));
        }
        let _ = owner.flush(PATIENCE);
        println!("alive");
    }

    fn set_of(signal: i32) -> libc::sigset_t {
        let mut set = MaybeUninit::uninit();
        // SAFETY: `sigemptyset` initializes the set.
        unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            libc::sigaddset(set.as_mut_ptr(), signal);
            set.assume_init()
        }
    }

    /// Blocks a signal after the worker has started, and receives it by `sigwait`.
    fn wait_for_a_signal(owner: &Client) {
        owner.record(&Run(1));
        assert!(owner.flush(PATIENCE).is_complete());
        let set = set_of(libc::SIGTERM);
        let mut received = 0;
        // SAFETY: the set is initialized, `received` is valid for writes, and this process exists.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
            // It stays pending if every thread blocks it. Else it ends the process now.
            libc::kill(libc::getpid(), libc::SIGTERM);
            libc::sigwait(&raw const set, &raw mut received);
        }
        println!("received {received}");
    }

    /// The signals that a thread of this process blocks: bit 0 is signal 1.
    fn blocked(thread: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/self/task/{thread}/status")).unwrap();
        let line = status.lines().find(|line| line.starts_with("SigBlk:"));
        let (_, mask) = line.unwrap().split_once('\t').unwrap();
        u64::from_str_radix(mask.trim(), 16).unwrap()
    }

    /// Checks the masks of the client's threads, and prints whether the mask of the caller is unchanged.
    fn masks(owner: &Client) {
        let set = set_of(libc::SIGUSR1);
        // SAFETY: the set is initialized.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut()) };
        let main = std::process::id().to_string();
        let before = blocked(&main);
        owner.record(&Run(1));
        let mut waiting = std::pin::pin!(owner.flush_async(PATIENCE));
        let waker = std::task::Waker::noop();
        let _ =
            std::future::Future::poll(waiting.as_mut(), &mut std::task::Context::from_waker(waker));
        println!("caller unchanged: {}", blocked(&main) == before);
        let host = [
            libc::SIGHUP,
            libc::SIGINT,
            libc::SIGQUIT,
            libc::SIGUSR1,
            libc::SIGUSR2,
        ]
        .into_iter()
        .chain([
            libc::SIGPIPE,
            libc::SIGALRM,
            libc::SIGTERM,
            libc::SIGCHLD,
            libc::SIGPROF,
        ])
        .chain([
            libc::SIGXFSZ,
            libc::SIGIO,
            libc::SIGRTMIN(),
            libc::SIGRTMAX(),
        ]);
        let host = host.fold(0, |mask, signal| mask | 1_u64 << (signal - 1));
        let faults = [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE];
        let faults = faults
            .iter()
            .fold(0, |mask, signal| mask | 1_u64 << (signal - 1));
        // The worker, the timer of the future, and the lookup.
        let threads = loop {
            let threads = others(&main);
            if threads.len() == 3 {
                break threads;
            }
            thread::yield_now();
        };
        for thread in threads {
            // While a thread is created, the C library blocks all signals on it.
            loop {
                let mask = blocked(&thread);
                assert!(mask & host == host, "{mask:x}");
                if mask & faults == 0 {
                    break;
                }
                thread::yield_now();
            }
        }
        println!("blocked");
    }

    /// The threads of this process except one.
    fn others(main: &str) -> Vec<String> {
        let threads = fs::read_dir("/proc/self/task").unwrap();
        let names = threads.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != main).collect()
    }
}
