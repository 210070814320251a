//! `registry = "..."` in real builds: the document is tracked, its refresh command works, and the
//! output does not depend on the path of the checkout.
//!
//! Each test has a separate package below the target folder; they share one target folder.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, SystemTime},
};

const SOURCE: &str = r#"//! An event under a registry.

use telemetry_runtime::{TelemetryEvent, telemetry_registry};

/// A command ran.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
pub struct CommandRun {
    /// Wall-clock time of the command.
    pub duration_ms: i64,
    /// Its exit code.
    pub exit_code: i64,
}

telemetry_registry! {
    /// The events.
    pub static REGISTRY = {
        client_name = "Tracking",
        client_id = "0000",
        version = "1.0",
        description = "Tracked events.",
        events = [CommandRun],
    }
}
"#;

/// The schema tool.
const TOOL: &str = "fn main() -> std::process::ExitCode {\n    CRATE::REGISTRY.main()\n}\n";

/// A package with an event, its document and its schema tool.
struct Package {
    name: &'static str,
    folder: PathBuf,
    switch: Option<(&'static str, PathBuf)>,
}

impl Package {
    /// A package with a document that is current.
    fn new(name: &'static str) -> Self {
        Self::checkout(name, name)
    }

    /// As [`Self::new`], in a folder of another name.
    fn checkout(name: &'static str, folder: &str) -> Self {
        let package = Self {
            name,
            folder: base().join(folder),
            switch: None,
        };
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [package.metadata.telemetry]\nrefresh = \"{}\"\n\n\
             [[bin]]\nname = \"{name}-schema\"\npath = \"src/schema.rs\"\n\n\
             [dependencies.telemetry-runtime]\npath = '{}'\ndefault-features = false\n\
             features = [\"derive\", \"schema\"]\n\n[profile.dev]\ndebug = 0\n\n[workspace]\n",
            package.refresh_command(),
            workspace.join("telemetry-runtime").display()
        );
        let _ = fs::remove_dir_all(&package.folder);
        fs::create_dir_all(package.folder.join("src")).unwrap();
        fs::create_dir_all(package.folder.join("schemas")).unwrap();
        fs::copy(
            workspace.join("Cargo.lock"),
            package.folder.join("Cargo.lock"),
        )
        .unwrap();
        package.write("Cargo.toml", &manifest);
        package.write("src/lib.rs", SOURCE);
        package.write("src/schema.rs", &TOOL.replace("CRATE", name));
        package.refresh();
        package
    }

    fn refresh_command(&self) -> String {
        let name = self.name;
        format!("cargo run --offline --bin {name}-schema -- write schemas/events.json")
    }

    /// The end of every error.
    fn shown_command(&self) -> String {
        format!("`TELEMETRY_REGISTRY=off {}`", self.refresh_command())
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    fn document(&self) -> String {
        fs::read_to_string(self.path("schemas/events.json")).unwrap()
    }

    /// Writes a file with a time that differs from its last one on every file system.
    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        let before = fs::metadata(&path).and_then(|it| it.modified()).ok();
        fs::write(&path, text).unwrap();
        let later = before.map(|before| before + Duration::from_secs(2));
        let now = SystemTime::now();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(later.map_or(now, |later| later.max(now)))
            .unwrap();
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(&self.folder)
            .args(arguments)
            .env("CARGO_TARGET_DIR", base().join("target"))
            .env_remove("TELEMETRY_REGISTRY")
            .env_remove("TELEMETRY_REGISTRY_ROOT")
            // User settings that change the output.
            .env("CARGO_TERM_COLOR", "never")
            .env_remove("CARGO_TERM_QUIET")
            .env_remove("CARGO_TERM_VERBOSE")
            .env_remove("CARGO_BUILD_TARGET");
        if let Some((name, value)) = &self.switch {
            cargo.env(name, value);
        }
        cargo.output().unwrap()
    }

    /// The output of the compiler; `Ok` when the package compiles.
    fn build(&self) -> Result<String, String> {
        let output = self.cargo(&["build", "--offline", "--lib"]);
        let text = String::from_utf8(output.stderr).unwrap();
        if output.status.success() {
            Ok(text)
        } else {
            Err(text)
        }
    }

    fn with(&self, name: &'static str, value: impl Into<PathBuf>) -> Self {
        Self {
            name: self.name,
            folder: self.folder.clone(),
            switch: Some((name, value.into())),
        }
    }

    /// Runs the refresh command as the errors print it.
    fn refresh(&self) {
        let off = self.with("TELEMETRY_REGISTRY", "off");
        let command = self.refresh_command();
        let arguments: Vec<&str> = command.split(' ').skip(1).collect();
        let output = off.cargo(&arguments);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

fn base() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("registry-tracking")
}

#[track_caller]
fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}

#[test]
fn editing_only_the_document_rebuilds_and_reports_the_drift() {
    let package = Package::new("edited");
    package.build().unwrap();
    let again = package.build().unwrap();
    assert!(!again.contains("Compiling"), "not fresh:\n{again}");

    let current = package.document();
    package.write(
        "schemas/events.json",
        &current.replace("exitCode", "exitStatus"),
    );
    let shown = package.build().unwrap_err();
    assert_has(
        &shown,
        &[
            "field `exitCode` is not in the registry event",
            &package.shown_command(),
        ],
    );

    package.write("schemas/events.json", &current);
    package.build().unwrap();
}

#[test]
fn a_lost_document_is_written_anew_by_the_command_that_the_error_names() {
    let package = Package::new("lost");
    let current = package.document();
    fs::remove_file(package.path("schemas/events.json")).unwrap();
    let shown = package.build().unwrap_err();
    assert_has(
        &shown,
        &[
            "cannot read registry `schemas/events.json` in this package",
            &package.shown_command(),
        ],
    );
    let shown = shown.split_once("error:").unwrap().1;
    let folder = package.folder.to_str().unwrap();
    assert!(!shown.contains(folder), "an absolute path:\n{shown}");
    assert_has(shown, &["due to 1 previous error"]);

    package.refresh();
    assert_eq!(package.document(), current);
    package.build().unwrap();
}

/// The walk of the documentation: add a field, read the error, refresh.
#[test]
fn a_new_field_is_reported_and_refreshed() {
    let package = Package::new("grown");
    let field = "    /// Bytes that it read.\n    pub input_bytes: i64,\n}";
    package.write(
        "src/lib.rs",
        &SOURCE.replacen("\n}", &format!("\n{field}"), 1),
    );
    let shown = package.build().unwrap_err();
    assert_has(
        &shown,
        &[
            "field `inputBytes` is not in the registry event",
            &package.shown_command(),
        ],
    );
    package.refresh();
    assert_has(&package.document(), &["\"inputBytes\": {"]);
    package.build().unwrap();
}

/// The registry's own check asks for the same comment.
#[test]
fn a_missing_doc_comment_is_reported_once() {
    let package = Package::new("undocumented");
    let line = "    /// Its exit code.\n";
    package.write("src/lib.rs", &SOURCE.replace(line, ""));
    let shown = package.build().unwrap_err();
    assert_has(
        &shown,
        &[
            "field `exit_code` has no doc comment",
            "due to 1 previous error",
        ],
    );
}

#[test]
fn the_switches_are_tracked() {
    let package = Package::new("switched");
    package.build().unwrap();
    package.write("schemas/events.json", "{}");
    package.build().unwrap_err();

    let off = package.with("TELEMETRY_REGISTRY", "off");
    off.build().unwrap();
    let shown = package.build().unwrap_err();
    assert_has(
        &shown,
        &["registry `schemas/events.json`: expected key `schemaMeta` at 1:1"],
    );

    let elsewhere = Package::new("elsewhere");
    let root = package.with("TELEMETRY_REGISTRY_ROOT", &elsewhere.folder);
    root.build().unwrap();
    elsewhere.write("schemas/events.json", "[");
    let shown = root.build().unwrap_err();
    assert_has(
        &shown,
        &["registry `schemas/events.json` is not valid JSON: expected a value at 1:2"],
    );
}

#[test]
fn two_checkouts_give_the_same_crate() {
    let crates: Vec<(String, Vec<u8>)> = ["first-checkout", "second-checkout-with-a-longer-name"]
        .map(|name| {
            let package = Package::checkout("checkout", name);
            let folder = package.folder.canonicalize().unwrap();
            let remap = format!("--remap-path-prefix={}=/checkout", folder.display());
            let output = package.cargo(&["rustc", "--offline", "--lib", "--", &remap]);
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            let metadata = base().join("target/debug/libcheckout.rlib");
            (crate_hash(&metadata), fs::read(metadata).unwrap())
        })
        .into();
    let [(first, bytes), (second, _)] = crates.as_slice() else {
        unreachable!()
    };
    assert_eq!(first, second);
    assert!(
        !contains(bytes, b"first-checkout"),
        "the path of the checkout is in the crate"
    );
    assert!(
        !contains(bytes, b"additionalProperties"),
        "the document is in the crate"
    );
}

/// The package has a field from a package outside of its workspace, whose path the compiler gets as an
/// absolute one.
#[test]
fn two_checkouts_write_the_same_lock() {
    let locks = ["first-workspace", "second-workspace-with-a-longer-name"].map(|folder| {
        let package = Package::checkout("locked", folder);
        let outside = base().join(format!("{folder}-shared"));
        fs::create_dir_all(outside.join("src")).unwrap();
        fs::write(outside.join("src/lib.rs"), SHARED).unwrap();
        let manifest = fs::read_to_string(package.path("Cargo.toml")).unwrap();
        let runtime = manifest.split_once("[dependencies").unwrap().1;
        let runtime = runtime.split_once("[profile").unwrap().0;
        let shared = "[package]\nname = \"shared-fields\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n";
        fs::write(
            outside.join("Cargo.toml"),
            format!("{shared}[dependencies{runtime}\n[workspace]\n"),
        )
        .unwrap();
        let dependency = format!("[dependencies.shared-fields]\npath = '{}'\n", outside.display());
        package.write("Cargo.toml", &format!("{manifest}\n{dependency}"));
        let field = "    /// Its machine.\n    #[event(flatten)]\n    pub machine: shared_fields::Machine,\n}";
        package.write(
            "src/lib.rs",
            &SOURCE.replacen("\n}", &format!("\n{field}"), 1),
        );
        let off = package.with("TELEMETRY_REGISTRY", "off");
        let output = off.cargo(&[
            "run", "--offline", "--bin", "locked-schema", "--", "write", "--lock", "x.lock.json",
        ]);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
        fs::read_to_string(package.path("x.lock.json")).unwrap()
    });
    let [first, second] = &locks;
    assert_eq!(first, second);
    let place = |file, path| format!("\"file\": \"{file}\",\n{:20}\"path\": \"{path}\"", "");
    assert_has(
        first,
        &[
            "\"file\": \"src/lib.rs\"",
            &place("shared-fields/src/lib.rs", "Machine::cores"),
        ],
    );
}

/// A part of events.
const SHARED: &str = r#"//! Fields of several events.

/// A machine.
#[derive(telemetry_runtime::TelemetryFields)]
pub struct Machine {
    /// Number of its cores.
    pub cores: i64,
}
"#;

/// The hash that a crate is known by to those that depend on it.
fn crate_hash(library: &Path) -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("-Zls=root")
        .arg(library)
        // `-Z` is for nightly compilers; this is how a released one is asked for it.
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    let hash = lines.find(|line| line.starts_with("hash"));
    hash.unwrap_or_else(|| panic!("no hash in:\n{text}"))
        .to_owned()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
