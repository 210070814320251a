//! Runs the schema tool on real files.

use std::{
    env,
    ffi::OsString,
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use super::{DATED, REGISTRY};
use crate::schema::{CheckError, Document, Registry};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("telemetry-schema-{name}-{}", fastrand::u64(..)));
        fs::create_dir_all(&path).unwrap_or_default();
        Self(path)
    }

    fn entries(&self) -> usize {
        fs::read_dir(&self.0).map_or(0, Iterator::count)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn tool(arguments: &[&str]) -> (u8, String, String) {
    tool_of(&REGISTRY, SystemTime::UNIX_EPOCH, arguments)
}

fn tool_of(registry: &Registry, now: SystemTime, arguments: &[&str]) -> (u8, String, String) {
    let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = registry.run(&arguments, now, &mut out, &mut err);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (code, text(out), text(err))
}

#[test]
fn the_tool_writes_only_what_changed_and_checks_it() {
    let folder = Folder::new("write");
    let path = |name: &str| folder.0.join(name).display().to_string();
    let paths = ["x.json", "x.lock.json", "x.md", "envelope.json"].map(path);
    let [document, lock, privacy, envelope] = &paths;
    let run = |command| {
        let options = ["--lock", lock, document, "--privacy", privacy];
        tool(&[&[command], &options[..], &["--envelope", envelope]].concat())
    };
    let lines = |line: &dyn Fn(&str) -> String| {
        [lock, document, privacy, envelope]
            .map(|path| line(path))
            .concat()
    };
    let current = lines(&|path| format!("`{path}` is current\n"));
    let wrote = lines(&|path| format!("wrote `{path}`\n"));
    assert_eq!(run("write"), (0, wrote, String::new()));
    assert_eq!(run("write").1, current);
    assert_eq!(run("check"), (0, current, String::new()));
    for (path, content) in paths.iter().zip([
        REGISTRY.json_schema(),
        REGISTRY.lock(),
        REGISTRY.privacy_report().to_string(),
        REGISTRY.envelope_json_schema(),
    ]) {
        assert_eq!(fs::read_to_string(path).ok(), Some(content));
    }
    assert_eq!(folder.entries(), 4, "a temporary file is left");

    // One stale file does not hide the others, and the other files stay as they are.
    for path in [lock, privacy] {
        assert!(fs::write(path, "").is_ok());
    }
    let (code, out, err) = run("check");
    assert_eq!(code, 1);
    assert_eq!(
        out,
        format!("`{document}` is current\n`{envelope}` is current\n")
    );
    assert_eq!(err.matches("error: `").count(), 2, "{err}");
    for end in [
        format!("`write --lock {lock}`\n"),
        format!("`write --privacy {privacy}`\n"),
    ] {
        assert!(err.contains(&end), "{err}");
    }
}

#[test]
fn a_stale_file_is_reported_with_its_first_line_and_the_command() {
    let folder = Folder::new("stale");
    let file = folder.0.join("document.json");
    let path = file.display().to_string();
    let stale = REGISTRY.json_schema().replace("Test_Client", "Old_Client");
    assert!(fs::write(&file, stale).is_ok());
    assert_eq!(
        tool(&["check", &path]),
        (
            1,
            String::new(),
            format!(
                "error: `{path}` differs from the declarations at line 5\n  \
                 in /schemaMeta:\n  \
                 - \"clientName\": \"Old_Client\",\n  \
                 + \"clientName\": \"Test_Client\",\n\
                 help: to rewrite it, run the schema tool with `write {path}`\n"
            )
        )
    );
    // A test that unwraps the result shows the same text.
    let unwrapped = REGISTRY
        .check(Document::Events, &file)
        .map_err(|error| (format!("{error:?}"), error.to_string()));
    assert!(
        matches!(&unwrapped, Err((debug, message)) if debug == message
            && debug.ends_with(&format!("`write {path}`"))),
        "{unwrapped:?}"
    );
    assert!(fs::write(&file, REGISTRY.json_schema().trim_end()).is_ok());
    let (_, _, message) = tool(&["check", &path]);
    assert!(message.contains("  - } (no line feed)"), "{message}");
    assert!(fs::write(&file, REGISTRY.json_schema().replace('\n', "\r\n")).is_ok());
    let (_, _, message) = tool(&["check", &path]);
    assert!(message.contains("  - {\\r\n"), "{message}");
    assert!(
        message.contains("help: lines end in CRLF") && message.contains(" text eol=lf` to"),
        "{message}"
    );
    let (_, _, message) = tool(&["check", "--privacy", &path]);
    assert!(message.ends_with(&format!("with `write --privacy {path}`\n")));
}

#[test]
fn a_missing_file_is_an_error_and_a_wrong_command_line_another() {
    let folder = Folder::new("missing");
    let path = folder.0.join("none").join("x.json").display().to_string();
    let (code, _, message) = tool(&["check", &path]);
    assert_eq!(code, 1);
    assert!(
        message.starts_with(&format!("error: cannot read `{path}`: ")),
        "{message}"
    );
    let file = folder.0.join("file");
    assert!(fs::write(&file, "").is_ok());
    let path = file.join("x.json").display().to_string();
    let (code, _, message) = tool(&["write", &path]);
    assert_eq!(code, 1);
    assert!(
        message.starts_with(&format!("error: cannot write `{path}`: ")),
        "{message}"
    );
    let soon = "write `--soon` once, with a number of days";
    for (arguments, wrong) in [
        (&[][..], "the command is missing: write `write` or `check`"),
        (&["write"], "the path of a document is missing"),
        (
            &["frobnicate", "x"],
            "`frobnicate` is not a command: write `write` or `check`",
        ),
        (&["check", "x", "--all"], "`--all` is not an option"),
        (&["check", "x", "--soon"], soon),
        (&["check", "--soon", "soon", "x"], soon),
        (&["check", "--soon=-1", "x"], soon),
        (&["check", "--soon=1", "--soon=1", "x"], soon),
        (
            &["write", "x", "--soon=1"],
            "`--soon` is an option of `check`",
        ),
        (
            &["check", "--privacy"],
            "the path of `--privacy` is missing",
        ),
        (
            &["check", "x", "--lock", "--privacy", "y"],
            "the path of `--lock` is missing",
        ),
        (
            &["write", "x", "--lock", ""],
            "the path of `--lock` is missing",
        ),
        (
            &["check", "x", "--lock", "y", "--lock=z"],
            "`--lock` has two paths: write one",
        ),
        (
            &["check", "x", "y"],
            "the registry document has two paths: write one",
        ),
        (
            &["write", "x", "--lock", "x"],
            "two documents have the path `x`: write another one",
        ),
        (
            &["x", "check"],
            "`x` is not a command: write `write` or `check`",
        ),
    ] {
        let (code, out, err) = tool(arguments);
        assert_eq!((code, out.as_str()), (2, ""));
        let expected = format!("error: {wrong}\n\nusage: ");
        assert!(err.starts_with(&expected), "{arguments:?}: {err}");
    }
    assert_eq!(tool(&["--help"]).0, 0);
}

#[test]
fn x_output_of_the_schema_tool_that_cannot_be_written_is_an_error() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut err = Vec::new();
    let code = REGISTRY.run(
        &["--help".into()],
        std::time::SystemTime::UNIX_EPOCH,
        &mut Closed,
        &mut err,
    );
    assert_eq!(code, 1);
    let err = String::from_utf8(err).unwrap();
    assert!(err.contains("could not be written"), "{err}");
}

#[test]
fn a_missing_folder_is_created() {
    let folder = Folder::new("folder");
    let file = folder.0.join("schemas").join("v1").join("x.json");
    let path = file.display().to_string();
    assert_eq!(tool(&["write", &path]).0, 0);
    assert_eq!(tool(&["check", &path]).0, 0);
}

/// Noon of the day `days` after 2029-12-31, the last day of an event of `DATED`.
fn noon(days: i64) -> SystemTime {
    let days = u64::try_from(21_914 + days).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(86_400 * days + 43_200)
}

#[test]
fn an_expired_event_fails_the_check() {
    let folder = Folder::new("expired");
    let file = folder.0.join("x.json");
    let path = file.display().to_string();
    for (option, is_checked) in [("--lock", true), ("--privacy", true), ("--envelope", false)] {
        let run = |now, command| tool_of(&DATED, now, &[command, option, path.as_str()]);
        assert_eq!(run(noon(1), "write").0, 0);
        assert_eq!(run(noon(0), "check").0, 0, "the last day is valid");
        let (code, out, message) = run(noon(1), "check");
        assert_eq!(code == 1, is_checked, "{option}: {message}");
        if is_checked {
            let expected = "error: event `dated_event` has expired: its last day was 2029-12-31\n\
                 help: review the data again, then set a later `expires`, or remove the event\n";
            assert_eq!((out.as_str(), message.as_str()), ("", expected));
        }
    }
}

#[test]
fn a_test_of_the_registry_fails_after_the_last_day() {
    let folder = Folder::new("expired-test");
    let file = folder.0.join("x.json");
    assert!(super::EXPIRED.write(Document::Events, &file).is_ok());
    // The real clock: this event expired in 2020.
    let found = super::EXPIRED.check(Document::Events, &file);
    assert!(
        matches!(&found, Err(CheckError::Expired { events }) if events.len() == 1),
        "{found:?}"
    );
}

#[test]
fn events_that_expire_soon_are_warnings() {
    let folder = Folder::new("soon");
    let path = folder.0.join("x.json").display().to_string();
    let run = |now, arguments: &[&str]| tool_of(&DATED, now, &[arguments, &[&path]].concat());
    assert_eq!(run(noon(0), &["write"]).0, 0);
    let current = format!("`{path}` is current\n");
    let warning = "warning: event `dated_event` expires soon: its last day is 2029-12-31\n";
    for (before, option, expected) in [
        (30, &["check", "--soon", "30"][..], warning),
        (0, &["check", "--soon=0"][..], warning),
        (31, &["check", "--soon", "30"][..], ""),
        (30, &["check"][..], ""),
        (0, &["check", "--soon", "4294967295"][..], warning),
    ] {
        let found = run(noon(-before), option);
        assert_eq!(
            found,
            (0, current.clone(), expected.to_owned()),
            "{option:?}"
        );
    }
}
