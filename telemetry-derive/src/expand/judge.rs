//! Paths to the runtime's helpers for one field's type.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use crate::{model::Field, wire};

/// The helper `method` for the field's type. Where it has a bound that the type does not meet,
/// rustc underlines the whole type, because the path begins and ends there.
pub(super) fn helper(field: &Field, method: &str) -> TokenStream {
    let (start, end) = ends(&field.ty);
    helper_at(field, method, start, end)
}

/// The helper `method`, to be underlined at `span`.
pub(super) fn helper_at(field: &Field, method: &str, start: Span, end: Span) -> TokenStream {
    let ty = &field.ty;
    let method = Ident::new(method, end);
    match field.unit {
        Some(unit) => {
            let unit = format_ident!("{}", unit.marker);
            quote_spanned!(start=> __p::In::<#ty, __p::#unit>::#method)
        }
        None => quote_spanned!(start=> __p::Of::<#ty>::#method),
    }
}

/// The helper `method` of the free-text or of the closed kind.
pub(super) fn judged(field: &Field, method: &str) -> TokenStream {
    match field.free_text {
        Some(_) => helper(field, &format!("text_{method}")),
        None => helper(field, method),
    }
}

/// The function that gives the written `default` or `constant` of a field.
pub(super) fn written(field: &Field) -> Ident {
    format_ident!("__value_of_{}", wire::plain(&field.ident))
}

/// [`written`] as a path, underlined at the field's type: a type that takes no value is told there.
/// The empty list of arguments is what makes the path end where the type does.
pub(super) fn written_path(field: &Field) -> TokenStream {
    let (start, end) = ends(&field.ty);
    let mut function = written(field);
    function.set_span(start);
    let arguments = quote_spanned!(end=> ::<>);
    quote!(#function #arguments)
}

/// A call of [`written`], underlined as the path.
pub(super) fn written_value(field: &Field) -> TokenStream {
    call(&written_path(field))
}

/// First and last span of some tokens.
pub(super) fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut spans = tokens.into_token_stream().into_iter().map(span);
    let start = spans.next().unwrap_or_else(Span::call_site);
    (start, spans.last().unwrap_or(start))
}

fn span(token: TokenTree) -> Span {
    token.span()
}

/// A call without arguments, underlined like its path.
pub(super) fn call(path: &TokenStream) -> TokenStream {
    let (_, end) = ends(path);
    applied(path, TokenStream::new(), end)
}

/// A call, underlined from the start of `function` to `end`.
pub(super) fn applied(function: &TokenStream, arguments: TokenStream, end: Span) -> TokenStream {
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(end);
    quote!(#function #arguments)
}

/// The field of `self`, underlined at its type.
pub(super) fn value(field: &Field) -> TokenStream {
    let (start, end) = ends(&field.ty);
    let mut ident = field.ident.clone();
    ident.set_span(end);
    // A field may come through a macro of its own: `self` must stay the one of our method.
    let this = Ident::new("self", Span::call_site().located_at(start));
    quote_spanned!(start=> &#this.#ident)
}

/// What is written after `default =`: a type that depends on the field's.
pub(super) fn written_type(field: &Field) -> TokenStream {
    let ty = &field.ty;
    let (start, end) = ends(ty);
    let value = Ident::new("Value", end);
    quote_spanned!(start=> <#ty as __p::HasDefault>::#value)
}
