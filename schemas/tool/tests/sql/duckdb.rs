//! DuckDB runs the statements. Python installs it from PyPI in the folder of the test; without Python, pip or
//! the network, the tests say that they were skipped. Any other failure of the installation fails them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use expect_test::expect_file;
use telemetry_tool::sql::Dialect;

use super::{folder, python::with_packages, statements};

/// The release that the tests install.
const DUCKDB: &str = "duckdb==2.0.1";

/// Runs the statements, then each query of the second file. Prints one JSON array for each row.
const PROGRAM: &str = "
import json, sys
import duckdb

database = duckdb.connect()
database.execute(open(sys.argv[1], encoding='utf-8').read())
for query in open(sys.argv[2], encoding='utf-8').read().split(';'):
    for row in database.execute(query).fetchall():
        print(json.dumps(row, default=str, ensure_ascii=False))
";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn temporary(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Python with DuckDB, installed once; `None` if Python, pip or the network is missing here.
fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match PYTHON.get_or_init(|| with_packages(&temporary("duckdb"), &[&[DUCKDB]], "import duckdb"))
    {
        Ok(python) => Some(python),
        Err(missing) => {
            println!("SKIPPED: {DUCKDB} cannot be installed here: {missing}");
            None
        }
    }
}

/// The rows of the queries after the statements.
fn rows(python: &Path, name: &str, statements: &str, queries: &str) -> String {
    let folder = temporary(&format!("{name}-{}", std::process::id()));
    let paths = [
        ("program.py", PROGRAM),
        ("load.sql", statements),
        ("read.sql", queries),
    ];
    let paths = paths.map(|(file, text)| {
        let path = folder.join(file);
        fs::write(&path, text).unwrap();
        path
    });
    let output = Command::new(python).args(&paths).output().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn duckdb_loads_every_type_and_every_name() {
    let Some(python) = python() else { return };
    let document = folder().join("document.json");
    let input = folder().join("envelopes.ndjson");
    let statements = statements(&document, Dialect::DuckDb, &[], input.to_str().unwrap());
    let queries = "SELECT * FROM run; SELECT count(*) FROM \"RUN'\"\"`\"; SELECT column_name, comment \
                   FROM duckdb_columns() WHERE table_name = 'run' ORDER BY column_index";
    let found = rows(python, "types", &statements, queries);
    expect_file!["duckdb.rows"].assert_eq(&found);
}

#[test]
fn duckdb_loads_the_recorded_envelopes() {
    let Some(python) = python() else { return };
    let text = fs::read_to_string(repository().join("tests/vectors/envelopes.json")).unwrap();
    let recorded: serde_json::Value = serde_json::from_str(&text).unwrap();
    let vectors = recorded["vectors"].as_array().unwrap();
    let envelopes: Vec<_> = vectors.iter().filter_map(|it| it.get("envelope")).collect();
    let input = temporary("recorded").join(format!("{}.ndjson", std::process::id()));
    let lines: String = envelopes.iter().map(|it| format!("{it}\n")).collect();
    fs::write(&input, lines).unwrap();

    let document = repository().join("schemas/anonymous_events.json");
    let statements = statements(&document, Dialect::DuckDb, &[], input.to_str().unwrap());
    let mut queries = Vec::new();
    let mut expected = String::new();
    for (event, field) in [
        ("anonymizer_event", "taskStatus"),
        ("guardrails_usage_event", "llmProviders"),
        ("inference_event", "inputTokens"),
        ("nat_cli_command", "command"),
        ("train_and_generation_event", "jobDurationSec"),
    ] {
        queries.push(format!("SELECT \"{field}\" FROM {event}"));
        for envelope in &envelopes {
            for recorded in envelope["events"].as_array().unwrap() {
                if recorded["name"] == event {
                    let value = &recorded["parameters"][field];
                    expected.push_str(&format!("[{value}]\n"));
                }
            }
        }
    }
    let found = rows(python, "recorded", &statements, &queries.join("; "));
    fs::remove_file(&input).unwrap();
    let parsed = |text: &str| -> Vec<serde_json::Value> {
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    assert!(expected.lines().count() > 200);
    assert_eq!(parsed(&found), parsed(&expected));
}
