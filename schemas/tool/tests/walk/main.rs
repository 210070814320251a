//! The walk of a new user: a package with events, changed and released in several versions.
//!
//! The page `docs/walk.md` is the transcript. `UPDATE_EXPECT=1` writes it again.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod product;

use std::{fmt::Write, path::Path};

use expect_test::expect_file;

use self::product::{DIFF, Edit, Product};

/// A change of the package.
struct Step {
    title: &'static str,
    /// Said before the change.
    text: &'static str,
    edits: &'static [Edit],
    /// The rule that the report must name.
    rule: &'static str,
    /// The released version, and the lowest version that the change may have.
    versions: (&'static str, &'static str),
    /// Whether the version of the event rises, too.
    is_of_event: bool,
    /// Whether the change is released. If it is not, it is taken back.
    is_released: bool,
    /// Said at the end.
    end: &'static str,
}

const STEPS: [Step; 8] = [
    Step {
        title: "Add a field",
        text: "The derive compares the struct with the document, so the first test run is a compile error. It\n\
               contains the command that writes the documents.",
        edits: &[(
            "    pub duration_ms: i64,\n",
            "    pub duration_ms: i64,\n    /// Number of imported rows.\n    pub rows: i64,\n",
        )],
        rule: "FIELD_ADDED",
        versions: ("1.0", "1.1"),
        is_of_event: true,
        is_released: true,
        end: "Version 1.1 is released: both files are copied to `schemas/history`.",
    },
    Step {
        title: "Rename a field",
        text: "Queries read the old name.",
        edits: &[("    pub rows: i64,\n", "    pub row_count: i64,\n")],
        rule: "FIELD_RENAMED",
        versions: ("1.1", "2.0"),
        is_of_event: true,
        is_released: false,
        end: "The field keeps its name: a major version is not worth it.",
    },
    Step {
        title: "Change the type of a field",
        text: "Fractions of a millisecond do not fit in a column of integers.",
        edits: &[("    pub duration_ms: i64,\n", "    pub duration_ms: f64,\n")],
        rule: "INT_TO_NUMBER",
        versions: ("1.1", "2.0"),
        is_of_event: true,
        is_released: false,
        end: "The field keeps its type. A field with another name can have the new type.",
    },
    Step {
        title: "Rename a label",
        text: "A label is text for the schema, so the document stays the same. The lock has the labels.",
        edits: &[(
            "Formats = [\"csv\", \"parquet\"]",
            "Formats = [\"csv\", \"arrow\"]",
        )],
        rule: "LABEL_RENAMED",
        versions: ("1.1", "2.0"),
        is_of_event: true,
        is_released: false,
        end: "The label keeps its name.",
    },
    Step {
        title: "Delete a value of an enum",
        text: "A product may send a part of the values of an enum, so the struct compiles.",
        edits: &[("    Skipped,\n", "")],
        rule: "ENUM_VALUE_REMOVED",
        versions: ("1.1", "2.0"),
        is_of_event: true,
        is_released: false,
        end: "The advice is to retire the value first.",
    },
    Step {
        title: "Retire the value",
        text: "From now on, events write the fallback instead of the value. The document keeps the value.",
        edits: &[("    Skipped,\n", "    #[event(retired)]\n    Skipped,\n")],
        rule: "ENUM_VALUE_RETIRED",
        versions: ("1.1", "1.2"),
        is_of_event: true,
        is_released: true,
        end: "Version 1.2 is released.",
    },
    Step {
        title: "Delete the retired value",
        text: "The released version 1.2 has declared that no producer sends the value.",
        edits: &[("    #[event(retired)]\n    Skipped,\n", "")],
        rule: "RETIRED_VALUE_REMOVED",
        versions: ("1.2", "1.3"),
        is_of_event: true,
        is_released: true,
        end: "Version 1.3 is released.",
    },
    Step {
        title: "Add an event",
        text: "The version of the other event stays the same: only the document changes.",
        edits: &[
            (
                "telemetry_registry! {\n",
                "/// One export.\n#[derive(TelemetryEvent, Debug)]\n#[event(name = \"export_run\", schema = \
                 \"1.3\", registry = \"schemas/events.json\")]\npub struct ExportRun {\n    /// Number of \
                 exported rows.\n    pub rows: i64,\n}\n\ntelemetry_registry! {\n",
            ),
            ("events = [ImportRun]", "events = [ImportRun, ExportRun]"),
        ],
        rule: "EVENT_ADDED",
        versions: ("1.3", "1.4"),
        is_of_event: false,
        is_released: true,
        end: "Version 1.4 is released.",
    },
];

/// The transcript.
struct Page(String);

impl Page {
    fn paragraph(&mut self, text: &str) {
        write!(self.0, "\n{text}\n").unwrap();
    }

    fn block(&mut self, language: &str, text: &str) {
        let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
        write!(self.0, "\n```{language}\n{}\n```\n", lines.join("\n")).unwrap();
    }

    fn edits(&mut self, edits: &[Edit]) {
        let signed = |sign: &str, text: &str| -> String {
            text.lines().map(|line| format!("{sign}{line}\n")).collect()
        };
        let lines = edits.iter().map(|(before, after)| {
            // An insertion keeps the text around it.
            match (after.strip_prefix(before), after.strip_suffix(before)) {
                (Some(new), _) => signed(" ", before) + &signed("+", new),
                (_, Some(new)) => signed("+", new) + &signed(" ", before),
                _ => signed("-", before) + &signed("+", after),
            }
        });
        self.block("diff", &lines.collect::<String>());
    }

    fn test(&mut self, product: &Product, expected: bool) -> String {
        let (passes, output) = product.test();
        assert_eq!(passes, expected, "{output}");
        self.block("text", &format!("$ cargo test\n{output}"));
        output
    }

    fn write_and_test(&mut self, product: &Product, expected: bool) -> String {
        let (command, written) = product.write();
        let (passes, output) = product.test();
        assert_eq!(passes, expected, "{output}");
        let text = format!("$ {command}\n{written}$ cargo test\n{output}");
        self.block("text", &text);
        output
    }

    fn diff(&mut self, product: &Product, code: i32) -> String {
        let (found, output) = product.diff();
        assert_eq!(found, code, "{output}");
        let report = format!(
            "$ telemetry-tool {DIFF}\n{}\nexit code {code}",
            output.trim_end()
        );
        self.block("text", &report);
        output
    }

    fn step(&mut self, product: &mut Product, step: &Step) {
        let before = product.source();
        let (old, new) = step.versions;
        write!(self.0, "\n## {}\n", step.title).unwrap();
        self.paragraph(step.text);
        product.edit(step.edits);
        self.edits(step.edits);
        if old == "1.0" {
            let error = self.test(product, false);
            assert!(error.starts_with("error: field `rows` is not in the registry event"));
        }
        // The documents are current, but the version did not rise.
        let tests = self.write_and_test(product, false);
        assert!(
            tests.contains("test documents_are_current ... ok"),
            "{tests}"
        );
        assert!(
            tests.contains("test versions_rise_with_each_change ... FAILED"),
            "{tests}"
        );
        let report = self.diff(product, 1);
        assert!(report.contains(&format!("\n{}  ", step.rule)), "{report}");
        let needed = format!("stays at {old}: it must be at least {new}");
        assert!(report.contains(&needed), "{report}");

        let raised = raised(product, step);
        product.set_source(raised);
        product.write();
        let (passes, tests) = product.test();
        assert!(passes, "{tests}");
        let (code, report) = product.diff();
        assert_eq!(code, 0, "{report}");
        let enough = report.lines().filter(|line| line.ends_with(": enough"));
        let enough: Vec<&str> = enough.collect();
        assert!(!enough.is_empty(), "{report}");
        let versions = match step.is_of_event {
            true => "The versions of the registry and of the event are",
            false => "The version of the registry is",
        };
        self.paragraph(&format!(
            "{versions} raised to {new}, and both files are written again:"
        ));
        let (count, lines) = (enough.len(), enough.join("\n"));
        let diff = format!("telemetry-tool {DIFF} | tail -n {count}");
        self.block("text", &format!("$ cargo test\n{tests}\n$ {diff}\n{lines}"));
        self.paragraph(step.end);
        if step.is_released {
            product.release(new);
        } else {
            product.set_source(before);
            product.write();
        }
    }
}

/// The source with the versions of a step.
fn raised(product: &Product, step: &Step) -> String {
    let (old, new) = step.versions;
    let source = product.source();
    let registry = format!("\n        version = \"{old}\"");
    assert_eq!(source.matches(&registry).count(), 1);
    let source = source.replace(&registry, &registry.replace(old, new));
    let event = format!("\"import_run\", schema = \"{old}\"");
    match step.is_of_event {
        true => source.replace(&event, &event.replace(old, new)),
        false => source,
    }
}

#[test]
fn each_change_needs_its_version() {
    let mut product = Product::new();
    let mut page = Page(include_str!("introduction.md").to_owned());
    product.set_source(product.source());
    page.block("rust", &product.source());
    page.paragraph("The test of the package:");
    page.block("rust", Product::TEST);
    page.paragraph(
        "The first version is written, and both files are copied to `schemas/history`, as `1.0.json` and \
         `1.0.lock.json`:",
    );
    let (command, written) = product.write();
    page.block("text", &format!("$ {command}\n{written}"));
    product.release("1.0");
    page.test(&product, true);
    for step in &STEPS {
        page.step(&mut product, step);
    }
    product.remove();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/walk.md");
    expect_file![path].assert_eq(&page.0);
}
