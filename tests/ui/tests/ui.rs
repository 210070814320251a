//! What the compiler says to each mistake, word for word, and what it must accept.
//!
//! One case per file in `cases/fail/<topic>/`; the first line says the rule under test, and `ROWS.md`
//! says what it proves. The words are those of one compiler release; on another the cases are not
//! compared, which this test says.
//! Refresh the files with `TRYBUILD=overwrite cargo test -p telemetry-ui-tests` and read them.

// `cfg(test)` for the whole crate: `clippy.toml` then covers helper functions, too.
#![cfg(test)]

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::Command,
};

/// The compiler release whose words the `.stderr` files hold.
const TOOLCHAIN: &str = "1.95";

/// The least number of cases in each folder: an empty glob would pass silently.
const FOLDERS: &[(&str, usize)] = &[
    ("fail/builder", 5),
    ("fail/closed_set", 12),
    ("fail/container", 41),
    ("fail/field_key", 40),
    ("fail/field_type", 14),
    ("fail/kitchen_sink", 3),
    ("fail/once", 9),
    ("fail/registry", 34),
    ("fail/registry_macro", 9),
    ("fail/shape", 6),
    ("fail/wire_enum", 24),
    ("fail/wire_name", 5),
    ("pass", 26),
];

#[test]
fn mistakes_are_explained_and_right_declarations_compile() {
    if !registry_root_is_set() {
        return again_with_the_registry_root();
    }
    every_folder_is_complete();
    every_case_says_its_rule();
    let cases = trybuild::TestCases::new();
    cases.pass("cases/pass/*.rs");
    let found = toolchain();
    if found == TOOLCHAIN {
        cases.compile_fail("cases/fail/*/*.rs");
    } else {
        say_that_the_words_are_not_compared(&found);
    }
}

/// The cases are built in a package of trybuild's own, so paths of registries start from here.
const REGISTRY_ROOT: (&str, &str) = ("TELEMETRY_REGISTRY_ROOT", env!("CARGO_MANIFEST_DIR"));

fn registry_root_is_set() -> bool {
    std::env::var(REGISTRY_ROOT.0).is_ok_and(|root| root == REGISTRY_ROOT.1)
}

/// Runs this test in a process of its own: the cases inherit its environment, which a running test
/// cannot change safely.
fn again_with_the_registry_root() {
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
            "cases/{folder} holds {found} cases; at least {least} belong there"
        );
    }
    for topic in fs::read_dir("cases/fail").expect("cases/fail is there") {
        let name = format!("fail/{}", topic.expect("a folder").file_name().display());
        assert!(
            FOLDERS.iter().any(|(folder, _)| *folder == name),
            "cases/{name} has no number of cases in FOLDERS"
        );
    }
}

fn every_case_says_its_rule() {
    for (folder, _) in FOLDERS {
        for (name, source) in sources(folder) {
            assert!(
                source.starts_with("// "),
                "cases/{folder}/{name}: the first line says the rule under test"
            );
        }
    }
}

/// Names and texts of the cases in a folder.
fn sources(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new("cases").join(folder);
    let entries = fs::read_dir(&folder).expect("the folder of a topic is there");
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

/// Said past the test harness, which would keep the output of a test that passes to itself.
fn say_that_the_words_are_not_compared(found: &str) {
    let told = writeln!(
        io::stderr(),
        "NOT COMPARED: the compile-fail cases hold the words of rustc {TOOLCHAIN}, this is {found}. \
         Install that release to run them: `rustup run {TOOLCHAIN} cargo test -p telemetry-ui-tests`."
    );
    told.expect("stderr is open");
}
