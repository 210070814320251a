//! The files that the subcommand writes, removes and shows.

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use serde_json::Value;

use telemetry_examples::{agent_toolkit::NatCliCommand, nemo::TaskStatus};
use telemetry_runtime::{
    AuditLog, Client, Label, TelemetryCommand,
    consent::{Answer, ConsentFile, StoredConsent},
    transport::NullTransport,
};

use super::support::{AUDIT, CONSENT, MARKED, MARKER, TOOL, command, environment, scratch, typed};

#[test]
fn row_74_purge_removes_the_audit_log_and_with_all_also_the_answer() {
    let scratch = scratch("purge");
    let tool = command(&TOOL, scratch.path());
    let file = ConsentFile::new(scratch.join(CONSENT), "1.0");
    let replaced = scratch.join(format!("{CONSENT}.replaced"));
    let backup = scratch.join(format!("{AUDIT}.1"));
    let own = scratch.join(".config/tool/notes.txt");
    let fill = || {
        file.write(Answer::Yes, UNIX_EPOCH).unwrap();
        AuditLog::new(scratch.join(AUDIT)).append(b"{}").unwrap();
        for path in [&backup, &replaced, &own] {
            fs::write(path, "x").unwrap();
        }
    };
    fill();
    let purged = typed(&tool, &["purge", "--json"]).json();
    let names = |value: &Value| value["removed"].as_array().unwrap().len();
    assert_eq!(names(&purged), 2);
    assert!(!scratch.join(AUDIT).exists() && !backup.exists());
    assert!(file.path().exists() && replaced.exists());

    fill();
    let purged = typed(&tool, &["purge", "--all", "--json"]).json();
    assert_eq!(names(&purged), 4);
    assert_eq!(purged["on"], false, "the user counts as never asked");
    assert_eq!(file.read(), StoredConsent::Absent);
    assert!(own.exists(), "a file that is not the product's own");
    assert_eq!(
        names(&typed(&tool, &["purge", "--all", "--json"]).json()),
        0
    );
}

#[test]
fn row_74_status_reports_events_that_are_missing_from_the_log() {
    let scratch = scratch("not-logged");
    fs::create_dir_all(scratch.join(AUDIT)).unwrap();
    let telemetry = Client::builder(&TOOL)
        .env(environment(scratch.path(), &[("TOOL_TELEMETRY", "1")]))
        .transport(NullTransport)
        .build();
    let event = NatCliCommand::builder()
        .command(Label("run"))
        .task_status(TaskStatus::Success)
        .python_version("undefined")
        .build();
    telemetry.record(&event);
    let _ = telemetry.flush(Duration::from_secs(60));
    let log = telemetry.audit().unwrap();
    assert_eq!((log.written(), log.not_written()), (0, 1));
    let tool = command(&TOOL, scratch.path()).client(&telemetry);
    let shown = typed(&tool, &["status"]).out;
    assert!(shown.contains("not logged   1 of this run\n"), "{shown}");
    let status = typed(&tool, &["status", "--json"]).json();
    assert_eq!(status["audit"]["notWritten"], 1);
}

#[cfg(unix)]
#[test]
fn s14_status_names_a_log_that_other_users_can_write_to() {
    use std::os::unix::fs::PermissionsExt;

    let scratch = scratch("not-private");
    AuditLog::new(scratch.join(AUDIT)).append(b"{}").unwrap();
    let tool = command(&TOOL, scratch.path());
    let problem = || typed(&tool, &["status", "--json"]).json()["audit"]["problem"].clone();
    assert_eq!(problem(), Value::Null);
    for path in [AUDIT, ".config/tool"] {
        let path = scratch.join(path);
        let before = fs::metadata(&path).unwrap().permissions();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        let problem = problem();
        let problem = problem.as_str().unwrap();
        assert!(problem.contains("other users can write to it"), "{problem}");
        let shown = typed(&tool, &["status"]).out;
        assert!(shown.contains("not logged"), "{shown}");
        fs::set_permissions(&path, before).unwrap();
    }
}

/// The rest goes all the same: a log that cannot be removed keeps no answer.
#[test]
fn purge_removes_what_it_can() {
    let scratch = scratch("purge-rest");
    fs::create_dir_all(scratch.join(AUDIT)).unwrap();
    let file = ConsentFile::new(scratch.join(CONSENT), "1.0");
    file.write(Answer::Yes, UNIX_EPOCH).unwrap();
    let purged = typed(&command(&TOOL, scratch.path()), &["purge", "--all"]);
    assert_eq!(purged.code, 1);
    assert!(purged.err.contains(AUDIT), "{}", purged.err);
    assert_eq!(file.read(), StoredConsent::Absent);
}

#[test]
fn purging_the_answer_ends_the_programs_client_too() {
    let scratch = scratch("purge-client");
    let file = ConsentFile::new(scratch.join(CONSENT), "1.0");
    file.write(Answer::Yes, UNIX_EPOCH).unwrap();
    let telemetry = Client::builder(&TOOL)
        .env(environment(scratch.path(), &[]))
        .transport(NullTransport)
        .build();
    let tool = command(&TOOL, scratch.path()).client(&telemetry);
    assert_eq!(typed(&tool, &["purge"]).code, 0);
    assert!(telemetry.is_on(), "the answer stays");
    assert_eq!(typed(&tool, &["purge", "--all"]).code, 0);
    assert!(!telemetry.is_on());
}

#[test]
fn a_log_elsewhere_is_shown_and_purged_where_it_is() {
    let scratch = scratch("elsewhere");
    let log = Arc::new(AuditLog::new(scratch.join("elsewhere.json")));
    log.append(b"{}").unwrap();
    let tool = command(&TOOL, scratch.path()).audit(Arc::clone(&log));
    let status = typed(&tool, &["status", "--json"]).json();
    assert_eq!(status["audit"]["path"], log.path().to_str().unwrap());
    assert_eq!(typed(&tool, &["purge"]).code, 0);
    assert!(!log.path().exists());
}

#[test]
fn files_that_cannot_be_written_or_removed_are_named() {
    let scratch = scratch("unwritable");
    let tool = command(&TOOL, scratch.path());
    // Folders at the paths of the files.
    fs::create_dir_all(scratch.join(CONSENT)).unwrap();
    fs::create_dir_all(scratch.join(AUDIT)).unwrap();
    for words in [&["enable"][..], &["disable"], &["purge"]] {
        let answered = typed(&tool, words);
        assert_eq!((answered.code, answered.out.as_str()), (1, ""), "{words:?}");
        let path = if words == ["purge"] { AUDIT } else { CONSENT };
        assert!(answered.err.contains(path), "{}", answered.err);
    }
}

#[test]
fn a_refusal_that_cannot_be_stored_applies_to_the_programs_client() {
    let scratch = scratch("unstored");
    // There is no file below a file, so the answer is absent.
    fs::write(scratch.join(".config"), "").unwrap();
    let telemetry = Client::builder(&TOOL)
        .env(environment(scratch.path(), &[("TOOL_TELEMETRY", "1")]))
        .transport(NullTransport)
        .build();
    assert!(telemetry.is_on());
    let tool = command(&TOOL, scratch.path()).client(&telemetry);
    assert_eq!(typed(&tool, &["disable"]).code, 1);
    assert!(!telemetry.is_on());
}

/// A marker file is created where the product keeps it, and nothing at the other end of a link.
#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_marker_creates_nothing_elsewhere() {
    let scratch = scratch("marker-link");
    let elsewhere = scratch.join("elsewhere");
    fs::create_dir_all(scratch.join(".config/tool")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, scratch.join(MARKER)).unwrap();
    let marked = command(&MARKED, scratch.path());
    assert_eq!(typed(&marked, &["disable"]).code, 1);
    assert!(!elsewhere.exists());
    // A link to a file is a marker already.
    fs::write(&elsewhere, "").unwrap();
    assert_eq!(typed(&marked, &["disable"]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_marker_that_cannot_be_checked_counts_as_present_in_every_answer() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = scratch("marker-closed");
    let folder = scratch.join(MARKER).with_file_name("");
    fs::create_dir_all(&folder).unwrap();
    let mode = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o0);
    // Nothing is closed to a privileged user, who then sees that there is none.
    let closed = fs::read_dir(&folder).is_err();
    let marked = command(&MARKED, scratch.path());
    let status = typed(&marked, &["status", "--json"]).json();
    let purged = typed(&marked, &["purge"]);
    mode(0o700);
    assert_eq!(status["on"], !closed);
    assert_eq!(status["marker"]["present"], closed);
    assert_eq!(purged.out.contains("The marker file was kept"), closed);
}

#[cfg(unix)]
#[test]
fn a_path_cannot_write_to_the_terminal() {
    let shown = typed(
        &command(&TOOL, Path::new("/home/alice/\u{1b}[2J")),
        &["status"],
    )
    .out;
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    assert!(shown.contains("\\u{1b}[2J"), "{shown:?}");
}

#[test]
fn x_a_closed_stream_is_an_error_and_the_answer_is_stored() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }
    let scratch = scratch("closed");
    let matches = TelemetryCommand::command().get_matches_from(["telemetry", "disable"]);
    let code = command(&TOOL, scratch.path()).run(&matches, &mut Closed, &mut Closed);
    assert_eq!(code, 1);
    assert!(scratch.join(CONSENT).exists());
}
