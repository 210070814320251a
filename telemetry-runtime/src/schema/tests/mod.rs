//! A small registry, declared by hand, and everything that is made of it.

pub(crate) mod tool;

use super::{
    registry::{Declaration, Registry, WireInteger},
    validate::problems,
};
use crate::{
    event::{
        TelemetryEvent,
        descriptor::{
            EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, GdprCategory,
        },
        field::TelemetryField,
        visitor::FieldVisitor,
    },
    telemetry_buckets, telemetry_registry,
};

telemetry_buckets! {
    /// All sizes there are.
    Size("SizeEnum") = [0, 5];
    /// Sizes of one event.
    Small("SizeEnum") = [0, 5];
    /// Where it ran.
    Place("PlaceEnum") = [1];
}

struct Run;

const RUN_FIELDS: &[FieldDescriptor] = &[
    FieldDescriptor::new("size", "Its size.", Small::TYPE, None),
    FieldDescriptor::new("durationMs", "Caf\u{e9} time.", FieldType::Integer, None),
    FieldDescriptor::new("score", "A score.", FieldType::Number, None),
    FieldDescriptor::new("cached", "From a cache.", FieldType::Boolean, None),
    FieldDescriptor::new("task", "What ran.", FieldType::Text(None), None),
    FieldDescriptor::new(
        "tags",
        "All tags.",
        FieldType::List(&FieldType::Text(None)),
        None,
    ),
    FieldDescriptor::new("places", "All places.", FieldType::List(&Place::TYPE), None),
];

impl TelemetryEvent for Run {
    const EVENT_NAME: &'static str = "run_event";
    const SCHEMA_VERSION: &'static str = "1.7";
    const DESCRIPTOR: &'static EventDescriptor =
        &EventDescriptor::new("run_event", "1.7", "One run.", RUN_FIELDS)
            .gdpr(GdprCategory::Technical, "Durations only.");

    fn visit<V: FieldVisitor>(&self, _: &mut V) {}
}

struct Ping<'a>(&'a str);

impl TelemetryEvent for Ping<'_> {
    const EVENT_NAME: &'static str = "ping_event";
    const SCHEMA_VERSION: &'static str = "1.10";
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor::new(
        "ping_event",
        "1.10",
        "One ping.",
        &[FieldDescriptor::new("at", "When.", FieldType::Number, None)],
    );

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

const fn field(name: &'static str) -> FieldDescriptor {
    FieldDescriptor::new(name, "Docs.", FieldType::Boolean, None)
}

const fn of_enum(name: &'static str, descriptor: &'static EnumDescriptor) -> FieldDescriptor {
    FieldDescriptor::new(name, "Docs.", FieldType::Enum(descriptor), None)
}

fn problems_of<const N: usize>(
    version: &'static str,
    types: &'static [FieldType],
    events: &'static [&'static EventDescriptor; N],
) -> String {
    let registry = Registry::new(Declaration {
        version,
        types,
        events,
        ..REGISTRY.declared
    });
    problems::<N>(&registry).map_or_else(String::new, |text| text.as_str().to_owned())
}

const PLAIN: &EventDescriptor =
    &EventDescriptor::new("a", "1.9", "Docs.", &[field("x"), field("y")]);

#[test]
fn versions_are_compared_as_integers() {
    const LATER: &EventDescriptor = &EventDescriptor::new("a", "1.10", "Docs.", &[field("x")]);
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
    const SAME_FIELDS: &EventDescriptor =
        &EventDescriptor::new("b", "1.9", "Docs.", &[field("y"), field("x")]);
    const OTHER: &EventDescriptor =
        &EventDescriptor::new("b", "1.9", "Docs.", &[field("x"), field("z")]);
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
    const BARE_ENUM: &EnumDescriptor = &EnumDescriptor::new("KEnum", "", &[], None);
    const BARE: &EventDescriptor = &EventDescriptor::new(
        "a",
        "1.9",
        "",
        &[
            FieldDescriptor::new("x", "", FieldType::Boolean, None),
            of_enum("k", BARE_ENUM),
            of_enum("l", BARE_ENUM),
        ],
    );
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
fn one_enum_name_has_one_value_set() {
    const ALL: &EnumDescriptor = &EnumDescriptor::new(
        "KEnum",
        "Docs.",
        &[EnumValue::new("p", ""), EnumValue::new("q", "")],
        None,
    );
    const SOME: &EnumDescriptor =
        &EnumDescriptor::new("KEnum", "Docs.", &[EnumValue::new("q", "")], None);
    const EVENT_OF_ALL: &EventDescriptor =
        &EventDescriptor::new("a", "1.9", "Docs.", &[of_enum("k", ALL)]);
    const EVENT_OF_SOME: &EventDescriptor =
        &EventDescriptor::new("b", "1.9", "Docs.", &[of_enum("l", SOME)]);
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
        "enum `KEnum` of event `a` has the value `p`, which the enum of that name in `types` has \
         not"
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
