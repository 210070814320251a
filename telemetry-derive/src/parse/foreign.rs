//! Rejects attributes of others that suggest an effect on the event: keys of serde, which the encoder
//! does not read, and `cfg`, which would change the event from build to build.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{Attribute, LitStr, Meta, ext::IdentExt};

use crate::{
    attr::{Entries, Place},
    diag::{self, Errors},
};

/// Reports the attributes of one item. `entries` are its own keys.
pub(super) fn reject(
    attributes: &[Attribute],
    entries: &Entries,
    place: Place,
    errors: &mut Errors,
) {
    for attribute in attributes {
        let path = attribute.path();
        if path.is_ident("serde") {
            if let Meta::List(list) = &attribute.meta {
                reject_serde(list.tokens.clone(), entries, place, errors);
            }
        } else if path.is_ident("cfg") && matches!(place, Place::Field | Place::Variant) {
            errors.push(diag::conditional(path, place == Place::Variant));
        }
    }
}

fn reject_serde(tokens: TokenStream, entries: &Entries, place: Place, errors: &mut Errors) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    for item in tokens.split(is_comma) {
        let Some(TokenTree::Ident(key)) = item.first() else {
            continue;
        };
        let name = key.unraw().to_string();
        if let Some(help) = help(place, &name)
            && !is_decided(entries, &name)
            && !is_the_wire_style(place, key, item)
        {
            errors.push(diag::serde_key(key, &name, help));
        }
    }
}

/// True if the item also has the `#[event(...)]` key for the same purpose: the author then knows that
/// the serde key has no effect on the event.
fn is_decided(entries: &Entries, name: &str) -> bool {
    let keys: &[&str] = match name {
        "rename" => &["rename"],
        "rename_all" => &["rename_all"],
        "default" => &["default", "required", "constant"],
        "other" => &["fallback"],
        "flatten" => &["flatten"],
        _ => &[],
    };
    keys.iter().any(|key| entries.entry(key).is_some())
}

/// True for `rename_all = "camelCase"` on a struct, which is the style of the wire names.
fn is_the_wire_style(place: Place, key: &Ident, item: &[TokenTree]) -> bool {
    let style = match item {
        [_, TokenTree::Punct(_), value] => syn::parse2::<LitStr>(value.clone().into()).ok(),
        _ => None,
    };
    matches!(place, Place::Struct | Place::Part)
        && key == "rename_all"
        && style.is_some_and(|style| style.value() == "camelCase")
}

/// The `#[event(...)]` way to the effect of a serde key; `None` for a key without effect on the
/// written JSON, such as `alias` or `bound`.
fn help(place: Place, name: &str) -> Option<&'static str> {
    const OTHER_TYPE: &str = "derive `Serialize` on another type, and set the event from it";
    let is_variant = place == Place::Variant;
    Some(match (place, name) {
        (Place::Field, "rename") => "to change the wire name use `#[event(rename = \"...\")]`",
        (Place::Variant, "rename") => "to change the wire value use `#[event(rename = \"...\")]`",
        (Place::Struct | Place::Part, "rename_all" | "rename_all_fields") => {
            "wire names are camelCase; to change one use `#[event(rename = \"...\")]` on the field"
        }
        (Place::Enum, "rename_all") => {
            "to change the wire values use `#[event(rename_all = \"...\")]`"
        }
        (Place::Struct | Place::Part, "default") => {
            "for a field that is not set use `#[event(default = ...)]` on the field"
        }
        (Place::Field, "default") => "for a field that is not set use `#[event(default = ...)]`",
        (Place::Variant, "other") => "for unknown values use `#[event(fallback)]`",
        (_, "skip" | "skip_serializing" | "skip_deserializing") if is_variant => {
            "for a value that events must not write any more use `#[event(retired)]`"
        }
        (Place::Field, "skip" | "skip_serializing" | "skip_deserializing") => {
            "every field is sent; remove the field from the event"
        }
        (Place::Field, "skip_serializing_if") => {
            "every field is sent; one that is not set contains its sentinel"
        }
        (Place::Field, "flatten") => {
            "for the fields of a struct derive `TelemetryFields` on it, and use `#[event(flatten)]`"
        }
        (_, "with" | "serialize_with" | "deserialize_with" | "getter") => {
            "the value of the field is sent; convert it before you set it"
        }
        (
            Place::Struct | Place::Part | Place::Enum,
            "into" | "from" | "try_from" | "transparent" | "tag" | "content" | "untagged"
            | "remote",
        ) => OTHER_TYPE,
        (Place::Variant, "untagged") => OTHER_TYPE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::parse_quote;

    use super::*;

    fn rejected(place: Place, attributes: &[Attribute]) -> Vec<String> {
        let mut errors = Errors::new();
        let entries = Entries::of(attributes, place, &mut errors);
        reject(attributes, &entries, place, &mut errors);
        errors.into_messages()
    }

    #[test]
    fn keys_that_only_concern_reading_are_accepted() {
        for place in [
            Place::Struct,
            Place::Part,
            Place::Field,
            Place::Enum,
            Place::Variant,
        ] {
            let attribute: Attribute = parse_quote!(
                #[serde(alias = "x", bound = "T: Clone", borrow, crate = "s", deny_unknown_fields)]
            );
            assert!(rejected(place, &[attribute]).is_empty(), "{place:?}");
        }
    }

    #[test]
    fn every_key_of_a_list_is_examined() {
        for list in [
            quote!(skip, rename = "x"),
            quote!(
                alias = "a,b",
                skip,
                rename(serialize = "x", deserialize = "y"),
            ),
            quote!(r#skip, alias = "rename", rename = "x"),
        ] {
            let errors = rejected(Place::Field, &[parse_quote!(#[serde(#list)])]);
            assert_eq!(errors.len(), 2, "{list}: {errors:?}");
        }
    }

    #[test]
    fn arbitrary_tokens_are_left_to_serde() {
        for list in [quote!(), quote!(,,), quote!("skip"), quote!(5 = skip)] {
            assert!(rejected(Place::Field, &[parse_quote!(#[serde(#list)])]).is_empty());
        }
        assert!(rejected(Place::Field, &[parse_quote!(#[serde])]).is_empty());
    }
}
