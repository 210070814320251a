//! The public API of the two crates is checked-in text, so that a change of it is reviewed.
//!
//! After a change: `UPDATE_EXPECT=1 cargo test -p telemetry-tests --features slow --test policy public_api`,
//! then read the diff.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Mutex, PoisonError},
};

use expect_test::expect_file;
use telemetry_tests::vectors::workspace;

use crate::footprint::features;

/// The compiler release whose rustdoc JSON the `public-api` crate of Cargo.toml reads.
const TOOLCHAIN: &str = "1.95";

#[test]
fn the_api_of_the_runtime_is_the_reviewed_one() {
    if let Some(api) = public_api("telemetry-runtime", &with_telemetry(), false) {
        assert!(
            api.contains("pub struct telemetry_runtime::Client"),
            "{api}"
        );
        expect_file!["../../../telemetry-runtime/public-api.txt"].assert_eq(&api);
    }
}

#[test]
fn the_api_of_the_derive_is_the_reviewed_one() {
    if let Some(api) = public_api("telemetry-derive", &[], false) {
        assert!(api.contains("TelemetryEvent"), "{api}");
        expect_file!["../../../telemetry-derive/public-api.txt"].assert_eq(&api);
    }
}

/// Lines that a build with the feature `off` lacks or adds, with the reason.
const DIFFERENCES: [(&str, &str); 0] = [];

/// A method that only one of the builds has does not compile in the other one. After an addition to the
/// API: add it to the file of the same name in `telemetry-runtime/src/off`.
#[test]
fn a_build_without_telemetry_has_the_same_api() {
    for features in [with_telemetry(), vec!["derive".to_owned()]] {
        let without = [features.as_slice(), &["off".to_owned()]].concat();
        let Some(api) = public_api("telemetry-runtime", &features, true) else {
            return;
        };
        let off = public_api("telemetry-runtime", &without, true).unwrap();
        let (api, off): (BTreeSet<_>, BTreeSet<_>) = (api.lines().collect(), off.lines().collect());
        let excepted = |line: &&&str| {
            // `Freeze` cannot be named by stable code.
            !line.contains("core::marker::Freeze")
                && !DIFFERENCES.iter().any(|(known, _)| known == *line)
        };
        let missing = api.difference(&off).filter(excepted);
        let missing = missing.map(|line| format!("missing with `off`: {line}\n"));
        let added = off.difference(&api).filter(excepted);
        let added = added.map(|line| format!("only with `off`: {line}\n"));
        let found: String = missing.chain(added).collect();
        assert!(found.is_empty(), "with {features:?}:\n{found}");
    }
}

/// All features of the runtime except `off`.
fn with_telemetry() -> Vec<String> {
    let features = features().into_iter();
    features.filter(|feature| feature != "off").collect()
}

/// One line for each public item of a package with these features, or `None` on another toolchain.
/// The lines for auto traits, such as `Send`, are included on request.
fn public_api(package: &str, features: &[String], auto_traits: bool) -> Option<String> {
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
    // Each run of rustdoc replaces the file.
    static FILE: Mutex<()> = Mutex::new(());
    let _file = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let json = rustdoc_json(package, features);
    let written_by_hand = lines(&json, true, auto_traits);
    let all = lines(&json, false, auto_traits).into_iter();
    // Of a derived impl the first line is enough: its methods are those of the trait.
    let kept = all.filter(|line| line.starts_with("impl") || written_by_hand.contains(line));
    let kept = kept.filter(|line| !line.contains("core::marker::StructuralPartialEq"));
    Some(kept.map(|line| format!("{line}\n")).collect())
}

fn lines(json: &Path, omit_derived: bool, auto_traits: bool) -> Vec<String> {
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(!auto_traits)
        .omit_auto_derived_impls(omit_derived)
        .build()
        .unwrap_or_else(|error| panic!("{}: {error}", json.display()));
    api.items().map(ToString::to_string).collect()
}

/// Documents a package as JSON.
fn rustdoc_json(package: &str, features: &[String]) -> PathBuf {
    // In a target folder of its own: `RUSTC_BOOTSTRAP` is part of the fingerprint of what is built.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public_api");
    stdout(
        Command::new("cargo")
            .args([
                "rustdoc",
                "--quiet",
                "--locked",
                "--lib",
                "--no-default-features",
            ])
            .args(["--features", &features.join(","), "--package", package])
            .arg("--target-dir")
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
