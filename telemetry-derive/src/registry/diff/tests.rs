use proc_macro2::TokenStream;
use quote::quote;

use super::*;
use crate::parse;

const DOCUMENT: &str = r##"{
    "schemaMeta": {"schemaVersion": "1.9"},
    "definitions": {
        "types": {
            "KindEnum": {"type": "string", "enum": ["a", "b"]},
            "Count": {"type": "integer", "minimum": 0}
        },
        "events": {
            "run": {
                "additionalProperties": false,
                "properties": {
                    "osName": {"type": "string"},
                    "kind": {"$ref": "#/definitions/types/KindEnum"},
                    "items": {"$ref": "#/definitions/types/Count"}
                },
                "required": ["osName", "kind", "items"]
            },
            "types_of_all": {
                "additionalProperties": false,
                "properties": {
                    "type": {"type": "boolean"},
                    "count": {"type": "integer"},
                    "uRL": {"type": "string"},
                    "gpuSeconds": {"type": "number"},
                    "names": {"type": "array", "items": {"type": "string"}},
                    "kind": {"$ref": "#/definitions/types/KindEnum"},
                    "kinds": {"type": "array", "items": {"$ref": "#/definitions/types/KindEnum"}},
                    "mode": {"type": "string", "enum": ["x"]}
                },
                "required": ["type", "count", "uRL", "gpuSeconds", "names", "kind", "kinds", "mode"]
            },
            "lists": {
                "additionalProperties": false,
                "properties": {
                    "someNames": {"type": "array", "maxItems": 7, "items": {"type": "string"}},
                    "steps": {"type": "array", "maxItems": 20, "items": {
                        "type": "object", "additionalProperties": false,
                        "properties": {"ms": {"type": "integer"}}, "required": ["ms"]
                    }},
                    "byKind": {"type": "array", "maxItems": 2, "items": {
                        "type": "object", "additionalProperties": false,
                        "properties": {
                            "value": {"$ref": "#/definitions/types/KindEnum"},
                            "count": {"type": "integer"}
                        },
                        "required": ["value", "count"]
                    }}
                },
                "required": ["someNames", "steps", "byKind"]
            }
        }
    }
}"##;

fn document() -> Document {
    Document::read(DOCUMENT.as_bytes()).unwrap_or_else(|_| unreachable!())
}

/// The messages without the line about rewriting the document.
fn drift(name: &str, schema: &str, fields: TokenStream) -> Vec<String> {
    let document = document();
    let input = syn::parse_quote! {
        #[event(name = #name, schema = #schema, registry = "r.json")]
        struct E { #fields }
    };
    let mut errors = Errors::new();
    let event = parse::event(&input, &mut errors);
    let fields = compare(&event, &document, &Refresh::default(), &mut errors);
    let messages = errors.into_messages();
    if messages.is_empty() {
        assert_eq!(
            fields.map(|fields| fields.len()),
            Some(event.item.fields.len())
        );
    }
    let refresh = format!("\n{}", Refresh::default());
    let messages = messages.iter().map(|message| {
        message
            .strip_suffix(&refresh)
            .map_or_else(|| panic!("no refresh: {message}"), str::to_owned)
    });
    messages.collect()
}

#[test]
fn an_event_that_agrees_has_no_error() {
    let fields =
        quote! { os_name: Label, #[event(required)] kind: Kind, #[event(default = 0)] items: i64 };
    assert_eq!(drift("run", "1.9", fields.clone()), [""; 0]);
    assert_eq!(
        drift("run", "1.0", fields.clone()),
        [""; 0],
        "an older schema is valid"
    );
    assert_eq!(
        drift("run", "1.10", fields),
        [
            "schema `1.10` is newer than the registry document, which is `1.9`\n\
          help: raise `version` in `telemetry_registry!` to `1.10` first"
        ]
    );
}

#[test]
fn an_unknown_event_has_a_suggestion() {
    assert_eq!(
        drift("rnu", "1.0", quote!()),
        [
            "event `rnu` is not in the registry\nhelp: events in the registry are `run`, `types_of_all`, `lists`; if it is new, add `E` to `events = [...]` of `telemetry_registry!` first"
        ]
    );
    assert_eq!(
        drift("type_of_all", "1.0", quote!()),
        [
            "event `type_of_all` is not in the registry\nhelp: did you mean `types_of_all`? if it is new, add `E` to `events = [...]` of `telemetry_registry!` first"
        ]
    );
}

#[test]
fn a_misspelled_field_is_one_mistake() {
    let fields =
        quote! { os_nam: Label, #[event(required)] kind: Kind, #[event(default = 0)] items: i64 };
    assert_eq!(
        drift("run", "1.0", fields),
        ["field `osNam` is not in the registry event\nhelp: did you mean `osName`?"]
    );
}

#[test]
fn one_error_lists_every_missing_field() {
    assert_eq!(
        drift("types_of_all", "1.0", quote!()),
        [concat!(
            "registry requires `type`, `count`, `uRL`, `gpuSeconds`, `names`, `kind`, `kinds`, `mode`\n",
            "help: add\n",
            "          pub r#type: bool,\n",
            "          pub count: i64,\n",
            "          #[event(rename = \"uRL\", free_text = \"...\")] pub u_rl: String,\n",
            "          pub gpu_seconds: f64,\n",
            "          #[event(free_text = \"...\")] pub names: Vec<String>,\n",
            "          pub kind: Kind,\n",
            "          pub kinds: Vec<Kind>,\n",
            "          pub mode: Mode,",
        )]
    );
}

#[test]
fn the_lines_for_missing_lists_have_their_maximum_number_of_items() {
    assert_eq!(
        drift("lists", "1.0", quote!()),
        [concat!(
            "registry requires `someNames`, `steps`, `byKind`\n",
            "help: add\n",
            "          #[event(free_text = \"...\", max_items = 7)] pub some_names: Vec<String>,\n",
            "          #[event(max_items = 20)] pub steps: Vec<Steps>,\n",
            "          pub by_kind: CountBy<Kind>,",
        )]
    );
}

#[test]
fn a_sentinel_default_or_constant_must_be_allowed() {
    let fields = quote! { os_name: Label, #[event(default = "c")] kind: Kind, items: i64 };
    assert_eq!(
        drift("run", "1.0", fields),
        [
            "`c` is not in registry enum `KindEnum` [a, b]",
            "the sentinel -1 is not in the registry's range: its minimum is 0\n\
             help: add a `default` in the range, or mark the field `required`",
        ]
    );
    let fields = quote! { os_name: Label, #[event(constant = "a")] kind: Kind, #[event(constant = -2)] items: i64 };
    assert_eq!(
        drift("run", "1.0", fields),
        [
            "the value -2 is not in the registry's range: its minimum is 0\n\
             help: add a `default` in the range, or mark the field `required`",
        ]
    );
}

#[test]
fn a_reported_mistake_is_not_reported_again() {
    let mut errors = Errors::new();
    let input = syn::parse_quote!(
        #[event(name = "R un", schema = "x", registry = "r.json")]
        struct E {
            #[event(rename = "")]
            a: i64,
        }
    );
    let event = parse::event(&input, &mut errors);
    let before = errors.into_messages().len();
    let mut errors = Errors::new();
    let document = document();
    compare(&event, &document, &Refresh::default(), &mut errors);
    assert_eq!((before, errors.into_messages()), (3, Vec::new()));
}
