//! A package with events, as a new user has it: its files, cargo, and the program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const SOURCE: &str = include_str!("product.rs.txt");
const TOOL: &str = "//! Writes the documents of the events.\n\n\
    fn main() -> std::process::ExitCode {\n    importer::REGISTRY.main()\n}\n";
/// The arguments of `telemetry-tool`.
pub(super) const DIFF: &str = "diff --history schemas/history schemas/events.json";
/// The arguments of the schema tool for the documents of the package.
const DOCUMENTS: &str = "schemas/events.json --lock schemas/events.lock.json";

pub(super) struct Product {
    folder: PathBuf,
    /// Compiled dependencies, which the next run of the test uses again.
    target: PathBuf,
    source: String,
}

/// An edited line: before and after.
pub(super) type Edit = (&'static str, &'static str);

impl Product {
    /// Its test.
    pub(super) const TEST: &str = include_str!("product_test.rs.txt");

    /// The package without documents.
    pub(super) fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let product = Self {
            folder: folder.join(format!("walk-{}", std::process::id())),
            target: folder.join("walk-target"),
            source: String::new(),
        };
        let _ = fs::remove_dir_all(&product.folder);
        for folder in ["src/bin", "tests"] {
            fs::create_dir_all(product.folder.join(folder)).unwrap();
        }
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let repository = repository.canonicalize().unwrap();
        let path = |package: &str| repository.join(package).display().to_string();
        let (runtime, tool) = (path("telemetry-runtime"), path("schemas/tool"));
        let manifest = format!(
            "[package]\nname = \"importer\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [workspace]\n\n[profile.dev]\ndebug = 0\n\n\
             [package.metadata.telemetry]\nrefresh = \"cargo run --bin schema -- write {DOCUMENTS}\"\n\n\
             [dependencies.telemetry-runtime]\npath = {runtime:?}\ndefault-features = false\n\
             features = [\"derive\", \"schema\"]\n\n\
             [dev-dependencies]\ntelemetry-tool = {{ path = {tool:?}, default-features = false }}\n\n\
             [dev-dependencies.telemetry-runtime]\npath = {runtime:?}\ndefault-features = false\n\
             features = [\"testing\"]\n"
        );
        fs::write(product.folder.join("Cargo.toml"), manifest).unwrap();
        // The versions that this workspace has fetched.
        let lock = product.folder.join("Cargo.lock");
        fs::copy(repository.join("Cargo.lock"), lock).unwrap();
        fs::write(product.folder.join("src/bin/schema.rs"), TOOL).unwrap();
        fs::write(product.folder.join("tests/schema.rs"), Self::TEST).unwrap();
        Self {
            source: SOURCE.to_owned(),
            ..product
        }
    }

    pub(super) fn source(&self) -> String {
        self.source.clone()
    }

    pub(super) fn set_source(&mut self, source: String) {
        fs::write(self.folder.join("src/lib.rs"), &source).unwrap();
        self.source = source;
    }

    /// Replaces each text of the edits, which occurs once.
    pub(super) fn edit(&mut self, edits: &[Edit]) {
        let mut source = self.source.clone();
        for (before, after) in edits {
            assert_eq!(source.matches(before).count(), 1, "{before}");
            source = source.replace(before, after);
        }
        self.set_source(source);
    }

    fn run(&self, command: &mut Command) -> (Option<i32>, String) {
        let output = command.current_dir(&self.folder).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), out + &err)
    }

    fn cargo(&self, arguments: &str, registry: &str) -> (bool, String) {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(arguments.split(' '))
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never")
            .env("TELEMETRY_REGISTRY", registry)
            .env_remove("TELEMETRY_REGISTRY_ROOT")
            .env_remove("RUSTFLAGS");
        let (code, output) = self.run(&mut command);
        (code == Some(0), output)
    }

    /// Writes document and lock with the schema tool of the package: the command and its output.
    pub(super) fn write(&self) -> (String, String) {
        let command = format!("run --quiet --bin schema -- write {DOCUMENTS}");
        let (is_written, output) = self.cargo(&command, "off");
        assert!(is_written, "{output}");
        let shown = command.replace(" --quiet", "");
        (format!("TELEMETRY_REGISTRY=off cargo {shown}"), output)
    }

    /// Runs the tests of the package: whether they pass, and each test with its result, or the first error
    /// of the compiler.
    pub(super) fn test(&self) -> (bool, String) {
        let (passes, output) = self.cargo("test --test schema -- --test-threads=1", "on");
        let is_compiled = output.contains("\nrunning ");
        let lines = output.lines();
        let shown: Vec<&str> = if is_compiled {
            let is_result = |line: &&str| line.starts_with("test ") && line.contains(" ... ");
            lines.filter(is_result).collect()
        } else {
            let mut error = lines
                .skip_while(|line| !line.starts_with("error"))
                .peekable();
            assert!(error.peek().is_some(), "{output}");
            let end = |line: &&str| !line.trim_start().starts_with('|');
            error.take_while(end).collect()
        };
        (passes, shown.join("\n"))
    }

    /// Runs `telemetry-tool diff` with the latest released document: exit code and output.
    pub(super) fn diff(&self) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_telemetry-tool"));
        command.args(DIFF.split(' '));
        let (code, output) = self.run(&mut command);
        (code.unwrap(), output)
    }

    /// Copies document and lock to the released ones.
    pub(super) fn release(&self, version: &str) {
        let schemas = self.folder.join("schemas");
        let history = schemas.join("history");
        fs::create_dir_all(&history).unwrap();
        for (from, to) in [("events.json", "json"), ("events.lock.json", "lock.json")] {
            fs::copy(schemas.join(from), history.join(format!("{version}.{to}"))).unwrap();
        }
    }

    pub(super) fn remove(self) {
        fs::remove_dir_all(self.folder).unwrap();
    }
}
