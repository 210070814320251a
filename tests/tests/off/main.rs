//! Programs that are built with the feature `off`, and one that is built without it for comparison.
//!
//! A feature applies to all packages of a build, so each program is a workspace of its own.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

#[cfg(feature = "slow")]
mod complete;
#[cfg(feature = "slow")]
mod search;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use telemetry_tests::vectors::workspace;

/// A program from `programs/`.
struct Program {
    /// Name of the package.
    name: &'static str,
    source: &'static str,
    features: &'static [&'static str],
    /// Lines for its table of dependencies.
    dependencies: &'static str,
    release: bool,
}

impl Program {
    /// Compiles it and returns the path of the binary.
    fn build(&self) -> PathBuf {
        let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
        let folder = shared.join(self.name);
        fs::create_dir_all(folder.join("src")).unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/off/programs");
        fs::copy(source.join(self.source), folder.join("src/main.rs")).unwrap();
        fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        let runtime = workspace().join("telemetry-runtime");
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             telemetry-runtime = {{ path = {:?}, default-features = false, features = {:?} }}\n{}\n\
             [workspace]\n",
            self.name,
            runtime.display().to_string(),
            self.features,
            self.dependencies,
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        let target = shared.join("target");
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(&folder).args(["build", "--offline"]);
        build.arg("--target-dir").arg(&target);
        build.env_remove("CARGO_BUILD_TARGET");
        if self.release {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "{} fails", self.name);
        let profile = if self.release { "release" } else { "debug" };
        let binary = format!("{}{}", self.name, std::env::consts::EXE_SUFFIX);
        target.join(profile).join(binary)
    }
}

/// Standard output of a program that succeeds.
fn stdout(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {status}\n{stderr}");
    String::from_utf8(stdout).unwrap()
}

#[test]
fn a_program_without_telemetry_behaves_as_if_telemetry_were_off() {
    let program = Program {
        name: "behaviour",
        source: "behaviour.rs",
        features: &["derive", "off"],
        dependencies: "",
        release: false,
    };
    assert_eq!(stdout(&mut Command::new(program.build())), "checked\n");
}
