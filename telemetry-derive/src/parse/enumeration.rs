//! Parses a wire enum.

use proc_macro2::Ident;
use syn::{Data, DeriveInput, Fields, LitStr};

use super::{foreign, version};
use crate::{
    attr::{Entries, Place},
    crate_path::CratePath,
    diag::{self, Errors},
    docs::Docs,
    model::{Enum, Variant},
    suggest,
    wire::{self, RenameAll},
};

/// The valid parts of the enum. If errors were reported, only a stub may use the result.
pub(crate) fn enumeration(input: &DeriveInput, errors: &mut Errors) -> Enum {
    let entries = Entries::of(&input.attrs, Place::Enum, errors);
    entries.check_required_keys(&input.ident, Place::Enum, errors);
    foreign::reject(&input.attrs, &entries, Place::Enum, errors);
    if !input.generics.params.is_empty() {
        errors.push(diag::enum_parameter(&input.generics.params));
    }
    let rename_all = entries
        .text("rename_all")
        .map(|style| parse_rename_all(style, errors));
    Enum {
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        generics: input.generics.clone(),
        crate_path: CratePath::of(entries.path("crate").cloned(), errors),
        docs: Docs::of(&input.attrs, errors),
        name: entries
            .text("name")
            .map(|name| enum_name(name, errors))
            .unwrap_or_default(),
        variants: variants(input, rename_all, errors),
    }
}

fn enum_name(literal: &LitStr, errors: &mut Errors) -> String {
    let name = literal.value();
    let length = name.chars().count();
    if name.is_empty() {
        errors.push(diag::empty_text(literal, "enum name"));
    } else if !wire::is_pascal_case(&name) {
        errors.push(diag::bad_enum_name(literal, &name));
    } else if length > wire::MAX_NAME {
        errors.push(diag::long_name(literal, "enum name", length));
    }
    name
}

/// An unknown style is reported here only; `Verbatim` avoids errors at the variants.
fn parse_rename_all(literal: &LitStr, errors: &mut Errors) -> RenameAll {
    let name = literal.value();
    RenameAll::named(&name).unwrap_or_else(|| {
        let help = suggest::hint(&name, "styles", RenameAll::NAMES);
        errors.push(diag::unknown_word(literal, "style", &name, &help));
        RenameAll::Verbatim
    })
}

fn variants(
    input: &DeriveInput,
    rename_all: Option<RenameAll>,
    errors: &mut Errors,
) -> Vec<Variant> {
    let data = match &input.data {
        Data::Enum(data) => data,
        Data::Struct(data) => {
            errors.push(diag::not_an_enum(data.struct_token));
            return Vec::new();
        }
        Data::Union(data) => {
            errors.push(diag::not_an_enum(data.union_token));
            return Vec::new();
        }
    };
    if data.variants.is_empty() {
        errors.push(diag::empty_enum(
            &input.ident,
            &wire::ident_name(&input.ident),
        ));
    }
    data.variants
        .iter()
        .map(|item| variant(item, rename_all, errors))
        .collect()
}

fn variant(item: &syn::Variant, rename_all: Option<RenameAll>, errors: &mut Errors) -> Variant {
    let entries = Entries::of(&item.attrs, Place::Variant, errors);
    foreign::reject(&item.attrs, &entries, Place::Variant, errors);
    match &item.fields {
        Fields::Unit => {}
        fields => errors.push(diag::variant_data(fields, &wire::ident_name(&item.ident))),
    }
    Variant {
        ident: item.ident.clone(),
        docs: Docs::of(&item.attrs, errors),
        wire: match entries.text("rename") {
            Some(rename) => renamed(rename, errors),
            None => styled(&item.ident, rename_all, errors),
        },
        fallback: entries.key("fallback").cloned(),
        since: version::since(&entries, errors),
        retired: entries.key("retired").cloned(),
    }
}

fn renamed(rename: &LitStr, errors: &mut Errors) -> String {
    let wire = rename.value();
    if wire.is_empty() {
        errors.push(diag::empty_text(rename, "wire value"));
    } else if wire.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
        errors.push(diag::bad_wire_value(rename, &wire));
    }
    wire
}

/// The wire value in the style of the enum. A name with several words requires an explicit style; a
/// name with one word defaults to lower case.
fn styled(ident: &Ident, rename_all: Option<RenameAll>, errors: &mut Errors) -> String {
    let name = wire::ident_name(ident);
    if rename_all.is_none() && wire::words(&name).len() > 1 {
        errors.push(diag::missing_rename_all(ident, &name));
    }
    rename_all.unwrap_or(RenameAll::Snake).apply(&name)
}
