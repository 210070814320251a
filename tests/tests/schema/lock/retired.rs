//! A field that is retired in a later version of its declaration: the lock, the documents about privacy, the
//! events, and the verdict of `telemetry-tool`.

use std::{fs, path::Path};

use telemetry_runtime::{
    Disclosure, Product, TelemetryEvent as _, schema::Registry, testing::conformance,
};
use telemetry_tool::{
    assert_released, check_released,
    diff::{Comparison, Options, compare},
    history,
};

/// The event of the released version, with a field for each way to retire one.
mod released {
    use telemetry_runtime::{TelemetryEvent, TelemetryFields, telemetry_registry};

    /// One step.
    #[derive(TelemetryFields)]
    pub(super) struct Step {
        /// Number of files.
        pub(super) files: i64,
    }

    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.7")]
    pub(super) struct Run {
        /// Exit code of the process.
        pub(super) exit_code: i64,
        /// The mirror.
        #[event(free_text = "a mirror in the program")]
        pub(super) mirror: String,
        /// Number of attempts.
        #[event(required)]
        pub(super) attempts: u32,
        /// The steps.
        #[event(max_items = 3)]
        pub(super) steps: Vec<Step>,
    }

    telemetry_registry! {
        pub(super) static REGISTRY = {
            client_name = "Example",
            client_id = "0",
            version = "1.7",
            description = "Events of an example.",
            events = [Run],
        }
    }
}

/// The next version: three of the four fields are retired.
mod next {
    use telemetry_runtime::{TelemetryEvent, telemetry_registry};

    use super::released::Step;

    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.8")]
    pub(super) struct Run {
        /// Exit code of the process.
        pub(super) exit_code: i64,
        /// The mirror.
        #[event(retired = "1.8", free_text = "a mirror in the program")]
        pub(super) mirror: String,
        /// Number of attempts.
        #[event(retired = "1.8", default = 1)]
        pub(super) attempts: u32,
        /// The steps.
        #[event(retired = "1.8", max_items = 3)]
        pub(super) steps: Vec<Step>,
    }

    telemetry_registry! {
        pub(super) static REGISTRY = {
            client_name = "Example",
            client_id = "0",
            version = "1.8",
            description = "Events of an example.",
            events = [Run],
        }
    }
}

/// The declaration with a retired field and the version from before.
mod same {
    use telemetry_runtime::{TelemetryEvent, telemetry_registry};

    use super::released::Step;

    /// One run.
    #[derive(TelemetryEvent)]
    #[event(name = "run", schema = "1.7")]
    pub(super) struct Run {
        /// Exit code of the process.
        pub(super) exit_code: i64,
        /// The mirror.
        #[event(retired = "1.7", free_text = "a mirror in the program")]
        pub(super) mirror: String,
        /// Number of attempts.
        #[event(required)]
        pub(super) attempts: u32,
        /// The steps.
        #[event(max_items = 3)]
        pub(super) steps: Vec<Step>,
    }

    telemetry_registry! {
        pub(super) static REGISTRY = {
            client_name = "Example",
            client_id = "0",
            version = "1.7",
            description = "Events of an example.",
            events = [Run],
        }
    }
}

static OLD: Product = Product::new("my-tool").events(&[&[released::Run::DESCRIPTOR]]);
static NEW: Product = Product::new("my-tool").events(&[&[next::Run::DESCRIPTOR]]);

/// Writes the document and the lock of a registry, and reads both as the tool does.
fn written(folder: &Path, name: &str, registry: &Registry) -> history::Released {
    let document = folder.join(format!("{name}.json"));
    fs::write(&document, registry.json_schema()).unwrap();
    fs::write(folder.join(format!("{name}.lock.json")), registry.lock()).unwrap();
    history::load(&document, None).unwrap()
}

/// Each rule that found a change, with its pointer and its bump.
fn found(comparison: &Comparison<'_>) -> Vec<(&'static str, String, String)> {
    let changes = comparison.changes.iter();
    let found = changes.map(|it| (it.rule.id, it.pointer.clone(), it.bump.to_string()));
    found.collect()
}

#[test]
fn a_field_is_retired_by_a_minor_version() {
    let folder = std::env::temp_dir().join(format!("telemetry-retired-{}", fastrand::u64(..)));
    fs::create_dir_all(&folder).unwrap();
    let old = written(&folder, "1.7", &released::REGISTRY);
    let new = written(&folder, "1.8", &next::REGISTRY);
    let comparison = compare(old.side(), new.side(), &Options::default());
    let all = found(&comparison);
    let retired: Vec<_> = all.iter().filter(|it| it.0 == "FIELD_RETIRED").collect();
    let pointers: Vec<&str> = retired.iter().map(|it| &*it.1).collect();
    let fields = "/events/run/fields";
    assert_eq!(
        pointers,
        ["mirror", "attempts", "steps"].map(|name| format!("{fields}/{name}/retired")),
        "{all:?}"
    );
    assert!(retired.iter().all(|it| it.2 == "minor"), "{all:?}");
    // No other change needs more. The first sentinel of a required field belongs to its retirement.
    let others = all.iter().filter(|it| it.0 != "FIELD_RETIRED");
    let others: Vec<_> = others.map(|it| (it.0, &*it.1)).collect();
    let lowered = ["mirror", "attempts"].map(|name| format!("{fields}/{name}/privacyClass"));
    let expected = lowered
        .each_ref()
        .map(|it| ("PRIVACY_CLASS_LOWERED", &**it));
    assert_eq!(others, expected);
    assert!(!comparison.is_finding(), "{all:?}");
    // The place is the field in this file.
    let code = comparison.changes.iter().find_map(|it| {
        let of_mirror = it.pointer.ends_with("/mirror/retired");
        it.code.clone().filter(|_| of_mirror)
    });
    let code = code.unwrap();
    assert_eq!(code.path, "Run::mirror");
    assert!(code.file.ends_with("schema/lock/retired.rs"), "{code:?}");

    // The value of a field that was retired and is sent again can contain more: an approval is needed.
    let back = compare(new.side(), old.side(), &Options::default());
    let raised = back
        .changes
        .iter()
        .find(|it| it.rule.id == "PRIVACY_CLASS_RAISED");
    assert!(
        raised.is_some_and(|it| it.needs_sign_off),
        "{:?}",
        found(&back)
    );
    fs::remove_dir_all(&folder).unwrap();
}

/// The line of a product's own test, with the declarations and with files.
#[test]
fn a_test_of_a_product_compares_its_declarations_with_released_ones() {
    let folder = std::env::temp_dir().join(format!("telemetry-retired-{}", fastrand::u64(..)));
    let released = folder.join("history");
    fs::create_dir_all(&released).unwrap();
    let missing = check_released(&next::REGISTRY, &folder).unwrap_err();
    assert!(missing.contains("the folder has no document"), "{missing}");
    // The current document is in the folder, too.
    written(&folder, "events", &next::REGISTRY);
    written(&released, "1.7", &released::REGISTRY);
    assert_released(&next::REGISTRY, &folder);
    assert_released(&next::REGISTRY, &released);
    assert_released(&folder.join("events.json"), &released);
    // The same change under an unchanged version.
    let found = check_released(&same::REGISTRY, &folder).unwrap_err();
    assert!(found.contains("FIELD_RETIRED"), "{found}");
    assert!(found.contains("the lock of the registry:"), "{found}");
    assert!(found.contains("it must be at least 1.8"), "{found}");
    fs::remove_dir_all(&folder).unwrap();
}

/// A server that knows the old schema accepts the event: the field is there, with its default.
#[test]
fn an_event_contains_the_default_of_a_retired_field() {
    let run = next::Run {
        exit_code: 3,
        mirror: "north".to_owned(),
        attempts: 9,
        steps: vec![released::Step { files: 2 }],
    };
    let expected = r#"{"exitCode":3,"mirror":"undefined","attempts":1,"steps":[]}"#;
    assert_eq!(run.parameters().to_json(), expected);
    assert_eq!(
        released::REGISTRY.json_schema().replace("1.7", "1.8"),
        next::REGISTRY.json_schema()
    );
    // Every payload that the declaration can produce has the default.
    let lines = conformance::<next::Run>().to_ndjson();
    assert!(lines.lines().count() > 3);
    for line in lines.lines() {
        assert!(
            line.contains(r#""mirror":"undefined","attempts":1,"steps":[]"#),
            "{line}"
        );
    }
}

#[test]
fn the_documents_about_privacy_show_that_a_field_is_retired() {
    let text = Disclosure::new(&NEW).text(100);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "mirror: The mirror. [retired since 1.8, always undefined]",
        "attempts: Number of attempts. [retired since 1.8, always the same value]",
        "steps: The steps. [retired since 1.8, always the same value]",
    ] {
        assert!(text.contains(expected), "{text}");
    }
    assert!(!text.contains("in each item of steps"), "{text}");
    // The user who reads the sample sees the default, too.
    let sample = Disclosure::sample(next::Run::DESCRIPTOR);
    assert!(sample.contains(r#""mirror": "undefined""#), "{sample}");
    assert!(sample.contains(r#""attempts": 1"#), "{sample}");

    // An agreement to the version without the field does not include its return.
    assert_ne!(
        Disclosure::new(&OLD).digest("1"),
        Disclosure::new(&NEW).digest("1")
    );

    let report = next::REGISTRY.privacy_report();
    let row = report.fields.iter().find(|row| row.field == "mirror");
    assert_eq!(row.and_then(|row| row.bits), Some(0.0));
    assert!(
        !report
            .fields
            .iter()
            .any(|row| row.path() == "steps[].files")
    );
    let line = "| `run` | `mirror` | constant | 0.0 | a mirror in the program |";
    assert!(report.to_string().contains(line), "{report}");
}
