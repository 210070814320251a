//! `export sql`: the statements of both dialects, and their effect in DuckDB.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

#[cfg(feature = "slow")]
mod duckdb;
#[cfg(feature = "slow")]
#[path = "../python/mod.rs"]
mod python;

use std::path::{Path, PathBuf};

use expect_test::expect_file;
use telemetry_tool::{
    cli::{Console, FINE, USAGE, run},
    document, history,
    sql::{Dialect, Options, Refused, export},
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql")
}

fn statements(document: &Path, dialect: Dialect, events: &[&str], input: &str) -> String {
    let released = history::load(document, None).unwrap();
    let options = Options {
        dialect,
        events: events.iter().map(|name| (*name).to_owned()).collect(),
        input: input.to_owned(),
    };
    export(&released.document, released.lock.as_ref(), &options).unwrap()
}

#[test]
fn statements_quote_every_name_and_text() {
    let document = folder().join("document.json");
    for (dialect, file) in [
        (Dialect::ClickHouse, "clickhouse.sql"),
        (Dialect::DuckDb, "duckdb.sql"),
    ] {
        let text = statements(&document, dialect, &[], "it's a \\ file.ndjson");
        expect_file![file].assert_eq(&text);
    }
}

#[test]
fn an_event_keeps_its_table_without_the_other_events() {
    let document = folder().join("document.json");
    for dialect in [Dialect::ClickHouse, Dialect::DuckDb] {
        let all = statements(&document, dialect, &[], "x");
        let one = statements(&document, dialect, &["run"], "x");
        let other = statements(&document, dialect, &["RUN'\"`"], "x");
        assert_eq!(all, format!("{one}\n{other}"));
    }
}

#[test]
fn a_field_that_no_column_can_have_is_refused() {
    let text = |name: &str| {
        format!(
            r##"{{
    "$schema": "http://json-schema.org/draft-07/schema#",
    "schemaMeta": {{"schemaVersion": "1.0"}},
    "definitions": {{"events": {{"run": {{
        "type": "object",
        "eventMeta": {{"gdpr": {{"category": "functional"}}}},
        "properties": {{"steps": {{"type": "array", "items": {{
            "type": "object",
            "properties": {{"ms": {{"type": "integer"}}, "{name}": {{"type": "integer"}}}}
        }}}}}}
    }}}}}},
    "oneOf": [{{"$ref": "#/definitions/events/run"}}]
}}"##
        )
    };
    for (name, dialect, is_refused) in [
        ("MS", Dialect::DuckDb, true),
        ("MS", Dialect::ClickHouse, false),
        ("", Dialect::ClickHouse, true),
        ("a\\u0000", Dialect::DuckDb, true),
        ("s", Dialect::DuckDb, false),
    ] {
        let document = document::read("a.json", text(name).as_bytes()).unwrap();
        let options = Options {
            dialect,
            events: Vec::new(),
            input: String::new(),
        };
        let found = export(&document, None, &options);
        assert_eq!(matches!(found, Err(Refused::Name(_))), is_refused, "{name}");
    }
}

#[test]
fn the_command_prints_the_statements() {
    let file = folder().join("document.json");
    let file = file.to_str().unwrap();
    let call = |arguments: &[&str]| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(
            ["telemetry-tool", "export", "sql"]
                .iter()
                .chain(arguments)
                .map(Into::into),
            &mut Console {
                out: &mut out,
                err: &mut err,
                colour: false,
            },
        );
        (
            code,
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
        )
    };
    let expected = statements(
        Path::new(file),
        Dialect::DuckDb,
        &["run"],
        "envelopes.ndjson",
    );
    let found = call(&[file, "--dialect", "duckdb", "--event", "run"]);
    assert_eq!(found, (FINE, expected, String::new()));
    let (code, out, err) = call(&[file, "--dialect", "duckdb", "--event", "walk"]);
    assert_eq!((code, out.as_str()), (USAGE, ""));
    assert_eq!(
        err,
        "error: the document has no event `walk`\nhelp: its events are run, RUN'\"`\n"
    );
}
