//! Renders and validates a small registry with handwritten events.

mod lists;
pub(crate) mod tool;

use super::{
    declaration::Declaration,
    registry::WireInteger,
    validate::{Problems, problems},
};
use crate::{
    __private::{enum_descriptor, enum_value, event_descriptor},
    event::{
        TelemetryEvent,
        descriptor::{EnumDescriptor, EventDescriptor, FieldDescriptor, FieldType, GdprCategory},
        field::TelemetryField,
        visitor::FieldVisitor,
    },
    telemetry_buckets, telemetry_registry,
};

telemetry_buckets! {
    /// All sizes.
    Size("SizeEnum") = [0, 5];
    /// The sizes of one event.
    Small("SizeEnum") = [0, 5];
    /// Where it ran.
    Place("PlaceEnum") = [1];
}

struct Run;

const RUN_FIELDS: &[FieldDescriptor] = &[
    described("size", "Its size.", Small::TYPE),
    described("durationMs", "Caf\u{e9} time.", FieldType::Integer),
    described("score", "A score.", FieldType::Number),
    described("cached", "From a cache.", FieldType::Boolean),
    described("task", "The executed task.", FieldType::Text(None)),
    described("tags", "All tags.", FieldType::List(&FieldType::Text(None))),
    described("places", "All places.", FieldType::List(&Place::TYPE)),
];

impl TelemetryEvent for Run {
    const EVENT_NAME: &'static str = "run_event";
    const SCHEMA_VERSION: &'static str = "1.7";
    const DESCRIPTOR: &'static EventDescriptor =
        &event_descriptor("run_event", "1.7", "One run.", RUN_FIELDS)
            .gdpr(GdprCategory::Technical, "Durations only.")
            .0;

    fn visit<V: FieldVisitor>(&self, _: &mut V) {}
}

struct Ping<'a>(&'a str);

impl TelemetryEvent for Ping<'_> {
    const EVENT_NAME: &'static str = "ping_event";
    const SCHEMA_VERSION: &'static str = "1.10";
    const DESCRIPTOR: &'static EventDescriptor = &event_descriptor(
        "ping_event",
        "1.10",
        "One ping.",
        &[described("at", "When.", FieldType::Number)],
    )
    .0;

    fn visit<V: FieldVisitor>(&self, visitor: &mut V) {
        self.0.visit(",\"at\":", visitor);
    }
}

telemetry_registry! {
    /// Test events.
    static REGISTRY = {
        client_name = "Test_Client",
        client_id = "42",
        version = "1.10",
        description = "Events of the tests.",
        types = [WireInteger, Size],
        events = [Run, Ping<'_>],
    }
}

/// Declares an event with a last day, and its registry.
macro_rules! dated {
    ($registry:ident, $event:ident, $expires:literal) => {
        struct $event;

        impl TelemetryEvent for $event {
            const EVENT_NAME: &'static str = "dated_event";
            const SCHEMA_VERSION: &'static str = "1.0";
            const DESCRIPTOR: &'static EventDescriptor = &event_descriptor(
                "dated_event",
                "1.0",
                "One event.",
                &[described("at", "When.", FieldType::Number)],
            )
            .expires($expires)
            .0;

            fn visit<V: FieldVisitor>(&self, _: &mut V) {}
        }

        telemetry_registry! {
            /// Events with a last day.
            static $registry = {
                client_name = "Test_Client",
                client_id = "42",
                version = "1.0",
                description = "Events of the tests.",
                events = [$event],
            }
        }
    };
}

dated!(DATED, Dated, "2029-12-31");
dated!(EXPIRED, LongAgo, "2020-01-01");
dated!(UNLIMITED, Unlimited, "never");

#[test]
fn an_event_without_a_last_day_never_expires() {
    let day = super::expiry::Day::after(std::time::SystemTime::UNIX_EPOCH, u32::MAX);
    assert!(UNLIMITED.expired_before(&day).is_empty());
    assert!(REGISTRY.expired_before(&day).is_empty());
    assert_eq!(DATED.expired_before(&day).len(), 1);
}

const DOCUMENT: &str = include_str!("document.json");

#[test]
fn the_document_has_the_published_shape_byte_for_byte() {
    assert_eq!(REGISTRY.json_schema(), DOCUMENT);
}

#[test]
fn an_event_alone_has_the_same_definition_as_in_the_registry() {
    let document = Ping::json_schema();
    let definition = |text: &str| {
        let start = text.find("            \"ping_event\": {")?;
        let end = text.get(start..)?.find("\n            }")?;
        text.get(start..start + end).map(str::to_owned)
    };
    assert!(definition(&document).is_some());
    assert_eq!(definition(&document), definition(DOCUMENT));
    assert!(document.contains("\"schemaVersion\": \"1.10\""));
    assert!(document.contains("\"types\": {},"));
}

#[test]
fn a_registry_knows_its_events_by_name() {
    assert_eq!(REGISTRY.client_name(), "Test_Client");
    assert_eq!(REGISTRY.client_id(), "42");
    assert_eq!(REGISTRY.version(), "1.10");
    assert_eq!(REGISTRY.events().len(), 2);
    assert_eq!(
        REGISTRY.event("ping_event").map(|it| it.docs),
        Some("One ping.")
    );
    assert!(REGISTRY.event("pong_event").is_none());
}

#[test]
fn the_envelope_document_names_thirty_required_keys() {
    let document = REGISTRY.envelope_json_schema();
    let (properties, required) = document
        .split_once("\n    \"required\": [")
        .unwrap_or_default();
    assert_eq!(required.matches('"').count(), 2 * 30);
    assert_eq!(properties.matches("\n        \"").count(), 30);
    assert!(document.contains("\"clientId\": {\n            \"const\": \"42\""));
}

const fn described(name: &'static str, docs: &'static str, ty: FieldType) -> FieldDescriptor {
    FieldDescriptor {
        wire_name: name,
        docs,
        ..FieldDescriptor::of(ty, None)
    }
}

const fn event(
    name: &'static str,
    version: &'static str,
    fields: &'static [FieldDescriptor],
) -> EventDescriptor {
    event_descriptor(name, version, "Docs.", fields).0
}

const fn field(name: &'static str) -> FieldDescriptor {
    described(name, "Docs.", FieldType::Boolean)
}

const fn of_enum(name: &'static str, descriptor: &'static EnumDescriptor) -> FieldDescriptor {
    described(name, "Docs.", FieldType::Enum(descriptor))
}

fn problems_of<const N: usize>(
    version: &'static str,
    types: &'static [FieldType],
    events: &'static [&'static EventDescriptor; N],
) -> String {
    let registry = Declaration {
        version,
        types,
        events,
        ..REGISTRY.declared
    };
    problems::<N>(&registry).map_or_else(String::new, |text| text.as_str().to_owned())
}

const PLAIN: &EventDescriptor = &event("a", "1.9", &[field("x"), field("y")]);

#[test]
fn versions_are_compared_as_integers() {
    const LATER: &EventDescriptor = &event("a", "1.10", &[field("x")]);
    assert_eq!(
        problems_of("1.9", &[], &[LATER]),
        "event `a`: schema `1.10` is newer than the registry document, which is `1.9`\n\
         help: raise the registry's `version` to that of its newest event"
    );
    assert_eq!(problems_of("1.10", &[], &[PLAIN]), "");
    assert_eq!(
        problems_of("v1", &[], &[PLAIN]),
        "registry version `v1` is not `MAJOR.MINOR`"
    );
}

#[test]
fn events_differ_in_name_and_fields() {
    const SAME_FIELDS: &EventDescriptor = &event("b", "1.9", &[field("y"), field("x")]);
    const OTHER: &EventDescriptor = &event("b", "1.9", &[field("x"), field("z")]);
    assert_eq!(
        problems_of("1.9", &[], &[PLAIN, PLAIN]),
        "event name `a` is used twice"
    );
    assert!(
        problems_of("1.9", &[], &[PLAIN, SAME_FIELDS])
            .starts_with("events `a` and `b` have the same set of fields\n")
    );
    assert_eq!(problems_of("1.9", &[], &[PLAIN, OTHER]), "");
}

#[test]
fn everything_is_documented() {
    const BARE_ENUM: &EnumDescriptor = &enum_descriptor("KEnum", "", &[], None);
    const BARE: &EventDescriptor = &event_descriptor(
        "a",
        "1.9",
        "",
        &[
            described("x", "", FieldType::Boolean),
            of_enum("k", BARE_ENUM),
            of_enum("l", BARE_ENUM),
        ],
    )
    .0;
    let help = "help: it becomes `description` in the JSON Schema and is shown to users";
    assert_eq!(
        problems_of("1.9", &[], &[BARE]),
        format!(
            "event `a` has no doc comment\n{help}\n\
             field `x` of event `a` has no doc comment\n{help}\n\
             enum `KEnum` has no doc comment\n{help}"
        )
    );
}

#[test]
fn a_new_field_has_the_question_that_its_registry_requires() {
    const fn since(name: &'static str, version: &'static str) -> FieldDescriptor {
        FieldDescriptor {
            since: Some(version),
            ..field(name)
        }
    }
    const WITH: FieldDescriptor = FieldDescriptor {
        why: Some("Why?"),
        ..since("w", "1.10")
    };
    const EVENT: &EventDescriptor = &event(
        "a",
        "2.0",
        &[
            field("x"),
            since("y", "1.9"),
            WITH,
            since("z", "1.10"),
            since("v", "2.0"),
        ],
    );
    const fn problems_since(require_why_since: &'static str) -> Option<Problems> {
        problems::<1>(&Declaration {
            version: "2.0",
            types: &[],
            events: &[EVENT],
            require_why_since: Some(require_why_since),
            ..REGISTRY.declared
        })
    }
    let fields = |version| {
        let problems = problems_since(version);
        let problems = problems.as_ref().map_or("", |problems| problems.as_str());
        let fields = problems.split("field `").skip(1);
        fields
            .filter_map(|text| text.chars().next())
            .collect::<String>()
    };
    assert_eq!(fields("0.0"), "yzv");
    assert_eq!(fields("1.10"), "zv");
    assert_eq!(fields("1.11"), "v");
    assert_eq!(fields("2.1"), "");
    let malformed = problems_since("1.10.0");
    assert_eq!(
        malformed.as_ref().map(|problems| problems.as_str()),
        Some("`require_why_since = \"1.10.0\"` is not `MAJOR.MINOR`")
    );
    assert_eq!(
        problems_of("2.0", &[], &[EVENT]),
        "",
        "the rule is optional"
    );
}

#[test]
fn one_enum_name_has_one_value_set() {
    const ALL: &EnumDescriptor = &enum_descriptor(
        "KEnum",
        "Docs.",
        &[enum_value("p", "").0, enum_value("q", "").0],
        None,
    );
    const SOME: &EnumDescriptor =
        &enum_descriptor("KEnum", "Docs.", &[enum_value("q", "").0], None);
    const EVENT_OF_ALL: &EventDescriptor = &event("a", "1.9", &[of_enum("k", ALL)]);
    const EVENT_OF_SOME: &EventDescriptor = &event("b", "1.9", &[of_enum("l", SOME)]);
    assert!(
        problems_of("1.9", &[], &[EVENT_OF_ALL, EVENT_OF_SOME])
            .starts_with("enum `KEnum` has two value sets, one of them in event `b`\n")
    );
    assert_eq!(
        problems_of(
            "1.9",
            &[FieldType::Enum(ALL)],
            &[EVENT_OF_ALL, EVENT_OF_SOME]
        ),
        ""
    );
    assert_eq!(
        problems_of("1.9", &[FieldType::Enum(SOME)], &[EVENT_OF_ALL]),
        "enum `KEnum` of event `a` has the value `p`, which the enum of that name in `types` does \
         not have"
    );
    assert_eq!(
        problems_of(
            "1.9",
            &[FieldType::Enum(ALL), FieldType::Enum(SOME)],
            &[EVENT_OF_SOME]
        )
        .lines()
        .next(),
        Some("enum `KEnum` is listed twice in `types`")
    );
    assert_eq!(
        problems_of("1.9", &[FieldType::Boolean], &[PLAIN]),
        "`types` lists wire enums and `RestrictedTelemetryInteger` only"
    );
}
