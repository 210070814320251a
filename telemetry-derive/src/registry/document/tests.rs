use super::*;
use crate::registry::node::steps;

/// A document with this `definitions.types` and these properties of one event.
fn document(types: &str, properties: &str, required: &str) -> Result<Document, String> {
    let text = format!(
        r#"{{"schemaMeta": {{"schemaVersion": "1.9"}}, "definitions": {{
"types": {{{types}}},
"events": {{"run": {{"additionalProperties": false, "properties": {{
{properties}
}}, "required": [{required}]}}}}}}}}"#
    );
    Document::read(text.as_bytes()).map_err(message)
}

fn message(error: DocumentError) -> String {
    match error {
        DocumentError::Syntax(problem) => format!("syntax: {problem}"),
        DocumentError::Structure(problem) => problem.to_string(),
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
        values: ["a".to_owned(), "b".to_owned()].into(),
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
fn an_invalid_field_is_an_error_with_its_position() {
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
            "the enum has no values at 4:33",
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
            "the items of a list must be text, an enum or an object at 4:33",
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
            "`maximum` has no effect in an object with `$ref` at 4:40",
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
fn a_list_of_objects_has_the_fields_of_its_objects() {
    let types = r#""KindEnum": {"type": "string", "enum": ["a"]}"#;
    let property = r##"{"type": "array", "maxItems": 3, "items": {"type": "object",
        "additionalProperties": false, "required": ["kind", "ms"], "properties": {
        "kind": {"$ref": "#/definitions/types/KindEnum"}, "ms": {"type": "integer"}}}}"##;
    let document = document(types, &format!("\"a\": {property}"), "\"a\"");
    let field = |wire: &str, ty| Field {
        wire: wire.to_owned(),
        ty,
        max_items: None,
    };
    let kind = Type::Enum(Enum {
        name: "KindEnum".to_owned(),
        values: ["a".to_owned()].into(),
    });
    let fields = vec![field("kind", kind), field("ms", Type::Integer(OPEN))];
    assert_eq!(
        document.map(|mut document| document.events.remove(0).fields),
        Ok(vec![Field {
            max_items: Some(3),
            ..field("a", Type::ObjectList(fields))
        }])
    );
}

#[test]
fn an_object_in_a_list_must_be_closed_complete_and_flat() {
    let item =
        |rest: &str| format!(r#"{{"type": "array", "items": {{"type": "object", {rest}}}}}"#);
    let closed = |property: &str| {
        item(&format!(
            r#""additionalProperties": false, "required": ["x"], "properties": {{"x": {property}}}"#
        ))
    };
    for (property, problem) in [
        (
            item(r#""properties": {}, "required": []"#),
            "an item of `a` is open: it needs `\"additionalProperties\": false` at 4:33",
        ),
        (
            item(r#""additionalProperties": false, "required": [], "properties": {"x": {}}"#),
            "field `x` is not in `required` at 4:114",
        ),
        (
            closed(r#"{"type": "array", "items": {"type": "string"}}"#),
            "`x` must be a single value: an item of a list contains no lists and no objects at 4:122",
        ),
        (
            closed(r#"{"type": "object"}"#),
            "`x` must be a single value: an item of a list contains no lists and no objects at 4:122",
        ),
        (
            r#"{"type": "array", "items": {"type": "string"}, "maxItems": 1.5}"#.to_owned(),
            "`maxItems` must be a whole number from 0 to 4294967295 at 4:65",
        ),
    ] {
        let found = types_of("", &property);
        assert_eq!(found, Err(problem.to_owned()), "{property}");
    }
}

#[test]
fn an_event_must_be_closed_and_complete() {
    let error = |properties, required| document("", properties, required).err().unwrap_or_default();
    assert_eq!(
        error("\"a\": {\"type\": \"boolean\"}", ""),
        "field `a` is not in `required` at 4:1"
    );
    assert_eq!(
        error("", "\"a\""),
        "required field `a` is not in `properties` at 5:17"
    );
    assert_eq!(
        error("\"a_b\": {\"type\": \"boolean\"}", "\"a_b\""),
        "wire name `a_b` is not camelCase at 4:1"
    );
}

#[test]
fn a_document_must_have_all_parts() {
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
            "`$ref` does not refer to an event at 1:105",
        ),
        ("{".to_owned(), "syntax: expected a key at 1:2"),
    ] {
        let found = Document::read(text.as_bytes()).map(|_| ()).map_err(message);
        assert_eq!(found, Err(problem.to_owned()), "{text}");
    }
}

#[test]
fn an_event_without_a_branch_is_an_error() {
    let text = r#"{"schemaMeta": {"schemaVersion": "1.9"}, "definitions": {"types": {}, "events":
        {"run": {"additionalProperties": false, "properties": {}, "required": []}}}, "oneOf": []}"#;
    let found = Document::read(text.as_bytes()).map(|_| ()).map_err(message);
    assert_eq!(
        found,
        Err("event `run` is not in `oneOf` at 2:95".to_owned())
    );
}

/// Documents that are valid and large in one dimension: events, fields, types, values of an enum, and
/// fields that refer to one large enum.
fn large_documents(size: usize) -> Vec<(&'static str, String)> {
    let list = |item: &dyn Fn(usize) -> String| {
        let items: Vec<_> = (0..size).map(item).collect();
        items.join(",\n")
    };
    let document = |types: &str, events: &str, branches: &str| {
        format!(
            r#"{{"schemaMeta": {{"schemaVersion": "1.9"}}, "definitions": {{"types": {{{types}}},
"events": {{{events}}}}}, "oneOf": [{branches}]}}"#
        )
    };
    let event = |name: &str, properties: &str, required: &str| {
        format!(
            r#""{name}": {{"additionalProperties": false, "properties": {{{properties}}}, "required": [{required}]}}"#
        )
    };
    let branch = |name: &str| format!(r##"{{"$ref": "#/definitions/events/{name}"}}"##);
    let names = list(&|i| format!("\"f{i}\""));
    let fields = |ty: &str| list(&|i| format!("\"f{i}\": {ty}"));
    let values = list(&|i| format!("\"v{i}\""));
    let large_enum = format!(r#""BigEnum": {{"type": "string", "enum": [{values}]}}"#);
    let reference = r##"{"$ref": "#/definitions/types/BigEnum"}"##;
    let by_type = list(&|i| format!(r##""f{i}": {{"$ref": "#/definitions/types/T{i}"}}"##));
    vec![
        (
            "events",
            document(
                "",
                &list(&|i| event(&format!("e{i}"), "", "")),
                &list(&|i| branch(&format!("e{i}"))),
            ),
        ),
        (
            "fields",
            document(
                "",
                &event("e", &fields(r#"{"type": "boolean"}"#), &names),
                &branch("e"),
            ),
        ),
        (
            "types",
            document(
                &list(&|i| format!(r#""T{i}": {{"type": "integer"}}"#)),
                &event("e", &by_type, &names),
                &branch("e"),
            ),
        ),
        ("values", document(&large_enum, "", "")),
        (
            "references to one enum",
            document(
                &large_enum,
                &event("e", &fields(reference), &names),
                &branch("e"),
            ),
        ),
    ]
}

/// Twice the size causes at most twice the work, so a document of 4 MiB does not stall a build.
#[test]
fn work_grows_linearly_with_the_document() {
    let work = |text: &str| {
        steps::of(|| {
            Document::read(text.as_bytes()).expect("a valid document");
        })
    };
    for ((shape, small), (_, large)) in large_documents(200).iter().zip(large_documents(400)) {
        let (small, large) = (work(small), work(&large));
        assert!(small >= 200, "{shape}: only {small} steps were counted");
        assert!(large <= 2 * small, "{shape}: {small} steps, then {large}");
    }
}

#[test]
fn the_version_from_which_fields_need_a_question_is_read_and_checked() {
    let read = |meta: &str| {
        let text = format!(
            r#"{{"schemaMeta": {{"schemaVersion": "1.9"{meta}}},
"definitions": {{"types": {{}}, "events": {{}}}}}}"#
        );
        let document = Document::read(text.as_bytes()).map_err(message);
        document.map(|document| document.require_why_since)
    };
    assert_eq!(read(""), Ok(None));
    assert_eq!(
        read(r#", "requireWhySince": "1.10""#),
        Ok(Some("1.10".to_owned()))
    );
    let error = |text: &str| Err(text.to_owned());
    assert_eq!(
        read(r#", "requireWhySince": "v1""#),
        error("version `v1` is not `MAJOR.MINOR` at 1:60")
    );
    assert_eq!(
        read(r#", "requireWhySince": 1"#),
        error("expected text for `requireWhySince` at 1:60")
    );
}

#[test]
fn a_question_beside_a_reference_is_read_over() {
    let types = r#""Count": {"type": "integer"}"#;
    let property = r##"{"$ref": "#/definitions/types/Count", "$comment": "How many?"}"##;
    assert_eq!(types_of(types, property), Ok(vec![Type::Integer(OPEN)]));
}
