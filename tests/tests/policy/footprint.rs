//! The cost of the runtime for its host is capped: lines of source, crates, bytes of binary.
//!
//! The caps are in `footprint.json`. A change that raises one gives the reason.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn cap(build: &str, what: &str) -> usize {
    let text = fs::read_to_string(workspace().join("tests/footprint.json")).unwrap();
    let caps: Value = serde_json::from_str(&text).unwrap();
    caps[build][what].as_u64().unwrap().try_into().unwrap()
}

#[track_caller]
fn assert_within(build: &str, what: &str, found: usize) {
    let cap = cap(build, what);
    println!("{build}: {what} {found} of {cap}");
    assert!(found > 0, "{build}: no {what} found, the count is broken");
    assert!(
        found <= cap,
        "{build}: {what} is {found}, the cap in tests/footprint.json is {cap}"
    );
}

#[test]
fn the_default_build_stays_within_its_lines() {
    let root = workspace().join("telemetry-runtime/src/lib.rs");
    assert_within("default", "source_lines", source_lines(&root));
}

/// Lines of code of a module and those below it: no blank lines, no comments, no tests, no modules
/// that a default build leaves out.
fn source_lines(file: &Path) -> usize {
    let text = fs::read_to_string(file).unwrap();
    let below = match file.file_name().unwrap().to_str().unwrap() {
        "lib.rs" | "mod.rs" => file.parent().unwrap().to_owned(),
        _ => file.with_extension(""),
    };
    let modules: usize = modules(&text)
        .map(|name| {
            let alone = below.join(format!("{name}.rs"));
            let folder = below.join(name).join("mod.rs");
            source_lines(if alone.is_file() { &alone } else { &folder })
        })
        .sum();
    modules + lines_of_code(file)
}

/// The modules of a file that a default build has.
fn modules(text: &str) -> impl Iterator<Item = &str> {
    let mut conditions = Vec::new();
    text.lines().filter_map(move |line| {
        if line.starts_with("#[") || line.starts_with("///") {
            conditions.push(line);
            return None;
        }
        let built = conditions.drain(..).all(is_in_default_build);
        let name = line
            .split_once("mod ")
            .filter(|(before, _)| before.is_empty() || before.starts_with("pub"));
        name.and_then(|(_, name)| name.strip_suffix(';'))
            .filter(|_| built)
    })
}

/// False for a `cfg` that wants a test, or only features that are not in the default.
fn is_in_default_build(attribute: &str) -> bool {
    let Some(condition) = attribute.strip_prefix("#[cfg(") else {
        return true;
    };
    let names_a_feature = condition.contains("feature = ");
    let names_a_default = [
        "feature = \"derive\"",
        "feature = \"http\"",
        "not(feature = \"off\")",
    ]
    .iter()
    .any(|default| condition.contains(default));
    !condition.contains("test") && (!names_a_feature || names_a_default)
}

#[test]
fn modules_that_a_default_build_leaves_out_are_found_by_their_condition() {
    let text = "mod a;\n#[cfg(test)]\nmod b;\n#[cfg(feature = \"schema\")]\npub(crate) mod c;\n\
                #[cfg(feature = \"http\")]\npub mod d;\nuse e;\n\
                #[cfg(not(feature = \"off\"))]\nmod f;\n";
    assert_eq!(modules(text).collect::<Vec<_>>(), ["a", "d", "f"]);
}

fn lines_of_code(file: &Path) -> usize {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
    code.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

#[test]
fn the_dependency_tree_stays_within_its_crates() {
    assert_within("default", "crates", crates(&[]));
    assert_within(
        "no_default_features",
        "crates",
        crates(&["--no-default-features"]),
    );
}

/// The cost of each feature alone. Equality: a count that falls is worth committing, too.
#[test]
fn each_feature_has_its_committed_number_of_crates() {
    let text = fs::read_to_string(workspace().join("tests/footprint.json")).unwrap();
    let committed: Value = serde_json::from_str(&text).unwrap();
    let counted: serde_json::Map<_, _> = features()
        .into_iter()
        .map(|feature| {
            let count = crates(&["--no-default-features", "--features", &feature]);
            (feature, count.into())
        })
        .collect();
    assert_eq!(Value::from(counted), committed["features"]);
}

/// The features of the runtime, as its Cargo.toml lists them.
pub(crate) fn features() -> Vec<String> {
    let manifest = workspace().join("telemetry-runtime/Cargo.toml");
    let manifest = fs::read_to_string(manifest).unwrap();
    let features = manifest.split("\n[features]\n").nth(1).unwrap();
    let features = features.split("\n[").next().unwrap();
    let names = features.lines().filter_map(|line| line.split_once(" = "));
    let names = names.map(|(name, _)| name.to_owned());
    names.filter(|name| name != "default").collect()
}

#[test]
fn without_default_features_there_is_no_async_runtime_and_no_http() {
    let tree = tree(&["--no-default-features"]);
    for name in ["tokio", "hyper", "reqwest", "rustls", "futures-util"] {
        assert!(
            !tree
                .lines()
                .any(|line| line.starts_with(&format!("{name} v"))),
            "{name}\n{tree}"
        );
    }
}

fn crates(features: &[&str]) -> usize {
    let tree = tree(features);
    let mut names: Vec<&str> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}

fn tree(features: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(workspace())
        .args([
            "tree",
            "--offline",
            "--locked",
            "-p",
            "telemetry-runtime",
            "--edges",
            "normal",
        ])
        .args(["--prefix", "none", "--target", "x86_64-unknown-linux-gnu"])
        .args(features)
        .env("CARGO_TERM_COLOR", "never")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Takes a release build of everything that `http` pulls in: a minute or two.
#[cfg(feature = "slow")]
#[test]
fn a_stripped_program_that_sends_one_event_stays_within_its_bytes() {
    let programs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    let program = programs.join("smallest-program");
    // Shared with the programs of `tests/off`, which have the same dependencies.
    let target = programs.join("target");
    let runtime = workspace().join("telemetry-runtime");
    fs::create_dir_all(program.join("src")).unwrap();
    fs::copy(workspace().join("Cargo.lock"), program.join("Cargo.lock")).unwrap();
    fs::write(
        program.join("Cargo.toml"),
        SMALLEST_MANIFEST.replace("RUNTIME", runtime.to_str().unwrap()),
    )
    .unwrap();
    fs::write(program.join("src/main.rs"), SMALLEST_PROGRAM).unwrap();
    let status = Command::new(env!("CARGO"))
        .current_dir(&program)
        .args(["build", "--offline", "--release", "--target-dir"])
        .arg(&target)
        .env_remove("CARGO_BUILD_TARGET")
        .status()
        .unwrap();
    assert!(status.success());
    let binary = target.join("release/smallest-program");
    let bytes = fs::metadata(binary).unwrap().len();
    assert_within(
        "default",
        "stripped_binary_bytes",
        bytes.try_into().unwrap(),
    );
}

#[cfg(feature = "slow")]
const SMALLEST_MANIFEST: &str = r#"
[package]
name = "smallest-program"
version = "0.0.0"
edition = "2024"

[dependencies]
telemetry-runtime = { path = "RUNTIME" }

[profile.release]
strip = true

[workspace]
"#;

#[cfg(feature = "slow")]
const SMALLEST_PROGRAM: &str = r#"
use telemetry_runtime::{Client, Product, TelemetryEvent};

/// One run.
#[derive(TelemetryEvent)]
#[event(name = "program_run", schema = "1.0")]
struct ProgramRun {
    /// Exit code.
    exit_code: i32,
}

static PRODUCT: Product = Product::new("smallest-program");

fn main() {
    let telemetry = Client::builder(&PRODUCT).endpoint("http://127.0.0.1:1/").build();
    telemetry.record(&ProgramRun::builder().exit_code(0).build());
}
"#;
