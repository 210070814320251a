//! Compile time of 50 events of 12 fields, compared with serde alone and serde with schemars.
//!
//! `cargo bench -p telemetry-tests --bench compile_cost` generates the crates below the target
//! folder, measures them side by side and prints the table as Markdown. It fetches `schemars`, which
//! nothing else here uses. Times are medians of [`RUNS`] runs of the last crate alone; trust the
//! ratios, not the seconds.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a broken measurement must stop the run; its result is what is printed"
)]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, Instant},
};

const EVENTS: usize = 50;
const RUNS: usize = 7;

/// One way to derive the same 50 structs.
struct Variant {
    name: &'static str,
    dependencies: &'static str,
    imports: &'static str,
    derives: &'static str,
    attribute: fn(usize) -> String,
    /// `#[event(...)]` of the fields that need one.
    field_attributes: bool,
    /// A call that makes the compiler produce code for one event.
    call: &'static str,
}

const VARIANTS: [Variant; 5] = [
    Variant {
        name: "no derive",
        dependencies: "",
        imports: "",
        derives: "",
        attribute: |_| String::new(),
        field_attributes: false,
        call: "let _ = event; Vec::new()",
    },
    Variant {
        name: "TelemetryEvent",
        dependencies: RUNTIME,
        imports: "use telemetry_runtime::TelemetryEvent;",
        derives: "#[derive(TelemetryEvent)]",
        attribute: |n| format!("#[event(name = \"event_{n}\", schema = \"1.0\")]"),
        field_attributes: true,
        call: "event.parameters().to_json().into_bytes()",
    },
    Variant {
        name: "TelemetryEvent with registry check",
        dependencies: RUNTIME,
        imports: "use telemetry_runtime::TelemetryEvent;",
        derives: "#[derive(TelemetryEvent)]",
        attribute: |n| {
            format!(
                "#[event(name = \"event_{n}\", schema = \"1.0\", registry = \"registry.json\")]"
            )
        },
        field_attributes: true,
        call: "event.parameters().to_json().into_bytes()",
    },
    Variant {
        name: "serde `Serialize`",
        dependencies: "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"",
        imports: "use serde::Serialize;",
        derives: "#[derive(Serialize)]\n#[serde(rename_all = \"camelCase\")]",
        attribute: |_| String::new(),
        field_attributes: false,
        call: "serde_json::to_vec(event).unwrap_or_default()",
    },
    Variant {
        name: "serde `Serialize`, schemars `JsonSchema`",
        dependencies: "schemars = \"1\"\nserde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"",
        imports: "use schemars::JsonSchema;\nuse serde::Serialize;",
        derives: "#[derive(Serialize, JsonSchema)]\n#[serde(rename_all = \"camelCase\")]",
        attribute: |_| String::new(),
        field_attributes: false,
        call: "serde_json::to_vec(event).unwrap_or_default()",
    },
];

const RUNTIME: &str =
    "telemetry-runtime = { path = \"RUNTIME\", default-features = false, features = [\"derive\"] }";

/// Rust name, type, wire name, JSON type, attribute.
const FIELDS: [(&str, &str, &str, &str, &str); 12] = [
    (
        "source_name",
        "String",
        "sourceName",
        "string",
        "free_text = \"a name built into the program\"",
    ),
    (
        "duration_ms",
        "i64",
        "durationMs",
        "integer",
        "unit = \"ms\"",
    ),
    ("exit_code", "i32", "exitCode", "integer", ""),
    ("record_count", "i64", "recordCount", "integer", ""),
    ("quality_score", "f64", "qualityScore", "number", ""),
    ("privacy_score", "f64", "privacyScore", "number", ""),
    ("cache_enabled", "bool", "cacheEnabled", "boolean", ""),
    ("retry_enabled", "bool", "retryEnabled", "boolean", ""),
    ("input_bytes", "i64", "inputBytes", "integer", ""),
    ("output_bytes", "i64", "outputBytes", "integer", ""),
    (
        "model_name",
        "String",
        "modelName",
        "string",
        "free_text = \"a name built into the program\"",
    ),
    (
        "providers",
        "Vec<String>",
        "providers",
        "array",
        "free_text = \"names built into the program\"",
    ),
];

fn main() {
    let base = base();
    let crates: Vec<PathBuf> = VARIANTS
        .iter()
        .map(|variant| generate(&base, variant))
        .collect();
    for folder in &crates {
        cargo(folder, &["check"]);
    }
    let (plain_bytes, plain_text) = expanded_bytes(&crates[0]);
    let checks = side_by_side(&crates);

    println!(
        "{EVENTS} events of {} fields; `cargo check` of that crate alone, median of {RUNS}\n",
        FIELDS.len()
    );
    println!(
        "Bytes are those of the expanded crate over the one without derives, as rustc prints it and \
         without its indentation; the attributes that the user writes are in both.\n"
    );
    println!(
        "| | bytes per event | without indentation | `check` over no derive | LLVM lines per event |"
    );
    println!("| --- | --- | --- | --- | --- |");
    for ((variant, folder), check) in VARIANTS.iter().zip(&crates).zip(&checks) {
        let (bytes, text) = expanded_bytes(folder);
        let bytes = bytes.saturating_sub(plain_bytes) / EVENTS;
        let text = text.saturating_sub(plain_text) / EVENTS;
        let over = check.saturating_sub(checks[0]).as_secs_f64();
        let lines = llvm_lines(folder) / EVENTS;
        println!(
            "| {} | {bytes} | {text} | {over:.2} s | {lines} |",
            variant.name
        );
    }
    println!("\n{}", derive_build(&base));
}

fn base() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile-cost")
}

fn generate(base: &Path, variant: &Variant) -> PathBuf {
    let name: String = variant
        .name
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_lowercase();
    let folder = base.join(&name);
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../telemetry-runtime");
    let dependencies = variant
        .dependencies
        .replace("RUNTIME", runtime.to_str().unwrap());
    let manifest = format!(
        "[package]\nname = \"cost-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependencies}\n\n[workspace]\n"
    );
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("registry.json"), registry()).unwrap();
    fs::write(folder.join("src/lib.rs"), source(variant)).unwrap();
    folder
}

fn source(variant: &Variant) -> String {
    let mut source = format!("//! Generated.\n{}\n", variant.imports);
    for n in 0..EVENTS {
        let attribute = (variant.attribute)(n);
        write!(
            source,
            "\n/// Event {n}.\n{}\n{attribute}\npub struct Event{n} {{\n",
            variant.derives
        )
        .unwrap();
        for (name, ty, wire, _, keys) in FIELDS {
            writeln!(source, "    /// Known facts about {wire}.").unwrap();
            if variant.field_attributes && !keys.is_empty() {
                writeln!(source, "    #[event({keys})]").unwrap();
            }
            writeln!(source, "    pub {name}: {ty},").unwrap();
        }
        let call = variant.call;
        write!(
            source,
            "}}\n\npub fn encode_{n}(event: &Event{n}) -> Vec<u8> {{\n    {call}\n}}\n"
        )
        .unwrap();
    }
    source
}

fn registry() -> String {
    let events: Vec<String> = (0..EVENTS).map(registry_event).collect();
    let branches: Vec<String> = (0..EVENTS)
        .map(|n| format!("{{\"$ref\": \"#/definitions/events/event_{n}\"}}"))
        .collect();
    format!(
        "{{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"description\": \"Generated.\",\n\
         \"schemaMeta\": {{\"clientName\": \"cost\", \"definitionVersion\": \"1.0\", \
         \"schemaVersion\": \"1.0\", \"clientId\": \"0\", \"personalization\": \"\"}},\n\
         \"definitions\": {{\"types\": {{\"RestrictedTelemetryInteger\": {{\"type\": \"integer\", \
         \"description\": \"\", \"maximum\": 9223372036854775807, \"minimum\": -9223372036854775808}}}},\n\
         \"events\": {{{}}}}},\n\"oneOf\": [{}]}}\n",
        events.join(",\n"),
        branches.join(", ")
    )
}

fn registry_event(n: usize) -> String {
    let properties: Vec<String> = FIELDS
        .iter()
        .map(|(_, _, wire, kind, _)| match *kind {
            "integer" => format!(
                "\"{wire}\": {{\"description\": \"\", \"$ref\": \"#/definitions/types/RestrictedTelemetryInteger\"}}"
            ),
            "array" => format!(
                "\"{wire}\": {{\"type\": \"array\", \"items\": {{\"type\": \"string\", \"description\": \"\"}}, \"description\": \"\"}}"
            ),
            kind => format!("\"{wire}\": {{\"type\": \"{kind}\", \"description\": \"\"}}"),
        })
        .collect();
    let required: Vec<String> = FIELDS
        .iter()
        .map(|field| format!("\"{}\"", field.2))
        .collect();
    format!(
        "\"event_{n}\": {{\"description\": \"\", \"type\": \"object\", \"eventMeta\": {{\"service\": \
         \"telemetry\", \"gdpr\": {{\"category\": \"functional\", \"description\": \"\", \
         \"personalization\": \"\"}}}}, \"properties\": {{{}}}, \"additionalProperties\": false, \
         \"required\": [{}]}}",
        properties.join(", "),
        required.join(", ")
    )
}

/// Median time to check each crate, taken in turns so that a slow moment hits all alike.
fn side_by_side(crates: &[PathBuf]) -> Vec<Duration> {
    let mut times = vec![Vec::new(); crates.len()];
    for _ in 0..RUNS {
        for (folder, times) in crates.iter().zip(&mut times) {
            fs::write(
                folder.join("src/lib.rs"),
                fs::read(folder.join("src/lib.rs")).unwrap(),
            )
            .unwrap();
            let start = Instant::now();
            cargo(folder, &["check"]);
            times.push(start.elapsed());
        }
    }
    times
        .into_iter()
        .map(|mut times| {
            times.sort();
            times[RUNS / 2]
        })
        .collect()
}

/// Size of the expanded crate as rustc prints it, and without indentation. Tracked documents are
/// not counted, because they are not code.
fn expanded_bytes(folder: &Path) -> (usize, usize) {
    let arguments = ["rustc", "--profile=check", "--", "-Zunpretty=expanded"];
    let output = cargo_with(folder, &arguments, |cargo| {
        // `-Zunpretty` is for nightly compilers; this is how a released one is asked for it. Build
        // scripts would see it too, so these builds have a separate target folder.
        cargo
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", base().join("target-expanded"));
    });
    let expanded = String::from_utf8(output.stdout).unwrap();
    let lines = expanded
        .lines()
        .filter(|line| !line.trim_start().starts_with("b\"") && !line.contains("= b\""));
    lines.fold((0, 0), |(printed, code), line| {
        (printed + line.len() + 1, code + line.trim_start().len() + 1)
    })
}

fn llvm_lines(folder: &Path) -> usize {
    cargo(
        folder,
        &[
            "rustc",
            "--release",
            "--",
            "--emit=llvm-ir",
            "-Ccodegen-units=1",
            "-Cno-prepopulate-passes",
        ],
    );
    let prefix = format!("cost_{}-", folder.file_name().unwrap().display());
    let newest = fs::read_dir(base().join("target/release/deps"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ll"))
        .filter(|path| path.to_string_lossy().contains(&prefix))
        .max_by_key(|path| fs::metadata(path).unwrap().modified().unwrap())
        .unwrap();
    fs::read_to_string(newest)
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("  "))
        .count()
}

/// Cold build of the macro crate beside that of its three dependencies alone.
fn derive_build(base: &Path) -> String {
    let folder = base.join("macro-dependencies");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"macro-dependencies\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nproc-macro2 = \"1\"\nquote = \"1\"\nsyn = \"3\"\n\n[workspace]\n",
    )
    .unwrap();
    fs::write(folder.join("src/lib.rs"), "//! Generated.\n").unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut ratios: Vec<f64> = (0..3)
        .map(|_| {
            let dependencies = cold(&folder, &["build"]);
            let derive = cold(&workspace, &["build", "-p", "telemetry-derive"]);
            derive.as_secs_f64() / dependencies.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    format!(
        "Cold build of telemetry-derive: {:.2} times that of syn, quote and proc-macro2 alone.",
        ratios[1]
    )
}

fn cold(folder: &Path, arguments: &[&str]) -> Duration {
    let target = base().join("cold");
    let _ = fs::remove_dir_all(&target);
    // As every build of a dependency from a registry.
    let fixed = ["--config=build.incremental=false", "--target-dir"];
    let start = Instant::now();
    cargo(
        folder,
        &[arguments, &fixed, &[target.to_str().unwrap()]].concat(),
    );
    start.elapsed()
}

fn cargo(folder: &Path, arguments: &[&str]) -> Output {
    cargo_with(folder, arguments, |_| ())
}

fn cargo_with(folder: &Path, arguments: &[&str], prepare: impl FnOnce(&mut Command)) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(folder)
        .args(arguments)
        .env("CARGO_TARGET_DIR", base().join("target"));
    prepare(&mut cargo);
    let output = cargo.output().unwrap();
    assert!(
        output.status.success(),
        "cargo {arguments:?} in {}: {}",
        folder.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
