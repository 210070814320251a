//! Lists of objects in the documents and in the checks of a registry.

use super::{described, event, of_enum, problems_of};
use crate::{
    __private::{enum_descriptor, enum_value},
    event::descriptor::{EnumDescriptor, EventDescriptor, FieldDescriptor, FieldType},
    schema::event_schema::event_json_schema,
};

const KIND: &EnumDescriptor = &enum_descriptor(
    "KindEnum",
    "Kind of a step.",
    &[enum_value("a", "").0, enum_value("b", "").0],
    None,
);

const STEP: &[FieldDescriptor] = &[
    of_enum("kind", KIND),
    described("durationMs", "Time.", FieldType::Integer),
    described("cached", "From a cache.", FieldType::Boolean),
];

const STEPS: FieldDescriptor = FieldDescriptor {
    max_items: Some(20),
    ..described(
        "steps",
        "All steps.",
        FieldType::List(&FieldType::Object(STEP)),
    )
};

const RUN: &EventDescriptor = &event("run", "1.9", &[STEPS]);

#[test]
fn a_list_of_objects_is_an_array_of_closed_objects() {
    let document = event_json_schema(RUN);
    let types = document
        .split_once("\"types\": {")
        .and_then(|(_, rest)| rest.split_once("\"events\": {"));
    let (types, events) = types.unwrap_or_default();
    let names: Vec<_> = types.match_indices(": {\n").collect();
    assert_eq!(names.len(), 2, "{types}");
    assert!(types.find("KindEnum") < types.find("RestrictedTelemetryInteger"));
    let property = events
        .split_once("\"properties\": {\n")
        .and_then(|(_, rest)| rest.split_once("\n                },\n"))
        .map(|(property, _)| property);
    assert_eq!(
        property,
        Some(
            r##"                    "steps": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "description": "",
                            "properties": {
                                "kind": {
                                    "description": "Docs.",
                                    "$ref": "#/definitions/types/KindEnum"
                                },
                                "durationMs": {
                                    "description": "Time.",
                                    "$ref": "#/definitions/types/RestrictedTelemetryInteger"
                                },
                                "cached": {
                                    "type": "boolean",
                                    "description": "From a cache."
                                }
                            },
                            "additionalProperties": false,
                            "required": [
                                "kind",
                                "durationMs",
                                "cached"
                            ]
                        },
                        "maxItems": 20,
                        "description": "All steps."
                    }"##
        )
    );
}

#[test]
fn the_fields_of_objects_are_documented() {
    const BARE: &[FieldDescriptor] = &[described("ms", "", FieldType::Integer)];
    const BARE_STEPS: FieldDescriptor = FieldDescriptor {
        ty: FieldType::List(&FieldType::Object(BARE)),
        ..STEPS
    };
    const BARE_RUN: &EventDescriptor = &event("run", "1.9", &[BARE_STEPS]);
    assert_eq!(problems_of("1.9", &[], &[RUN]), "");
    assert_eq!(
        problems_of("1.9", &[], &[BARE_RUN]),
        "field `ms` in each item of `steps` of event `run` has no doc comment\n\
         help: it becomes `description` in the JSON Schema and is shown to users"
    );
}

#[test]
fn the_enums_of_objects_have_one_value_set() {
    const LESS: &EnumDescriptor =
        &enum_descriptor("KindEnum", "Docs.", &[enum_value("a", "").0], None);
    const MORE: &EnumDescriptor = &enum_descriptor(
        "KindEnum",
        "Docs.",
        &[enum_value("a", "").0, enum_value("c", "").0],
        None,
    );
    const SAME: &EventDescriptor = &event("b", "1.9", &[of_enum("kind", KIND)]);
    const OTHER: &EventDescriptor = &event("b", "1.9", &[of_enum("kind", LESS)]);
    let two = "enum `KindEnum` has two value sets, one of them in event ";
    assert_eq!(problems_of("1.9", &[], &[RUN, SAME]), "");
    for (problems, second) in [
        (problems_of("1.9", &[], &[RUN, OTHER]), "`b`"),
        (problems_of("1.9", &[], &[OTHER, RUN]), "`run`"),
    ] {
        assert!(
            problems.starts_with(&format!("{two}{second}\n")),
            "{problems}"
        );
    }
    assert_eq!(
        problems_of("1.9", &[FieldType::Enum(MORE)], &[RUN]),
        "enum `KindEnum` of event `run` has the value `b`, which the enum of that name in `types` \
         does not have"
    );
}

#[test]
fn an_enum_of_objects_is_not_newer_than_the_document() {
    const NEW: &EnumDescriptor = &enum_descriptor(
        "KindEnum",
        "",
        &[enum_value("a", "").0, enum_value("b", "").since("1.10").0],
        Some("a"),
    );
    const ITEM: &[FieldDescriptor] = &[of_enum("kind", NEW)];
    const LIST: FieldDescriptor = FieldDescriptor {
        ty: FieldType::List(&FieldType::Object(ITEM)),
        ..STEPS
    };
    const NEWER: &EventDescriptor = &event("run", "1.9", &[LIST]);
    assert_eq!(
        problems_of("1.9", &[], &[NEWER]),
        "value `b` of enum `KindEnum` exists since 1.10 but the registry document is `1.9`\n\
         enum `KindEnum` has no doc comment\n\
         help: it becomes `description` in the JSON Schema and is shown to users"
    );
}
