//! When a program starts its sender, and when it does not.

use std::{
    fs,
    io::Read,
    process::{Command, Stdio},
};

use telemetry_runtime::testing::{Collector, UnreachableEndpoint};

use super::{PROGRAM, User};

/// A user whose collector refuses connections, so that all events stay in files.
fn offline(name: &str) -> (UnreachableEndpoint, User) {
    let refusing = UnreachableEndpoint::refusing().unwrap();
    let user = User::new(name, refusing.url());
    (refusing, user)
}

#[test]
fn a_program_with_events_left_starts_its_sender_at_its_end() {
    for what in ["plain", "shutdown"] {
        let (_endpoint, user) = offline(&format!("starts-{what}"));
        user.run_and_leave(1, what);
        assert!(user.await_end_of_sender().starts_with("left "), "{what}");
        assert_eq!(user.started().len(), 1, "{what}");
        assert_eq!(user.segments().len(), 1, "{what}");
        // The next run within a minute leaves its events to a later one.
        user.run_and_leave(1, what);
        assert_eq!(user.started().len(), 1, "{what}");
    }
}

#[test]
fn a_program_without_events_starts_no_sender() {
    let (_endpoint, user) = offline("nothing");
    user.run_and_leave(0, "plain");
    assert!(!user.lock_path().exists());
}

/// The host has a setting that its sender could not know, or has not called the function.
#[test]
fn a_client_whose_events_the_sender_cannot_send_starts_none() {
    for what in ["no-token", "own-endpoint", "own-lookup", "memory"] {
        let (_endpoint, user) = offline(what);
        user.run_and_leave(1, what);
        assert!(!user.lock_path().exists(), "{what}");
    }
}

#[test]
fn a_build_server_or_a_test_runner_starts_no_sender_even_if_telemetry_is_enabled() {
    for (index, variable) in ["CI", "GITHUB_ACTIONS", "NEXTEST"].into_iter().enumerate() {
        let (_endpoint, mut user) = offline(&format!("server-{index}"));
        user.env.push((variable, "1".to_owned()));
        user.env.push(("SENDER_HOST_TELEMETRY", "1".to_owned()));
        user.run_and_leave(1, "plain");
        assert_eq!(user.segments().len(), 1, "{variable}");
        assert!(!user.lock_path().exists(), "{variable}");
    }
}

#[test]
fn after_a_refusal_no_sender_is_started() {
    for variable in ["DO_NOT_TRACK", "SENDER_HOST_TELEMETRY"] {
        let (_endpoint, mut user) = offline(&format!("refused-{variable}"));
        user.leave_events(1);
        let value = ["1", "0"][usize::from(variable != "DO_NOT_TRACK")];
        user.env.push((variable, value.to_owned()));
        user.run_and_leave(1, "plain");
        assert!(!user.lock_path().exists(), "{variable}");
        assert!(user.segments().is_empty(), "{variable}");
    }
}

#[test]
fn after_a_refusal_while_the_program_runs_no_sender_is_started() {
    let (_endpoint, user) = offline("refused-meanwhile");
    let mut child = user
        .command()
        .args(["1", "waits"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = [0; 9];
    let output = child.stdout.as_mut().unwrap();
    output.read_exact(&mut line).unwrap();
    user.refuse();
    assert!(child.wait().unwrap().success());
    assert!(!user.lock_path().exists());
    assert!(user.segments().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_whose_file_was_removed_or_replaced_starts_no_sender() {
    for change in ["removed", "replaced", "named-deleted"] {
        let (_endpoint, mut user) = offline(change);
        user.program = user.home.join("host");
        fs::copy(PROGRAM, &user.program).unwrap();
        let mut child = user
            .command()
            .args(["1", "waits"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = [0; 9];
        let output = child.stdout.as_mut().unwrap();
        output.read_exact(&mut line).unwrap();
        fs::remove_file(&user.program).unwrap();
        match change {
            "replaced" => drop(fs::copy(PROGRAM, &user.program).unwrap()),
            "named-deleted" => drop(fs::copy(PROGRAM, user.home.join("host (deleted)")).unwrap()),
            _ => {}
        }
        assert!(child.wait().unwrap().success());
        // The reservation was taken back.
        assert_eq!(
            fs::read_to_string(user.lock_path()).unwrap(),
            "",
            "{change}"
        );
        assert!(user.started().is_empty(), "{change}");
        assert_eq!(user.segments().len(), 1, "{change}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_set_user_id_program_starts_no_sender() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    const OTHER: u32 = 54_321;
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        // Only root can give a file to another user.
        return;
    }
    let (_endpoint, mut user) = offline("set-user-id");
    user.program = user.home.join("host");
    fs::copy(PROGRAM, &user.program).unwrap();
    chown(&user.program, Some(OTHER), Some(OTHER)).unwrap();
    chown(user.home.path(), Some(OTHER), Some(OTHER)).unwrap();
    fs::set_permissions(&user.program, fs::Permissions::from_mode(0o4755)).unwrap();
    user.run_and_leave(1, "plain");
    assert_eq!(user.segments().len(), 1);
    assert_eq!(fs::metadata(&user.segments()[0]).unwrap().uid(), OTHER);
    assert_eq!(fs::read_to_string(user.lock_path()).unwrap(), "");
    assert!(user.started().is_empty());
}

#[cfg(unix)]
#[test]
fn a_child_of_a_fork_starts_no_sender() {
    let (_endpoint, user) = offline("child");
    user.run_and_leave(1, "child");
    assert_eq!(user.segments().len(), 1);
    assert!(!user.lock_path().exists());
}

#[cfg(unix)]
#[test]
fn a_program_without_standard_streams_starts_its_sender() {
    let (_endpoint, user) = offline("no-streams");
    let mut shell = Command::new("/bin/sh");
    user.give_environment(&mut shell);
    let script = "\"$0\" 1 plain <&- >&- 2>&-";
    let status = shell.args(["-c", script, PROGRAM]).status().unwrap();
    assert!(status.success());
    assert!(user.await_end_of_sender().starts_with("left "));
    assert_eq!(user.started().len(), 1);
}

#[test]
fn while_a_sender_runs_no_other_one_is_started() {
    let collector = Collector::with_handler(|_| {
        telemetry_runtime::testing::ScriptedResponse::status(200).hold()
    })
    .unwrap();
    let user = User::new("one", collector.url());
    user.run_and_leave(1, "plain");
    let _ = user.await_sender();
    let children: Vec<_> = (0..20)
        .map(|_| {
            let mut command = user.command();
            let command = command.args(["1", "plain"]).stdout(Stdio::null());
            command.spawn().unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(user.started().len(), 1);
    for _ in 0..100 {
        collector.release();
    }
    let _ = user.await_end_of_sender();
}

#[test]
fn of_many_programs_that_end_at_once_one_starts_the_sender() {
    let (_endpoint, user) = offline("at-once");
    let mut children: Vec<_> = (0..20)
        .map(|_| {
            let mut command = user.command();
            command
                .args(["1", "waits"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in &mut children {
        let mut line = [0; 9];
        let output = child.stdout.as_mut().unwrap();
        output.read_exact(&mut line).unwrap();
    }
    // The end of their input ends all.
    let inputs: Vec<_> = children
        .iter_mut()
        .map(|child| child.stdin.take())
        .collect();
    drop(inputs);
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert!(user.await_end_of_sender().starts_with("left "));
    assert_eq!(user.started().len(), 1);
    assert_eq!(user.segments().len(), 20);
}
