//! Parses a part, and a field with `flatten`.

use proc_macro2::Ident;
use syn::{Data, DeriveInput, LitStr};

use super::{field, structure};
use crate::{
    attr::{Entries, Place},
    diag::{self, Errors},
    docs::Docs,
    model::{Kind, Part, Struct},
    wire,
};

/// The valid parts of the struct. If errors were reported, only a stub may use the result.
pub(crate) fn part(input: &DeriveInput, errors: &mut Errors) -> Struct {
    let entries = Entries::of(&input.attrs, Place::Part, errors);
    let part = structure::structure(input, &entries, Kind::Part, errors);
    if let Data::Struct(data) = &input.data
        && matches!(&data.fields, syn::Fields::Named(named) if named.named.is_empty())
    {
        errors.push(diag::empty_part(&input.ident));
    }
    part
}

/// A field with `flatten`. `position` is the number of fields without `flatten` before it.
pub(super) fn flattened(
    field: &syn::Field,
    ident: Ident,
    position: usize,
    entries: &Entries,
    errors: &mut Errors,
) -> Part {
    for key in entries.keys() {
        if key != "flatten" && key != "prefix" {
            errors.push(diag::key_on_a_part(key, &wire::ident_name(key)));
        }
    }
    let prefix = entries.text("prefix");
    if let Some(prefix) = prefix {
        check_prefix(prefix, errors);
    }
    Part {
        ident,
        ty: field.ty.clone(),
        docs: Docs::of(&field.attrs, errors),
        deprecated: field::deprecated(field),
        prefix: prefix.cloned(),
        position,
    }
}

fn check_prefix(literal: &LitStr, errors: &mut Errors) {
    let prefix = literal.value();
    let length = prefix.chars().count();
    if prefix.is_empty() {
        errors.push(diag::empty_text(literal, "prefix"));
    } else if !wire::is_camel_case(&prefix) {
        errors.push(diag::bad_prefix(literal, &prefix));
    } else if length >= wire::MAX_NAME {
        errors.push(diag::long_prefix(literal, length));
    }
}
