//! Builds and runs the program that is counted.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use telemetry_tests::vectors::workspace;

use crate::sink;

/// Events that the work `record` records in one repetition, before a flush that is not counted.
pub(crate) const BURST: f64 = 200.0;

pub(crate) struct Measured {
    path: &'static Path,
    endpoint: String,
}

impl Measured {
    /// Builds the program, unless another test has, and starts the server to which it sends.
    pub(crate) fn new() -> Self {
        static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
        Self {
            path: PROGRAM.get_or_init(build),
            endpoint: sink::start(),
        }
    }

    /// A command that runs the program, as an argument of `tool` or alone.
    pub(crate) fn command(
        &self,
        tool: &[&str],
        work: &str,
        subject: &str,
        times: usize,
    ) -> Command {
        let mut command = match tool {
            [] => Command::new(self.path),
            [tool, arguments @ ..] => {
                let mut command = Command::new(tool);
                command.args(arguments).arg(self.path);
                command
            }
        };
        command.args([work, subject, &times.to_string()]);
        // Nothing else: the environment is on the stack of the program and moves its addresses.
        command.env_clear().env("ENDPOINT", &self.endpoint);
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command
    }

    /// Allocations of the main thread and of the others in one repetition.
    pub(crate) fn allocations(&self, work: &str, subject: &str) -> [f64; 2] {
        const TIMES: u8 = 200;
        let text = stdout(&mut self.command(&[], work, subject, TIMES.into()));
        let counts = text.split_whitespace();
        let mut counts = counts.map(|count| count.parse::<f64>().unwrap());
        // The program counts in the second half of the repetitions.
        [0; 2].map(|_| counts.next().unwrap() / f64::from(TIMES / 2))
    }

    /// Bytes of the recorded event in an envelope.
    pub(crate) fn event_bytes(&self) -> f64 {
        let text = stdout(&mut self.command(&[], "bytes", "", 0));
        text.trim().parse().unwrap()
    }
}

/// An optimized build, in the target folder that the program shares with those of `tests/off`.
fn build() -> PathBuf {
    let programs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    let folder = programs.join("speed");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let source = workspace().join("tests/tests/speed/program/main.rs");
    let runtime = workspace().join("telemetry-runtime");
    let manifest = MANIFEST
        .replace("SOURCE", source.to_str().unwrap())
        .replace("RUNTIME", runtime.to_str().unwrap());
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let target = programs.join("target");
    let status = Command::new(env!("CARGO"))
        .current_dir(&folder)
        .args(["build", "--offline", "--release", "--target-dir"])
        .arg(&target)
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTFLAGS")
        .status()
        .unwrap();
    assert!(status.success());
    target.join("release/speed")
}

/// Standard output of a program that succeeds.
pub(crate) fn stdout(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

const MANIFEST: &str = r#"
[package]
name = "speed"
version = "0.0.0"
edition = "2024"

[[bin]]
name = "speed"
path = "SOURCE"

[dependencies]
serde = { version = "1", features = ["derive"] }
telemetry-runtime = { path = "RUNTIME" }

[workspace]
"#;
