//! The reader: the documents that it accepts, and the message for each mistake.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::fmt::Write;

use telemetry_tool::{
    document::{self, Shape},
    json,
};

const DOCUMENT: &str = include_str!("fixtures/document.json");

/// The message for the document after one text in it was exchanged.
#[track_caller]
fn message(from: &str, to: &str) -> String {
    assert!(DOCUMENT.contains(from), "{from}");
    let changed = DOCUMENT.replacen(from, to, 1);
    refused(changed.as_bytes())
}

#[track_caller]
fn refused(bytes: &[u8]) -> String {
    document::read("d.json", bytes).unwrap_err().to_string()
}

#[test]
fn a_document_keeps_its_order_and_its_places() {
    let document = document::read("d.json", DOCUMENT.as_bytes()).unwrap();
    assert_eq!(document.meta.version.to_string(), "1.10");
    let event = document.event("run_event").unwrap();
    let names: Vec<_> = event
        .payload
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "status", "count", "seconds", "cached", "task", "hosts", "steps"
        ]
    );
    let count = event.payload.field("count").unwrap();
    assert_eq!(count.ty.reference.as_deref(), Some("Count"));
    assert_eq!(
        count.place.pointer,
        "/definitions/events/run_event/properties/count"
    );
    assert_eq!(count.place.position.line, 45);
    let Shape::List { max, items, .. } = &*event.payload.field("steps").unwrap().ty.shape else {
        panic!("not a list");
    };
    assert_eq!(*max, Some(20));
    assert_eq!(items.shape.kind(), "object");
    assert_eq!(
        json::to_text(&document.json),
        DOCUMENT,
        "4 spaces, ASCII, a line break"
    );
}

#[test]
fn bad_json_is_refused_with_its_place() {
    let cases: [(&[u8], &str); 14] = [
        (
            b"",
            "d.json:1:1: the text ends here\nhelp: write a JSON value",
        ),
        (
            b"{\n \"a\": 1,\n",
            "d.json:3:1: the text ends here\nhelp: write a key in double quotes",
        ),
        (
            b"[1 2]",
            "d.json:1:4: '2' is not expected here\nhelp: write `,` or `]`",
        ),
        (
            b"{} x",
            "d.json:1:4: the document has ended here\nhelp: remove the text behind it",
        ),
        (
            b"{\"\xc3\xa9\": \xff}",
            "d.json:1:7: the text is not UTF-8\nhelp: save the file as UTF-8",
        ),
        (
            b"\xef\xbb\xbf{}",
            "d.json:1:1: the text begins with a byte order mark\nhelp: save the file as UTF-8 without it",
        ),
        (
            b"{\"a\": {\"b\": 1, \"b\": 2}}",
            "d.json:1:16: the key `b` occurs twice in one object, first in line 1\nhelp: remove one of them",
        ),
        (
            b"{\"a\": 1, \"\\u0061\": 2}",
            "d.json:1:10: the key `a` occurs twice in one object, first in line 1\nhelp: remove one of them",
        ),
        (
            b"[01]",
            "d.json:1:2: `01` is not a number of JSON\nhelp: write it as in `0`, `-1` or `2.5`",
        ),
        (
            b"[1e999]",
            "d.json:1:2: the number `1e999` does not fit in 64 bits\nhelp: write a number from -9223372036854775808 to 18446744073709551615",
        ),
        (
            b"[18446744073709551616]",
            "d.json:1:2: the number `18446744073709551616` does not fit in 64 bits\nhelp: write a number from -9223372036854775808 to 18446744073709551615",
        ),
        (
            b"[\"a\nb\"]",
            "d.json:1:4: a string contains a control character\nhelp: write it as an escape, such as \\n",
        ),
        (
            b"[\"\\ud800x\"]",
            "d.json:1:3: the escape is not a character of Unicode\nhelp: write four hexadecimal digits after `\\u`, or a pair of surrogates",
        ),
        (
            b"[NaN]",
            "d.json:1:2: 'N' is not expected here\nhelp: write a JSON value",
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(refused(bytes), expected);
    }
}

#[test]
fn size_depth_and_number_of_values_are_limited() {
    let deep = format!("{}{}", "[".repeat(64), "]".repeat(64));
    assert!(json::parse(deep.as_bytes()).is_ok());
    let found = refused("[".repeat(1_000_000).as_bytes());
    assert!(
        found.starts_with("d.json:1:65: more than 64 arrays and objects"),
        "{found}"
    );
    let found = refused(format!("[{}1]", "0,".repeat(1_000_000)).as_bytes());
    assert!(found.contains("more than 1000000 values"), "{found}");
    let found = refused(&vec![b' '; json::MAX_BYTES + 1]);
    assert!(
        found.contains("the file has more than 16777216 bytes"),
        "{found}"
    );
}

#[test]
fn other_schemas_are_refused_with_a_correction() {
    let cases = [
        (
            (
                "http://json-schema.org/draft-07/schema#",
                "https://json-schema.org/draft/2020-12/schema",
            ),
            "d.json:2:16: the schema language `https://json-schema.org/draft/2020-12/schema` is not supported\n  \
             at /$schema\n\
             help: write the document in draft-07: \"$schema\": \"http://json-schema.org/draft-07/schema#\"",
        ),
        (
            ("\"schemaVersion\": \"1.10\"", "\"schemaVersion\": 1.10"),
            "d.json:7:26: 1.1 is not a version\n  at /schemaMeta/schemaVersion\n\
             help: write \"MAJOR.MINOR\" as a string, such as \"1.10\": two numbers up to 65535 without leading zeros",
        ),
        (
            ("\"maxItems\": 20", "\"maxItem\": 20"),
            "d.json:90:25: the keyword `maxItem` is not supported in a field of type `array`\n  \
             at /definitions/events/run_event/properties/steps/maxItem\nhelp: write `maxItems` if you meant it",
        ),
        (
            (
                "\"type\": \"boolean\"",
                "\"type\": \"boolean\", \"const\": true",
            ),
            "d.json:54:44: the keyword `const` is not supported in a field of type `boolean`\n  \
             at /definitions/events/run_event/properties/cached/const\nhelp: write `enum` with this one value",
        ),
        (
            ("\"type\": \"boolean\"", "\"type\": [\"boolean\", \"null\"]"),
            "d.json:54:33: `type` is a list of types\n  \
             at /definitions/events/run_event/properties/cached/type\n\
             help: write one type, and a sentinel such as -1 or \"undefined\" instead of null",
        ),
        (
            ("#/definitions/types/Count", "#/definitions/types/Number"),
            "d.json:45:30: the shared type `Number` does not exist\n  \
             at /definitions/events/run_event/properties/count\n\
             help: add it below `#/definitions/types/`, or correct the name",
        ),
        (
            ("#/definitions/types/Count", "other.json#/Count"),
            "d.json:47:33: `$ref` to `other.json#/Count` is not a shared type of this document\n  \
             at /definitions/events/run_event/properties/count/$ref\n\
             help: write `#/definitions/types/` and the name of a type",
        ),
        (
            (
                "\"$ref\": \"#/definitions/types/Count\"",
                "\"$ref\": \"#/definitions/types/Count\", \"minimum\": 0",
            ),
            "d.json:47:62: the keyword `minimum` has no effect beside `$ref`\n  \
             at /definitions/events/run_event/properties/count/minimum\n\
             help: move `minimum` into the shared type, or remove `$ref`",
        ),
        (
            ("\"hosts\",", "\"hosts\", \"hosts\","),
            "d.json:101:30: the required field `hosts` is listed twice\n  \
             at /definitions/events/run_event/required/6\nhelp: list each field of `properties` once",
        ),
        (
            ("\"maximum\": 100", "\"maximum\": -100"),
            "d.json:21:22: no value is valid: `minimum` is greater than `maximum`\n  \
             at /definitions/types/Count\nhelp: exchange `minimum` and `maximum`",
        ),
    ];
    for ((from, to), expected) in cases {
        assert_eq!(message(from, to), expected);
    }
}

#[test]
fn an_event_that_the_root_does_not_list_is_refused() {
    let found = message(
        "\"$ref\": \"#/definitions/events/run_event\"",
        "\"$ref\": \"#/definitions/events/other\"",
    );
    assert!(
        found.contains("`#/definitions/events/other` is not an event of this document"),
        "{found}"
    );
    let start = DOCUMENT.find("\"oneOf\": [").unwrap();
    let found = refused(format!("{}\"oneOf\": []}}", &DOCUMENT[..start]).as_bytes());
    assert!(
        found.contains("the event `run_event` is not in `oneOf`"),
        "{found}"
    );
}

#[test]
fn cycles_and_growth_of_references_are_refused() {
    let with = |types: &str| {
        let changed = DOCUMENT.replacen("\"types\": {", &format!("\"types\": {{{types},"), 1);
        refused(changed.as_bytes())
    };
    let reference = |name: &str| format!("{{\"$ref\": \"#/definitions/types/{name}\"}}");
    let found = with(&format!(
        "\"A\": {}, \"B\": {}",
        reference("B"),
        reference("A")
    ));
    assert!(
        found.contains("the shared types form a cycle: A -> B -> A"),
        "{found}"
    );
    let list = |name: &str| format!("{{\"type\": \"array\", \"items\": {}}}", reference(name));
    let found = with(&format!("\"A\": {}", list("A")));
    assert!(
        found.contains("the shared types form a cycle: A -> A"),
        "{found}"
    );

    // Each list contains the previous one; each object contains the previous one twice.
    let mut chain = "\"T0\": {\"type\": \"boolean\"}".to_owned();
    let mut doubled = chain.clone();
    for at in 0..40 {
        write!(chain, ", \"T{}\": {}", at + 1, list(&format!("T{at}"))).unwrap();
        let part = reference(&format!("T{at}"));
        let two =
            format!("{{\"type\": \"object\", \"properties\": {{\"a\": {part}, \"b\": {part}}}}}");
        write!(doubled, ", \"T{}\": {two}", at + 1).unwrap();
    }
    let found = with(&chain);
    assert!(
        found.contains("more than 16 types are inside of each other"),
        "{found}"
    );
    let found = with(&doubled);
    assert!(found.contains("more than 20000 parts"), "{found}");
    // From the outermost to the innermost.
    let mut chain = String::new();
    for at in 0..40 {
        write!(chain, "\"T{at}\": {}, ", list(&format!("T{}", at + 1))).unwrap();
    }
    chain.push_str("\"T40\": {\"type\": \"boolean\"}");
    let found = with(&chain);
    assert!(
        found.contains("more than 16 types are inside of each other"),
        "{found}"
    );
}
