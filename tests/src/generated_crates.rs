//! Crates with [`EVENTS`] derived structs of 12 fields, generated to measure what a derive costs.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::vectors::workspace;

/// Structs of a crate.
pub const EVENTS: usize = 50;

/// One way to derive the same 50 structs.
pub struct Variant {
    /// Name in a table.
    pub name: &'static str,
    dependencies: &'static str,
    imports: &'static str,
    derives: &'static str,
    attribute: fn(usize) -> String,
    /// `#[event(...)]` of the fields that need one.
    field_attributes: bool,
    /// A call that makes the compiler produce code for one event.
    call: &'static str,
}

/// The first has no derive.
pub const VARIANTS: [Variant; 5] = [
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

/// Fields of a struct: Rust name, type, wire name, JSON type, attribute.
pub const FIELDS: [(&str, &str, &str, &str, &str); 12] = [
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

/// A generated crate.
pub struct GeneratedCrate {
    folder: PathBuf,
    target: PathBuf,
}

impl GeneratedCrate {
    /// Writes the crate below `folder`. Its builds are in `target`, which crates may share.
    ///
    /// # Panics
    ///
    /// When a file cannot be written.
    #[must_use]
    pub fn write(folder: &Path, target: &Path, variant: &Variant) -> Self {
        let name: String = variant
            .name
            .chars()
            .filter(char::is_ascii_alphabetic)
            .collect::<String>()
            .to_lowercase();
        let folder = folder.join(&name);
        let runtime = workspace().join("telemetry-runtime");
        let dependencies = variant
            .dependencies
            .replace("RUNTIME", runtime.to_str().unwrap());
        let manifest = format!(
            "[package]\nname = \"cost-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependencies}\n\n[workspace]\n"
        );
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        fs::write(folder.join("registry.json"), registry()).unwrap();
        fs::write(folder.join("src/lib.rs"), source(variant)).unwrap();
        let target = target.to_owned();
        Self { folder, target }
    }

    /// Checks the crate, also if nothing changed.
    ///
    /// # Panics
    ///
    /// When it does not compile.
    pub fn check(&self) {
        self.touch();
        let mut cargo = self.command(&self.target);
        cargo.arg("check");
        succeed(cargo);
    }

    /// Bytes of the expanded crate as rustc prints it, and without indentation. Tracked documents are
    /// not counted, because they are not code.
    ///
    /// # Panics
    ///
    /// When it does not compile.
    #[must_use]
    pub fn expanded_bytes(&self) -> (usize, usize) {
        // `-Zunpretty` is for nightly compilers; `RUSTC_BOOTSTRAP` makes a released one accept it.
        // Build scripts would see it too, so these builds have a separate target folder.
        let target = self.target.join("expanded");
        let mut cargo = self.command(&target);
        cargo
            .args(["rustc", "--profile=check", "--", "-Zunpretty=expanded"])
            .env("RUSTC_BOOTSTRAP", "1");
        let expanded = String::from_utf8(succeed(cargo).stdout).unwrap();
        let lines = expanded
            .lines()
            .filter(|line| !line.trim_start().starts_with("b\"") && !line.contains("= b\""));
        lines.fold((0, 0), |(printed, code), line| {
            (printed + line.len() + 1, code + line.trim_start().len() + 1)
        })
    }

    /// Lines of LLVM IR that an optimized build gives to LLVM.
    ///
    /// # Panics
    ///
    /// When it does not compile.
    #[must_use]
    pub fn llvm_lines(&self) -> usize {
        let file = self.folder.join("lines.ll");
        self.touch();
        let mut cargo = self.command(&self.target);
        cargo
            .args(["rustc", "--release", "--"])
            .arg(format!("--emit=llvm-ir={}", file.display()))
            .args(["-Ccodegen-units=1", "-Cno-prepopulate-passes"]);
        succeed(cargo);
        let text = fs::read_to_string(&file).unwrap();
        text.lines().filter(|line| line.starts_with("  ")).count()
    }

    fn command(&self, target: &Path) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target)
            .env_remove("CARGO_BUILD_TARGET")
            .env_remove("RUSTFLAGS");
        cargo
    }

    /// Makes the source newer than its builds.
    fn touch(&self) {
        let source = self.folder.join("src/lib.rs");
        fs::write(&source, fs::read(&source).unwrap()).unwrap();
    }
}

/// Output of a command that succeeds.
///
/// # Panics
///
/// When it fails.
pub fn succeed(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
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
