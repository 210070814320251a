//! The public API of the two crates is checked-in text, so that a change of it is reviewed.
//!
//! After a change: `UPDATE_EXPECT=1 cargo test -p telemetry-tests --features slow --test policy public_api`,
//! then read the diff.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use expect_test::expect_file;
use telemetry_tests::vectors::workspace;

/// The compiler release whose rustdoc JSON the `public-api` crate of Cargo.toml reads.
const TOOLCHAIN: &str = "1.95";

#[test]
fn the_api_of_the_runtime_is_the_reviewed_one() {
    if let Some(api) = public_api("telemetry-runtime") {
        assert!(
            api.contains("pub struct telemetry_runtime::Client"),
            "{api}"
        );
        expect_file!["../../../telemetry-runtime/public-api.txt"].assert_eq(&api);
    }
}

#[test]
fn the_api_of_the_derive_is_the_reviewed_one() {
    if let Some(api) = public_api("telemetry-derive") {
        assert!(api.contains("TelemetryEvent"), "{api}");
        expect_file!["../../../telemetry-derive/public-api.txt"].assert_eq(&api);
    }
}

/// One line for each public item of a package with all features, or `None` on another toolchain.
fn public_api(package: &str) -> Option<String> {
    let version = stdout(Command::new("rustc").arg("--version"));
    if !version.starts_with(&format!("rustc {TOOLCHAIN}.")) {
        // The test harness hides the output of a test that passes; a skipped step must be visible.
        let _ = writeln!(
            io::stderr(),
            "SKIPPED: the public API of {package} is compared with rustc {TOOLCHAIN}, this is {}",
            version.trim_end()
        );
        return None;
    }
    let json = rustdoc_json(package);
    let written_by_hand = lines(&json, true);
    let all = lines(&json, false).into_iter();
    // Of a derived impl the first line is enough: its methods are those of the trait.
    let kept = all.filter(|line| line.starts_with("impl") || written_by_hand.contains(line));
    let kept = kept.filter(|line| !line.contains("core::marker::StructuralPartialEq"));
    Some(kept.map(|line| format!("{line}\n")).collect())
}

fn lines(json: &Path, omit_derived: bool) -> Vec<String> {
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(omit_derived)
        .build()
        .unwrap_or_else(|error| panic!("{}: {error}", json.display()));
    api.items().map(ToString::to_string).collect()
}

/// Documents a package as JSON.
fn rustdoc_json(package: &str) -> PathBuf {
    // In a target folder of its own: `RUSTC_BOOTSTRAP` is part of the fingerprint of what is built.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public_api");
    stdout(
        Command::new("cargo")
            .args(["rustdoc", "--quiet", "--locked", "--lib", "--all-features"])
            .args(["--package", package, "--target-dir"])
            .arg(&target)
            .args(["--", "-Z", "unstable-options", "--output-format", "json"])
            .current_dir(workspace())
            .env("RUSTC_BOOTSTRAP", "1")
            .env_remove("RUSTFLAGS")
            .env_remove("RUSTDOCFLAGS"),
    );
    target.join(format!("doc/{}.json", package.replace('-', "_")))
}

fn stdout(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    assert!(
        status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&stderr)
    );
    String::from_utf8(stdout).unwrap()
}
