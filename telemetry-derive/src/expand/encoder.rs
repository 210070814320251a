//! Generates `visit`, which visits all fields in wire order.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{
    builder::initial_value,
    fields::prefix_type,
    helper::{end_spans, field_ref, helper, helper_at, part_helper, value_call, value_fn_path},
};
use crate::model::{Field, Kind, Member, Part, Presence, Struct};

/// The statements of `visit`.
pub(super) fn visits(item: &Struct) -> TokenStream {
    let mut index = 0_usize;
    let visits = item.members().into_iter().map(|member| match member {
        Member::Field(field) => {
            let key = match item.kind {
                Kind::Event => fused_key(&field.wire).into_token_stream(),
                Kind::Part => quote!(__p::FusedKey::<Self, __P, #index>::KEY),
            };
            index += 1;
            visit(field, &key)
        }
        Member::Part(part) => visit_part(part, item.kind),
    });
    visits.collect()
}

/// The fused keys of the fields without a prefix, in the order of their indices in `visits`.
pub(super) fn keys(item: &Struct) -> impl Iterator<Item = String> {
    item.fields.iter().map(|field| fused_key(&field.wire))
}

fn visit_part(part: &Part, kind: Kind) -> TokenStream {
    let visit = part_helper(part, "visit");
    let value = field_ref(&part.ident, &part.ty);
    let prefix = match (kind, prefix_type(part)) {
        (Kind::Event, None) => quote!(__p::NoPrefix),
        (Kind::Event, Some(prefix)) => prefix.into_token_stream(),
        (Kind::Part, None) => quote!(__P),
        (Kind::Part, Some(prefix)) => quote!(__p::Join<__P, #prefix>),
    };
    quote!(#visit::<#prefix, __V>(#value, __v);)
}

fn visit(field: &Field, key: &TokenStream) -> TokenStream {
    let value = field_ref(&field.ident, &field.ty);
    if let Presence::Constant(_) = field.presence {
        let (path, constant) = (helper(field, "visit_constant"), value_call(field));
        return quote!(#path(#constant, #key, __v););
    }
    if field.retired.is_none() {
        return visit_value(field, &value, key);
    }
    // The value of a field that is not set. The compiler must not report that the field is never read.
    let unset = initial_value(field);
    let visit = visit_value(field, &quote!(&#unset), key);
    quote!(let _ = #value; #visit)
}

/// Visits `value`, a reference to a value of the field's type.
fn visit_value(field: &Field, value: &TokenStream, key: &TokenStream) -> TokenStream {
    if let Some((max_len_key, max_len)) = &field.max_len {
        let path = helper_at(field, "truncated", max_len_key.span(), max_len_key.span());
        return quote!(#path(#value, #key, __v, #max_len););
    }
    if let Some(max_items) = field.max_items {
        let path = helper(field, "at_most");
        return quote!(#path(#value, #key, __v, #max_items););
    }
    if let Some(range) = &field.range {
        let (min, max) = (bound(range.min), bound(range.max));
        let (start, end) = end_spans(&range.key);
        return match default(field) {
            Some(default) => {
                let path = helper_at(field, "ranged_or", start, end);
                quote!(#path(#value, #key, __v, #min, #max, #default);)
            }
            None => {
                let path = helper_at(field, "ranged", start, end);
                quote!(#path(#value, #key, __v, #min, #max);)
            }
        };
    }
    match default(field) {
        Some(default) => {
            let path = helper(field, "visit_or");
            quote!(#path(#value, #key, __v, #default);)
        }
        None if field.unit.is_some() => {
            let path = helper(field, "visit");
            quote!(#path(#value, #key, __v);)
        }
        None => quote!(__X(#value).visit(#key, __v);),
    }
}

/// The key as the writer appends it. It starts with a comma, which the writer replaces by a brace for
/// the first key.
fn fused_key(wire: &str) -> String {
    format!(",\"{wire}\":")
}

/// The function that returns the default.
fn default(field: &Field) -> Option<TokenStream> {
    match field.presence {
        Presence::Default(_) => Some(value_fn_path(field)),
        _ => None,
    }
}

/// A bound as an expression; an open end is infinite.
pub(super) fn bound(value: f64) -> TokenStream {
    if value == f64::INFINITY {
        quote!(__p::INFINITY)
    } else if value == f64::NEG_INFINITY {
        quote!(-__p::INFINITY)
    } else {
        value.to_token_stream()
    }
}
