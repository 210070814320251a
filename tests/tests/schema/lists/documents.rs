//! Lists of objects in the disclosure, the sample, the privacy report and the digest.

use serde_json::{Value, json};
use telemetry_runtime::{
    Disclosure, Label, Product, TelemetryEvent, TelemetryFields, descriptor::EventDescriptor,
    schema::FieldClass, testing::assert_no_free_text_beyond,
};

use super::{PipelineRun, REGISTRY, Stage, validator};

static EVENTS: &[&EventDescriptor] = &[PipelineRun::DESCRIPTOR];
static PRODUCT: Product = Product::new("pipelines").events(&[EVENTS]);
static DISCLOSURE: Disclosure = Disclosure::new(&PRODUCT);

#[test]
fn the_disclosure_names_every_field_of_an_item() {
    let text = DISCLOSURE.text(usize::MAX);
    for line in [
        "- steps: The first steps. [a list of at most 2 items]",
        "- stage in each item of steps: The executed stage. [one of read, unknown, write]",
        "- durationMs in each item of steps: Wall-clock time. [whole number, at least -1, at most \
         1000, in ms]",
        "- plugin in each item of steps: Name of the plugin. [text of at most 9 characters: one of \
         the names in the program]",
        "- hostIsLocal in each item of steps: Whether it is this machine. [true or false]",
        "- tools: The used tools. [a list of at most 3 items; each one of cargo, git, undefined]",
        "- byMillis: Number of calls by duration. [a list of at most 4 items]",
        "- value in each item of byMillis: A value that occurred. [one of 0-10, 11-100, 101+, \
         undefined]",
        "- count in each item of byMillis: How often the value occurred. [whole number, at least 1]",
    ] {
        assert!(
            text.lines().any(|found| found.trim() == line),
            "{line}\nin\n{text}"
        );
    }
    let summary = DISCLOSURE.summary(usize::MAX);
    let fields = "Fields: steps (each item: stage, durationMs, plugin, hostIsLocal), tools, \
                  byStage (each item: value, count), byMillis (each item: value, count), exitCode.";
    assert!(summary.contains(fields), "{summary}");
    let markdown = DISCLOSURE.markdown();
    assert!(markdown.contains("- `stage` in each item of `steps`: The executed stage."));
}

#[test]
fn a_sample_has_an_object_in_each_list_and_is_valid() {
    let sample: Value = serde_json::from_str(&Disclosure::sample(PipelineRun::DESCRIPTOR)).unwrap();
    assert_eq!(
        sample["steps"],
        json!([{"stage": "read", "durationMs": 12, "plugin": "example", "hostIsLocal": true}])
    );
    assert_eq!(sample["byStage"], json!([{"value": "read", "count": 12}]));
    assert!(validator().is_valid(&sample), "{sample}");
}

#[test]
fn the_privacy_report_has_a_row_for_each_field_of_an_item() {
    let report = REGISTRY.privacy_report();
    let rows: Vec<_> = report
        .fields
        .iter()
        .map(|row| (row.path().into_owned(), row.class))
        .collect();
    let (list, closed, number) = (FieldClass::Objects, FieldClass::Closed, FieldClass::Number);
    let expected = [
        ("steps", list),
        ("steps[].stage", closed),
        ("steps[].durationMs", number),
        ("steps[].plugin", FieldClass::FreeText),
        ("steps[].hostIsLocal", closed),
        ("tools", closed),
        ("byStage", list),
        ("byStage[].value", closed),
        ("byStage[].count", number),
        ("byMillis", list),
        ("byMillis[].value", closed),
        ("byMillis[].count", number),
        ("exitCode", number),
    ];
    assert_eq!(rows, expected.map(|(path, class)| (path.to_owned(), class)));
    let bits = |path: &str| {
        let mut rows = report.fields.iter();
        rows.find(|row| row.path() == path).unwrap().bits
    };
    assert_eq!(bits("steps"), None, "it contains free text");
    // 1 + 3 + 9 + 27 lists of at most three of three labels.
    let tools = bits("tools").unwrap();
    assert!((tools - 40_f64.log2()).abs() < 1e-9, "{tools}");
    let by_stage = bits("byStage").unwrap();
    assert!((327.0..329.0).contains(&by_stage), "{by_stage}");
    let table = report.to_string();
    let row = "| `pipeline_run` | `steps[].plugin` | free text | unbounded | one of the names in \
               the program |";
    assert!(table.lines().any(|line| line == row), "{table}");
    assert_no_free_text_beyond(&REGISTRY, ["pipeline_run.steps[].plugin"]);
}

/// The same event, with one fact of an item changed by each macro argument.
macro_rules! digest_of {
    ($stage:ty, $field:ident, $unit:literal) => {{
        /// An item.
        #[derive(TelemetryFields)]
        struct Item {
            /// A stage.
            #[event(required)]
            stage: $stage,
            /// A time.
            #[event(unit = $unit)]
            $field: i64,
        }
        /// A run.
        #[derive(TelemetryEvent)]
        #[event(name = "run", schema = "1.4")]
        struct Run {
            /// Items.
            #[event(max_items = 2)]
            items: Vec<Item>,
        }
        static EVENTS: &[&EventDescriptor] = &[Run::DESCRIPTOR];
        static PRODUCT: Product = Product::new("digests").events(&[EVENTS]);
        Disclosure::new(&PRODUCT).digest("1")
    }};
}

#[test]
fn the_digest_covers_the_fields_of_items() {
    let first = digest_of!(Stage, time, "ms");
    assert_eq!(digest_of!(Stage, time, "ms"), first);
    assert_ne!(digest_of!(Stage, other, "ms"), first);
    assert_ne!(digest_of!(Stage, time, "s"), first);
    assert_ne!(digest_of!(Label, time, "ms"), first);
}
