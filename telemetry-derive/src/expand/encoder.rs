//! Generates `visit`, which visits all fields in wire order.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::helper::{end_spans, field_ref, helper, helper_at, value_call, value_fn_path};
use crate::model::{Event, Field, Presence};

/// The statements of `visit`.
pub(super) fn visits(event: &Event) -> TokenStream {
    event.fields.iter().map(visit).collect()
}

fn visit(field: &Field) -> TokenStream {
    let key = fused_key(&field.wire);
    let value = field_ref(field);
    if let Presence::Constant(_) = field.presence {
        let (path, constant) = (helper(field, "visit_constant"), value_call(field));
        return quote!(#path(#constant, #key, __v););
    }
    if let Some((max_len_key, max_len)) = &field.max_len {
        let path = helper_at(field, "truncated", max_len_key.span(), max_len_key.span());
        return quote!(#path(#value, #key, __v, #max_len););
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
        None => quote!(__p::FieldValue(#value).visit(#key, __v);),
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
