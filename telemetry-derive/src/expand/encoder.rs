//! The encoder: one visit of all fields, in wire order.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::judge::{ends, helper, helper_at, value, written_path, written_value};
use crate::model::{Event, Field, Presence};

/// The statements of `visit`.
pub(super) fn visits(event: &Event) -> TokenStream {
    event.fields.iter().map(visit).collect()
}

fn visit(field: &Field) -> TokenStream {
    let key = fused_key(&field.wire);
    let value = value(field);
    if let Presence::Constant(_) = field.presence {
        let (path, constant) = (helper(field, "visit_constant"), written_value(field));
        return quote!(#path(#constant, #key, __v););
    }
    if let Some((max_len_key, max_len)) = &field.max_len {
        let path = helper_at(field, "cut", max_len_key.span(), max_len_key.span());
        return quote!(#path(#value, #key, __v, #max_len););
    }
    if let Some(range) = &field.range {
        let (min, max) = (bound(range.min), bound(range.max));
        let (start, end) = ends(&range.key);
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
        None => quote!(__p::At(#value).put(#key, __v);),
    }
}

/// Every key begins with a comma; the writer makes the first one a brace.
fn fused_key(wire: &str) -> String {
    format!(",\"{wire}\":")
}

/// The function that gives the default.
fn default(field: &Field) -> Option<TokenStream> {
    match field.presence {
        Presence::Default(_) => Some(written_path(field)),
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
