//! Compares the compiler's output for each mistake with a recorded one, and compiles valid declarations.
//!
//! One case per file in `cases/fail/<topic>/`. The first line of a case states the rule under test;
//! `ROWS.md` lists the mistake that it covers. The recorded output is from one compiler release. With
//! another release the test skips the comparison and prints a notice.
//! With `--features off`, the valid declarations are compiled in a build without telemetry.
//! Refresh the files with `TRYBUILD=overwrite cargo test -p telemetry-ui-tests` and read them.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::Command,
};

/// The compiler release of the `.stderr` files.
const TOOLCHAIN: &str = "1.95";

/// The minimum number of cases in each folder, because an empty glob would pass silently.
const FOLDERS: &[(&str, usize)] = &[
    ("fail/builder", 10),
    ("fail/closed_set", 14),
    ("fail/command", 1),
    ("fail/container", 44),
    ("fail/field_key", 47),
    ("fail/field_type", 16),
    ("fail/foreign", 4),
    ("fail/headers", 7),
    ("fail/kitchen_sink", 3),
    ("fail/list", 20),
    ("fail/once", 9),
    ("fail/owner", 4),
    ("fail/parts", 50),
    ("fail/registry", 40),
    ("fail/registry_macro", 12),
    ("fail/shape", 6),
    ("fail/wire_enum", 23),
    ("fail/wire_name", 5),
    ("pass", 39),
];

#[test]
fn mistakes_are_explained_and_valid_declarations_compile() {
    if !registry_root_is_set() {
        return rerun_with_registry_root();
    }
    every_folder_is_complete();
    every_case_states_its_rule();
    let cases = trybuild::TestCases::new();
    cases.pass("cases/pass/*.rs");
    let found = toolchain();
    if found == TOOLCHAIN && cfg!(feature = "off") {
        // Most messages name files that `off` replaces. The owner has the same message in both builds.
        cases.compile_fail("cases/fail/owner/not_bound.rs");
    } else if found == TOOLCHAIN {
        cases.compile_fail("cases/fail/*/*.rs");
    } else {
        report_skipped_comparison(&found);
    }
}

/// trybuild compiles the cases in another package, so this variable sets the folder of registry paths.
const REGISTRY_ROOT: (&str, &str) = ("TELEMETRY_REGISTRY_ROOT", env!("CARGO_MANIFEST_DIR"));

fn registry_root_is_set() -> bool {
    std::env::var(REGISTRY_ROOT.0).is_ok_and(|root| root == REGISTRY_ROOT.1)
}

/// Runs this test in a child process with the variable set. The cases inherit the environment, which
/// the test process itself cannot change safely.
fn rerun_with_registry_root() {
    let status = Command::new(std::env::current_exe().expect("this test is a file"))
        .args(std::env::args_os().skip(1))
        .env(REGISTRY_ROOT.0, REGISTRY_ROOT.1)
        .env_remove("TELEMETRY_REGISTRY")
        .status()
        .expect("this test starts again");
    assert!(status.success(), "the cases failed, see above");
}

fn every_folder_is_complete() {
    for (folder, least) in FOLDERS {
        let found = sources(folder).len();
        assert!(
            found >= *least,
            "cases/{folder} has {found} cases; at least {least} are expected"
        );
    }
    for topic in fs::read_dir("cases/fail").expect("cases/fail exists") {
        let name = format!("fail/{}", topic.expect("a folder").file_name().display());
        assert!(
            FOLDERS.iter().any(|(folder, _)| *folder == name),
            "cases/{name} has no number of cases in FOLDERS"
        );
    }
}

fn every_case_states_its_rule() {
    for (folder, _) in FOLDERS {
        for (name, source) in sources(folder) {
            assert!(
                source.starts_with("// "),
                "cases/{folder}/{name}: the first line must state the rule under test"
            );
        }
    }
}

/// Names and texts of the cases in a folder.
fn sources(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new("cases").join(folder);
    let entries = fs::read_dir(&folder).expect("the folder of a topic exists");
    let paths = entries.map(|entry| entry.expect("a file").path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let source = fs::read_to_string(&path).expect("a case is readable");
            (path.display().to_string(), source)
        })
        .collect()
}

/// The compiler in use, as `major.minor`.
fn toolchain() -> String {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs");
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = version.split(' ').nth(1).unwrap_or_default();
    number.splitn(3, '.').take(2).collect::<Vec<_>>().join(".")
}

/// Writes to stderr directly: the test harness hides the output of a test that passes.
fn report_skipped_comparison(found: &str) {
    let written = writeln!(
        io::stderr(),
        "NOT COMPARED: the compile-fail cases record the output of rustc {TOOLCHAIN}, this is {found}. \
         Install that release to run them: `rustup run {TOOLCHAIN} cargo test -p telemetry-ui-tests`."
    );
    written.expect("stderr is open");
}
