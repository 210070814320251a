//! Parses the struct of an event or of a part.

use syn::{Data, DeriveInput, Fields, GenericParam, Generics};

use super::{field, foreign, part};
use crate::{
    attr::{Entries, Place},
    crate_path::CratePath,
    diag::{self, Errors},
    docs::Docs,
    model::{Kind, Struct},
};

/// The struct with its fields. `entries` are the keys on it.
pub(super) fn structure(
    input: &DeriveInput,
    entries: &Entries,
    kind: Kind,
    errors: &mut Errors,
) -> Struct {
    foreign::reject(&input.attrs, entries, place(kind), errors);
    reject_type_parameters(&input.generics, kind, errors);
    let mut item = Struct {
        kind,
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        generics: input.generics.clone(),
        crate_path: CratePath::of(entries.path("crate").cloned(), errors),
        docs: Docs::of(&input.attrs, errors),
        fields: Vec::new(),
        parts: Vec::new(),
    };
    for field in named_fields(input, kind, errors) {
        add_field(&mut item, field, errors);
    }
    item
}

pub(super) fn place(kind: Kind) -> Place {
    match kind {
        Kind::Event => Place::Struct,
        Kind::Part => Place::Part,
    }
}

fn add_field(item: &mut Struct, field: &syn::Field, errors: &mut Errors) {
    let Some(ident) = field.ident.clone() else {
        return;
    };
    let entries = Entries::of(&field.attrs, Place::Field, errors);
    foreign::reject(&field.attrs, &entries, Place::Field, errors);
    if entries.entry("flatten").is_some() {
        let position = item.fields.len();
        let part = part::flattened(field, ident, position, &entries, errors);
        item.parts.push(part);
    } else {
        let field = field::field(field, ident, &entries, errors);
        item.fields.push(field);
    }
}

fn reject_type_parameters(generics: &Generics, kind: Kind, errors: &mut Errors) {
    for parameter in &generics.params {
        match parameter {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(parameter) => {
                errors.push(diag::type_parameter(&parameter.ident, kind.noun()));
            }
            GenericParam::Const(parameter) => {
                errors.push(diag::type_parameter(&parameter.ident, kind.noun()));
            }
        }
    }
}

fn named_fields<'i>(
    input: &'i DeriveInput,
    kind: Kind,
    errors: &mut Errors,
) -> Vec<&'i syn::Field> {
    let data = match &input.data {
        Data::Struct(data) => data,
        Data::Enum(data) => {
            errors.push(diag::not_a_struct(data.enum_token, kind.derive()));
            return Vec::new();
        }
        Data::Union(data) => {
            errors.push(diag::not_a_struct(data.union_token, kind.derive()));
            return Vec::new();
        }
    };
    match &data.fields {
        Fields::Named(named) => named.named.iter().collect(),
        Fields::Unnamed(unnamed) => {
            errors.push(diag::no_named_fields(unnamed, kind.derive()));
            Vec::new()
        }
        Fields::Unit => {
            errors.push(diag::no_named_fields(&input.ident, kind.derive()));
            Vec::new()
        }
    }
}
