//! A host with a spool that a test controls: each line of the standard input is a command, and each command
//! writes one line to the standard output, unless it ends the process.
//!
//! Arguments: the folder of the user's state, the endpoint, the version of the client, and words: `virtual`
//! for a clock that only commands advance, `least` for a policy that sends unanswered events again, `off`
//! for a user who refuses.
#![allow(clippy::unwrap_used, reason = "a failure must end this program")]
#![allow(clippy::panic, reason = "one of the ends of a process")]

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::{
        fmt::Write as _,
        fs,
        io::{self, Write},
        path::{Path, PathBuf},
        process::{Command, Stdio},
        sync::Mutex,
        thread,
        time::{Duration, Instant, SystemTime},
    };

    use telemetry_runtime::{
        Client, Durability, Policy, Product, TelemetryGuard,
        health::{DropReason, Health},
        policy::OnAmbiguous,
        testing::VirtualClock,
    };
    use telemetry_tests::{
        client::{PATIENCE, Run},
        fork::{exit, split},
        process_state,
    };

    static STORES: Product = Product::new("spool-host")
        .spool_in_state_dir("spool-host/events")
        .marker_file("off")
        .default_on(true);

    /// Threads of the command `threads`, and the distance between their numbers.
    const THREADS: i64 = 8;
    const APART: i64 = 100_000_000;

    /// An owner that is never dropped.
    static KEPT: Mutex<Option<TelemetryGuard>> = Mutex::new(None);

    struct Host {
        owner: Option<TelemetryGuard>,
        clock: VirtualClock,
        state: PathBuf,
    }

    pub(super) fn main() {
        let arguments: Vec<_> = std::env::args().skip(1).collect();
        let [state, endpoint, version, words @ ..] = &arguments[..] else {
            panic!("{arguments:?}")
        };
        let (home, has) = (state.clone(), |word: &str| {
            words.iter().any(|it| it == word)
        });
        let refuses = has("off");
        let ambiguous = match has("least") {
            true => OnAmbiguous::AtLeastOnce,
            false => OnAmbiguous::AtMostOnce,
        };
        let clock = VirtualClock::new(SystemTime::now());
        // While the worker searches for the files of ended processes, events are held in memory only.
        clock.set_jitter(1.0);
        let policy = Policy::new().ambiguous(ambiguous).request_timeout(PATIENCE);
        let mut builder = Client::builder(&STORES)
            .env(move |name| match name {
                "HOME" | "XDG_STATE_HOME" => Some(home.clone().into()),
                "DO_NOT_TRACK" if refuses => Some("1".into()),
                _ => None,
            })
            .durability(Durability::Process)
            .client_version(version)
            .endpoint(endpoint)
            .flush_interval(Duration::from_millis(2))
            .max_batch_events(50)
            .exit_budget(PATIENCE)
            .policy(policy);
        if has("virtual") {
            builder = builder.clock(&clock);
        }
        let mut host = Host {
            owner: Some(builder.build()),
            clock,
            state: state.into(),
        };
        for line in io::stdin().lines() {
            let line = line.unwrap();
            let (command, argument) = line.split_once(' ').unwrap_or((&line, ""));
            match host.run(command, argument) {
                Some(answer) => say(&answer),
                None => return,
            }
        }
    }

    /// Writes a line by one system call, so that a kill leaves no part of it.
    fn say(line: &str) {
        let line = format!("{line}\n");
        io::stdout().lock().write_all(line.as_bytes()).unwrap();
    }

    impl Host {
        fn client(&self) -> &Client {
            self.owner.as_ref().unwrap()
        }

        /// `None` if the program returns from `main`.
        fn run(&mut self, command: &str, argument: &str) -> Option<String> {
            let number = || argument.parse::<i64>().unwrap();
            Some(match command {
                "record" => record(self.client(), number()),
                "fill" => (0..number()).fold(String::new(), |mut fates, run| {
                    write!(fates, "{} ", record(self.client(), run)).unwrap();
                    fates
                }),
                "threads" => threads(self.client(), number()),
                "session" => self.client().session_id().to_string(),
                "health" => numbers(&self.client().health()),
                "flush" => format!("{:?}", self.client().flush(PATIENCE)),
                "shutdown" => format!("{:?}", self.client().shutdown(PATIENCE)),
                "recheck" => self.client().recheck().to_string(),
                "opt_out" => {
                    self.client().opt_out();
                    self.client().decision().to_string()
                }
                "advance" => {
                    let milliseconds = u64::try_from(number()).unwrap();
                    self.clock.advance(Duration::from_millis(milliseconds));
                    "advanced".to_owned()
                }
                "tick" => self.tick(),
                "deliver" => self.deliver(number()),
                "fork" => self.fork(number()),
                "daemon" => self.daemon(number()),
                "spawn" => {
                    let mut program = Command::new("sleep");
                    let program = program.arg("600").stdout(Stdio::null());
                    program.spawn().unwrap().id().to_string()
                }
                "chdir" => done(std::env::set_current_dir(argument)),
                "umask" => process_state::no_umask(),
                "chroot" => done(process_state::change_root(argument)),
                "setuid" => done(process_state::become_user(argument.parse().unwrap())),
                // The ends of a process.
                "return" => return None,
                "late" => return self.late(argument),
                "exit" => std::process::exit(0),
                "exit-at-once" => exit(0),
                "fault" => process_state::fault(),
                "abort" => std::process::abort(),
                "panic" => panic!("the host's panic"),
                "static" => {
                    *KEPT.lock().unwrap() = self.owner.take();
                    return None;
                }
                "memory" => process_state::use_all_memory(Some(256 << 20)),
                "oom" => process_state::use_all_memory(None),
                other => panic!("no such command: {other}"),
            })
        }

        /// Lets time pass from now on.
        fn tick(&self) -> String {
            let clock = self.clock.clone();
            thread::spawn(move || {
                loop {
                    clock.advance(Duration::from_millis(500));
                    thread::sleep(Duration::from_millis(2));
                }
            });
            "ticks".to_owned()
        }

        /// Records an event and sends everything that ended processes have stored.
        fn deliver(&self, number: i64) -> String {
            let client = self.client();
            let mut answer = record(client, number);
            let own = format!("-{}-", std::process::id());
            let deadline = Instant::now() + PATIENCE;
            while client.health().held() > 0 || others(&self.state, &own) {
                self.clock.advance(Duration::from_millis(500));
                thread::sleep(Duration::from_millis(1));
                if Instant::now() >= deadline {
                    answer += " late";
                    break;
                }
            }
            let outcome = client.shutdown(PATIENCE);
            format!("{answer} {outcome:?} {}", numbers(&client.health()))
        }

        /// Records in a child, which ends without destructors, and then in the parent.
        fn fork(&self, number: i64) -> String {
            let child = split();
            let fate = record(self.client(), number + i64::from(child.is_none()));
            let Some(child) = child else {
                say(&format!("{fate} {}", self.client().session_id()));
                exit(0);
            };
            let end = child.end(2 * PATIENCE);
            format!("{fate} {} {end:?}", self.client().session_id())
        }

        /// Becomes a daemon: the parent and the child between them end, and the grandchild goes on.
        fn daemon(&self, number: i64) -> String {
            for detach in [true, false] {
                if split().is_some() {
                    exit(0);
                }
                if detach {
                    process_state::begin_session();
                }
            }
            std::env::set_current_dir("/").unwrap();
            format!("{} {}", std::process::id(), record(self.client(), number))
        }

        /// Ends the client on a thread or in an async runtime, right after a line that begins the measurement.
        fn late(&mut self, place: &str) -> Option<String> {
            let owner = self.owner.take()?;
            say("leaves");
            match place {
                "plain" => drop(owner),
                "tokio" => {
                    let runtime = tokio::runtime::Runtime::new().unwrap();
                    runtime.block_on(async { drop(owner) });
                }
                "tokio-async" => {
                    let runtime = tokio::runtime::Builder::new_current_thread().build();
                    let ended = runtime.unwrap().block_on(owner.shutdown_async(PATIENCE));
                    say(&format!("{ended:?}"));
                }
                other => panic!("no such place: {other}"),
            }
            None
        }
    }

    fn done(result: io::Result<()>) -> String {
        match result {
            Ok(()) => "done".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    /// Records an event. `d` is durable, `m` is in memory only, `r` is refused.
    fn record(client: &Client, number: i64) -> String {
        match client.try_record(&Run(number)) {
            Ok(accepted) if accepted.is_durable() => format!("d {number}"),
            Ok(_) => format!("m {number}"),
            Err(reason) => format!("r {number} {reason:?}"),
        }
    }

    /// Records on eight threads until the process is killed.
    fn threads(client: &Client, first: i64) -> String {
        thread::scope(|scope| {
            for thread in 0..THREADS {
                scope.spawn(move || {
                    for number in first + thread * APART.. {
                        say(&record(client, number));
                    }
                });
            }
        });
        String::new()
    }

    /// True if the spool holds a file of another process.
    fn others(state: &Path, own: &str) -> bool {
        let Ok(entries) = fs::read_dir(state.join("spool-host/events")) else {
            return false;
        };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names
            .into_iter()
            .any(|name| name.ends_with(".seg") && !name.contains(own))
    }

    fn numbers(health: &Health) -> String {
        let counts = [
            ("accepted", health.accepted()),
            ("adopted", health.adopted()),
            ("delivered", health.delivered()),
            ("dropped", health.dropped()),
            ("held", health.held()),
            ("stored", health.stored()),
            ("ambiguous", health.dropped_for(DropReason::Ambiguous)),
            ("panics", health.panics()),
        ];
        let texts = counts.map(|(name, count)| format!("{name}={count}"));
        texts.join(" ")
    }
}
