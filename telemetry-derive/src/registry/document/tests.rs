use super::*;

/// A document with this `definitions.types` and these properties of one event.
fn document(types: &str, properties: &str, required: &str) -> Result<Document, String> {
    let text = format!(
        r#"{{"schemaMeta": {{"schemaVersion": "1.9"}}, "definitions": {{
"types": {{{types}}},
"events": {{"run": {{"additionalProperties": false, "properties": {{
{properties}
}}, "required": [{required}]}}}}}}}}"#
    );
    Document::read(text.as_bytes()).map_err(told)
}

fn told(unreadable: Unreadable) -> String {
    match unreadable {
        Unreadable::Syntax(problem) => format!("syntax: {problem}"),
        Unreadable::Structure(problem) => problem.to_string(),
    }
}

fn types_of(types: &str, property: &str) -> Result<Vec<Type>, String> {
    let document = document(types, &format!("\"a\": {property}"), "\"a\"")?;
    let fields = document.events.into_iter().flat_map(|event| event.fields);
    Ok(fields.map(|field| field.ty).collect())
}

const OPEN: Bounds = Bounds {
    min: f64::NEG_INFINITY,
    max: f64::INFINITY,
};

#[test]
fn types_are_read_in_place_and_by_reference() {
    let types = r#""Count": {"type": "integer", "minimum": 0, "maximum": 9},
        "KindEnum": {"type": "string", "enum": ["a", "b"]}"#;
    let of = |name: &str| Enum {
        name: name.to_owned(),
        values: vec!["a".to_owned(), "b".to_owned()],
    };
    let reference =
        |name: &str| format!(r##"{{"description": "", "$ref": "#/definitions/types/{name}"}}"##);
    let list = |item: &str| format!(r#"{{"type": "array", "items": {item}}}"#);
    let count = Bounds { min: 0.0, max: 9.0 };
    for (property, ty) in [
        (r#"{"type": "boolean"}"#.to_owned(), Type::Boolean),
        (r#"{"type": "integer"}"#.to_owned(), Type::Integer(OPEN)),
        (r#"{"type": "number"}"#.to_owned(), Type::Number(OPEN)),
        (r#"{"type": "string"}"#.to_owned(), Type::Text),
        (
            r#"{"type": "string", "enum": ["a", "b"]}"#.to_owned(),
            Type::Enum(of("")),
        ),
        (reference("Count"), Type::Integer(count)),
        (reference("KindEnum"), Type::Enum(of("KindEnum"))),
        (list(r#"{"type": "string"}"#), Type::TextList),
        (list(&reference("KindEnum")), Type::EnumList(of("KindEnum"))),
    ] {
        assert_eq!(types_of(types, &property), Ok(vec![ty]), "{property}");
    }
}

#[test]
fn types_that_cannot_be_fields_are_reported_with_their_place() {
    for (property, problem) in [
        ("5", "expected an object for `a` at 4:6"),
        ("{}", "expected key `type` in `a` at 4:6"),
        (
            r#"{"type": "null"}"#,
            "`a` may be null: the wire format has no null at 4:15",
        ),
        (
            r#"{"type": ["string", "null"]}"#,
            "`a` may be null: the wire format has no null at 4:15",
        ),
        (
            r#"{"type": ["string"]}"#,
            "expected text for `type` at 4:15",
        ),
        (
            r#"{"type": "object"}"#,
            "type `object` cannot be a field at 4:15",
        ),
        (
            r#"{"type": "string", "enum": []}"#,
            "an enum without values at 4:33",
        ),
        (
            r#"{"type": "string", "enum": ["x", "x"]}"#,
            "value `x` is listed twice at 4:39",
        ),
        (
            r#"{"type": "string", "enum": ["x", null]}"#,
            "a value cannot be null: the wire format has no null at 4:39",
        ),
        (
            r#"{"type": "string", "enum": ["x", 5]}"#,
            "expected text for `enum` at 4:39",
        ),
        (
            r#"{"type": "integer", "minimum": "0"}"#,
            "expected a number for `minimum` at 4:37",
        ),
        (r#"{"type": "array"}"#, "expected key `items` in `a` at 4:6"),
        (
            r#"{"type": "array", "items": {"type": "integer"}}"#,
            "a list holds text or values of an enum at 4:33",
        ),
        (
            r##"{"$ref": "#/definitions/types/X"}"##,
            "type `X` is not in `definitions.types` at 4:15",
        ),
        (
            r#"{"$ref": "other.json"}"#,
            "expected a `$ref` to `#/definitions/types/...` at 4:15",
        ),
        (
            r##"{"$ref": "#/definitions/types/X", "maximum": 5}"##,
            "`maximum` has no effect beside `$ref` at 4:40",
        ),
    ] {
        assert_eq!(
            types_of("", property),
            Err(problem.to_owned()),
            "{property}"
        );
    }
}

#[test]
fn events_are_closed_and_complete() {
    let told = |properties, required| document("", properties, required).err().unwrap_or_default();
    assert_eq!(
        told("\"a\": {\"type\": \"boolean\"}", ""),
        "field `a` is not in `required` at 4:1"
    );
    assert_eq!(
        told("", "\"a\""),
        "required field `a` is no property at 5:17"
    );
    assert_eq!(
        told("\"a_b\": {\"type\": \"boolean\"}", "\"a_b\""),
        "wire name `a_b` is not camelCase at 4:1"
    );
}

#[test]
fn the_parts_of_a_document_are_demanded() {
    let meta = r#"{"schemaMeta": {"schemaVersion": "1.9"}"#;
    for (text, problem) in [
        ("[]".to_owned(), "expected an object at 1:1"),
        ("{}".to_owned(), "expected key `schemaMeta` at 1:1"),
        (
            r#"{"schemaMeta": {"schemaVersion": 1.9}}"#.to_owned(),
            "expected text for `schemaVersion` at 1:34",
        ),
        (
            r#"{"schemaMeta": {"schemaVersion": "1.9.0"}}"#.to_owned(),
            "version `1.9.0` is not `MAJOR.MINOR` at 1:34",
        ),
        (format!("{meta}}}"), "expected key `definitions` at 1:1"),
        (
            format!(r#"{meta}, "definitions": {{"types": {{}}, "events": {{"run": {{}}}}}}}}"#),
            "event `run` is open: it needs `\"additionalProperties\": false` at 1:89",
        ),
        (
            format!(
                r##"{meta}, "definitions": {{"types": {{}}, "events": {{}}}}, "oneOf": [{{"$ref": "#/definitions/events/run"}}]}}"##
            ),
            "`$ref` to no event at 1:105",
        ),
        ("{".to_owned(), "syntax: expected a key at 1:2"),
    ] {
        let found = Document::read(text.as_bytes()).map(|_| ()).map_err(told);
        assert_eq!(found, Err(problem.to_owned()), "{text}");
    }
}

#[test]
fn an_event_without_a_branch_is_always_rejected() {
    let text = r#"{"schemaMeta": {"schemaVersion": "1.9"}, "definitions": {"types": {}, "events":
        {"run": {"additionalProperties": false, "properties": {}, "required": []}}}, "oneOf": []}"#;
    let found = Document::read(text.as_bytes()).map(|_| ()).map_err(told);
    assert_eq!(
        found,
        Err("event `run` is not in `oneOf` at 2:95".to_owned())
    );
}
