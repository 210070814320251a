//! The process of the sender: what it sends, when it ends, and what it leaves alone.

use std::{
    fs,
    io::Read,
    process::{Command, Stdio},
    time::SystemTime,
};

use telemetry_runtime::testing::{Collector, ScriptedResponse, UnreachableEndpoint};

use super::{PATIENCE, PROGRAM, User, await_that, delivered, marker};

const NONCE: &str = "00000000000000000000000000000001";

/// A collector that holds its answers until they are released.
fn holding() -> Collector {
    Collector::with_handler(|_| ScriptedResponse::status(200).hold()).unwrap()
}

fn release_all(collector: &Collector) {
    (0..1000).for_each(|_| collector.release());
}

#[test]
fn events_arrive_although_the_program_has_ended() {
    for what in ["plain", "shutdown", "lingers"] {
        let collector = Collector::start().unwrap();
        let user = User::new(&format!("arrive-{what}"), collector.url());
        user.run_and_leave(1, what);
        assert_eq!(user.await_end_of_sender(), "", "{what}");
        assert_eq!(delivered(&collector), [0], "{what}");
        assert!(user.segments().is_empty(), "{what}");
    }
}

#[test]
fn events_of_killed_programs_arrive_with_the_sender_of_a_later_one() {
    let collector = Collector::start().unwrap();
    let mut user = User::new("killed", collector.url());
    let refusing = UnreachableEndpoint::refusing().unwrap();
    for _ in 0..3 {
        user.leave_events(1);
    }
    user.run_and_leave(1, "plain");
    assert_eq!(user.await_end_of_sender(), "");
    assert_eq!(delivered(&collector), [0, 0, 0, 0]);
    // Events for another collector stay.
    user.env[0].1 = refusing.url();
    user.leave_events(1);
    user.env[0].1 = collector.url();
    user.run_and_leave(1, "plain");
    assert!(user.await_end_of_sender().starts_with("left "));
    assert_eq!(user.segments().len(), 1);
    assert_eq!(delivered(&collector).len(), 5);
}

#[test]
fn with_any_dead_collector_the_sender_ends_and_the_events_stay() {
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let black_hole = UnreachableEndpoint::black_hole().unwrap();
    let failing = Collector::with_handler(|_| ScriptedResponse::status(503)).unwrap();
    let unknown = Collector::with_handler(|_| ScriptedResponse::status(404)).unwrap();
    let silent = Collector::with_handler(|_| ScriptedResponse::silence()).unwrap();
    let dripping = ScriptedResponse::status(200).drip(1, std::time::Duration::from_secs(1));
    let dripping = Collector::with_handler(move |_| dripping.clone()).unwrap();
    let users: Vec<User> = [
        refusing.url(),
        black_hole.url(),
        failing.url(),
        unknown.url(),
        silent.url(),
        dripping.url(),
    ]
    .into_iter()
    .enumerate()
    .map(|(index, url)| User::new(&format!("dead-{index}"), url))
    .collect();
    // All at once: a sender may take 10 s.
    for user in &users {
        user.leave_events(1);
        user.run_and_leave(1, "plain");
    }
    for user in &users {
        assert!(user.await_end_of_sender().starts_with("left "));
        let segments = user.segments();
        let bytes: Vec<u8> = (segments.iter().flat_map(|path| fs::read(path).unwrap())).collect();
        let events = String::from_utf8_lossy(&bytes)
            .matches("\"number\":")
            .count();
        assert_eq!(events, 2, "{:?}", user.home.path());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_sender_has_its_own_session_and_keeps_no_file_of_its_parent() {
    let collector = holding();
    let user = User::new("detached", collector.url());
    let file = user.home.join("inherited");
    fs::write(&file, "").unwrap();
    // The shell passes on an open file, which a program usually does not notice.
    let mut shell = Command::new("/bin/sh");
    user.give_environment(&mut shell);
    let script = "exec \"$0\" 1 plain 5> \"$1\" 7< \"$1\"";
    let status = shell
        .args(["-c", script, PROGRAM])
        .arg(&file)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let sender = user.await_sender();
    collector.wait_for_requests(1, PATIENCE).unwrap();
    let link = |name: &str| fs::read_link(format!("/proc/{sender}/{name}")).unwrap();
    assert_eq!(link("cwd").to_str(), Some("/"));
    for stream in ["fd/0", "fd/1", "fd/2"] {
        assert_eq!(link(stream).to_str(), Some("/dev/null"), "{stream}");
    }
    for entry in fs::read_dir(format!("/proc/{sender}/fd")).unwrap() {
        // It may be closed meanwhile.
        let target = fs::read_link(entry.unwrap().path()).unwrap_or_default();
        assert_ne!(target, file);
    }
    let stat = fs::read_to_string(format!("/proc/{sender}/stat")).unwrap();
    let columns: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    // State, parent, group, session, terminal.
    assert_eq!(
        columns[2..5],
        [&*sender.to_string(), &*sender.to_string(), "0"]
    );
    release_all(&collector);
    assert_eq!(user.await_end_of_sender(), "");
}

#[cfg(unix)]
#[test]
fn a_command_substitution_does_not_wait_for_the_sender() {
    let collector = holding();
    let user = User::new("substitution", collector.url());
    let mut shell = Command::new("/bin/sh");
    user.give_environment(&mut shell);
    // The second program also inherits the pipe as its third descriptor.
    let script = "one=$(\"$0\" 1 plain); echo $one; two=$(\"$0\" 1 plain 3>&1 2>&1); echo $two";
    let output = shell.args(["-c", script, PROGRAM]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "left\nleft\n");
    // The sender still waits for its collector.
    let _ = user.await_sender();
    assert!(user.try_lock().is_none());
    release_all(&collector);
    let _ = user.await_end_of_sender();
}

#[test]
fn a_sender_that_is_started_after_a_refusal_removes_the_events_and_sends_none() {
    let collector = Collector::start().unwrap();
    let user = User::new("refused-before", collector.url());
    user.leave_events(1);
    user.write_started(NONCE, SystemTime::now());
    user.refuse();
    let output = user.run_sender(&marker(NONCE));
    assert!(output.status.success());
    assert_eq!(output.stdout, b"");
    assert!(user.segments().is_empty());
    assert!(collector.requests().is_empty());
}

#[test]
fn a_refusal_while_the_sender_runs_stops_it_and_removes_the_events() {
    let collector = holding();
    let user = User::new("refused-between", collector.url());
    // Each segment is a request.
    for _ in 0..3 {
        user.leave_events(1);
    }
    user.write_started(NONCE, SystemTime::now());
    let mut command = user.command();
    let command = command
        .arg(super::ARGUMENT)
        .env(super::VARIABLE, marker(NONCE));
    let mut sender = command.spawn().unwrap();
    collector.wait_for_requests(1, PATIENCE).unwrap();
    user.refuse();
    release_all(&collector);
    assert!(sender.wait().unwrap().success());
    assert_eq!(collector.requests().len(), 1);
    assert!(user.segments().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_sender_that_is_killed_leaves_the_events_and_a_pause() {
    let collector = holding();
    let user = User::new("killed-sender", collector.url());
    user.run_and_leave(1, "plain");
    let sender = user.await_sender();
    collector.wait_for_requests(1, PATIENCE).unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(sender).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    assert!(user.await_end_of_sender().starts_with("left "));
    assert_eq!(user.segments().len(), 1);
    user.run_and_leave(1, "plain");
    assert_eq!(user.started().len(), 1);
    assert_eq!(user.segments().len(), 2);
}

/// A handler of another library hangs when the process ends. The sender then ends without it.
#[cfg(all(unix, feature = "slow"))]
#[test]
fn a_sender_whose_end_hangs_is_ended() {
    use std::os::unix::process::ExitStatusExt;

    let refusing = UnreachableEndpoint::refusing().unwrap();
    let mut user = User::new("hangs", refusing.url());
    user.leave_events(1);
    user.write_started(NONCE, SystemTime::now());
    user.env.push(("SENDER_HOST_HANGS", "1".to_owned()));
    let output = user.run_sender(&marker(NONCE));
    assert_eq!(output.status.signal(), Some(9));
    assert_eq!(user.segments().len(), 1);
}

/// The program holds no file of its spool after the end of its client.
#[cfg(target_os = "linux")]
#[test]
fn a_program_that_lives_on_does_not_delay_its_sender() {
    let collector = Collector::start().unwrap();
    let user = User::new("lives-on", collector.url());
    let mut child = user
        .command()
        .args(["1", "lingers"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = [0; 5];
    let output = child.stdout.as_mut().unwrap();
    output.read_exact(&mut line).unwrap();
    assert_eq!(user.await_end_of_sender(), "");
    assert_eq!(delivered(&collector), [0]);
    await_that("the sender has ended", || {
        let sender = user.started()[0];
        let stat = fs::read_to_string(format!("/proc/{sender}/stat"));
        stat.is_ok_and(|stat| stat.contains(") Z "))
    });
    assert!(child.wait().unwrap().success());
}
