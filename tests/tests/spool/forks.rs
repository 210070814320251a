//! Forks, daemons, and changes of the process's folder, mask, root and user.

use std::{collections::BTreeSet, fs, os::unix::fs::MetadataExt};

use telemetry_tests::scratch::Scratch;

use super::{
    host::{Host, count, files, later_run},
    ledger::{Answer, Ledger},
    many::session,
};

struct Place {
    scratch: Scratch,
    ledger: Ledger,
}

impl Place {
    fn new(name: &str) -> Self {
        Self {
            scratch: Scratch::new(env!("CARGO_TARGET_TMPDIR"), name),
            ledger: Ledger::start(Answer::Unavailable),
        }
    }

    fn host(&self) -> Host {
        Host::with_still_clock(self.scratch.path(), &self.ledger.url(), &[])
    }

    /// Asserts that a later run sends exactly these events, and itself 99.
    #[track_caller]
    fn delivers(&self, numbers: &[i64]) {
        self.ledger.collector.take_requests();
        self.ledger.answers(Answer::Accept);
        let counts = later_run(self.scratch.path(), &self.ledger.url(), &[], 99);
        let expected: Vec<_> = numbers.iter().copied().chain([99]).collect();
        assert_eq!(self.ledger.sorted(), expected, "{counts}");
        assert_eq!(count(&counts, "dropped"), 0, "{counts}");
        assert_eq!(files(self.scratch.path()).len(), 0);
    }
}

#[test]
fn row_42_parent_and_child_of_a_fork_store_separately_and_each_event_is_sent_once() {
    let place = Place::new("spool-fork");
    let mut host = place.host();
    host.store(1);
    let child = host.ask("fork 2");
    let parent = host.line().unwrap();
    assert!(child.starts_with("d 3 "), "{child}");
    assert!(parent.starts_with("d 2 "), "{parent}");
    assert!(parent.ends_with("Status(0)"), "{parent}");
    host.store(4);
    host.kill();
    place.delivers(&[1, 2, 3, 4]);
    let requests = place.ledger.collector.requests();
    let sessions: BTreeSet<_> = requests.iter().map(|it| session(&it.text())).collect();
    assert_eq!(sessions.len(), 3, "parent, child and the later run");
}

#[test]
fn row_43_a_program_that_the_host_starts_has_no_file_of_the_spool_and_keeps_none_locked() {
    let place = Place::new("spool-spawn");
    let mut host = place.host();
    host.store(1);
    let program = host.ask("spawn");
    host.store(2);
    let number: i32 = program.parse().unwrap();
    // The system closes the descriptors when the program replaces the copy of its parent.
    let name = format!("/proc/{program}/comm");
    while fs::read_to_string(&name).unwrap() != "sleep\n" {
        std::thread::yield_now();
    }
    let open = fs::read_dir(format!("/proc/{program}/fd")).unwrap();
    let open: Vec<_> = open
        .filter_map(|it| fs::read_link(it.unwrap().path()).ok())
        .collect();
    let threads = fs::read_dir(format!("/proc/{program}/task"))
        .unwrap()
        .count();
    host.kill();
    place.delivers(&[1, 2]);
    let pid = rustix::process::Pid::from_raw(number).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    assert_eq!(threads, 1);
    assert!(
        open.iter()
            .all(|path| !path.starts_with(place.scratch.path())),
        "{open:?}"
    );
}

#[test]
fn row_44_while_a_daemon_lives_the_events_of_the_program_that_started_it_are_sent() {
    let place = Place::new("spool-daemon");
    let mut host = place.host();
    host.store(1);
    let answer = host.ask("daemon 2");
    assert!(answer.ends_with(" d 2"), "{answer}");
    // The program has ended, and the daemon has a file of its own.
    assert!(host.child.wait().unwrap().success());
    assert_eq!(files(place.scratch.path()).len(), 2);
    place.ledger.answers(Answer::Accept);
    let mut later = place.host();
    later.store(3);
    later.ask("tick");
    let of_program = || place.ledger.received().contains(&1);
    let arrives = telemetry_tests::client::PATIENCE;
    let deadline = std::time::Instant::now() + arrives;
    while !of_program() {
        assert!(
            std::time::Instant::now() < deadline,
            "{:?}",
            place.ledger.received()
        );
        std::thread::yield_now();
    }
    // The shutdown stores what it has not sent yet.
    later.ask("shutdown");
    later.end("return");
    assert!(!place.ledger.received().contains(&2), "the daemon lives");
    host.store(4);
    host.command("abort");
    assert_eq!(host.line(), None);
    place.delivers(&[1, 2, 3, 4]);
}

#[test]
fn row_44_after_changes_of_the_folder_and_the_mask_files_are_private_and_in_their_place() {
    let place = Place::new("spool-chdir");
    let mut host = place.host();
    assert_eq!(host.ask("chdir /"), "done");
    host.ask("umask");
    host.store(1);
    let [file] = &files(place.scratch.path())[..] else {
        panic!("{:?}", files(place.scratch.path()))
    };
    assert_eq!(fs::metadata(file).unwrap().mode() & 0o777, 0o600);
    let folder = fs::metadata(file.parent().unwrap()).unwrap();
    assert_eq!(folder.mode() & 0o777, 0o700);
    host.kill();
    place.delivers(&[1]);
}

#[test]
fn row_44_a_host_that_gives_up_root_or_its_root_folder_loses_no_stored_event() {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        println!("SKIPPED: only root can change the user and the root of a process");
        return;
    }
    for change in ["setuid 54321", "chroot"] {
        let name = format!("spool-{}", change.split(' ').next().unwrap());
        let place = Place::new(&name);
        let change = match change {
            "chroot" => format!("chroot {}", place.scratch.path().display()),
            other => other.to_owned(),
        };
        let mut host = place.host();
        host.store(1);
        assert_eq!(host.ask(&change), "done");
        // The open file is still there, and a new one cannot be made everywhere.
        let fate = host.ask("record 2");
        let mut stored = vec![1];
        if fate == "d 2" {
            stored.push(2);
        } else {
            assert_eq!(fate, "m 2", "{change}");
        }
        host.kill();
        place.delivers(&stored);
    }
}
