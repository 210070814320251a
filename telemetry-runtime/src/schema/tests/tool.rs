//! Runs the schema tool on real files.

use std::{env, ffi::OsString, fs, path::PathBuf};

use super::REGISTRY;
use crate::schema::Document;

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
    let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = REGISTRY.run(&arguments, &mut out, &mut err);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (code, text(out), text(err))
}

#[test]
fn the_tool_writes_only_what_changed_and_checks_it() {
    let folder = Folder::new("write");
    for (option, document) in [
        (&[][..], REGISTRY.json_schema()),
        (&["--envelope"][..], REGISTRY.envelope_json_schema()),
        (&["--privacy"][..], REGISTRY.privacy_report().to_string()),
    ] {
        let file = folder.0.join("document.json");
        let path = file.display().to_string();
        let run = |command: &str| tool(&[&[command, path.as_str()], option].concat());
        assert_eq!(
            run("write"),
            (0, format!("wrote `{path}`\n"), String::new())
        );
        assert_eq!(fs::read_to_string(&file).ok(), Some(document));
        assert_eq!(run("write").1, format!("`{path}` is current\n"));
        assert_eq!(
            run("check"),
            (0, format!("`{path}` is current\n"), String::new())
        );
        assert_eq!(folder.entries(), 1, "a temporary file is left");
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
                 expected:         \"clientName\": \"Test_Client\",\n  \
                 found:            \"clientName\": \"Old_Client\",\n\
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
    assert!(message.contains("found:    } (no line feed)"), "{message}");
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
    let (code, _, message) = tool(&["write", &path]);
    assert_eq!(code, 1);
    assert!(
        message.starts_with(&format!("error: cannot write `{path}`: ")),
        "{message}"
    );
    for arguments in [
        &[][..],
        &["write"],
        &["frobnicate", "x"],
        &["check", "x", "--all"],
    ] {
        let (code, out, err) = tool(arguments);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.starts_with("usage: "));
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
    let code = REGISTRY.run(&["--help".into()], &mut Closed, &mut err);
    assert_eq!(code, 1);
    let err = String::from_utf8(err).unwrap();
    assert!(err.contains("could not be written"), "{err}");
}
