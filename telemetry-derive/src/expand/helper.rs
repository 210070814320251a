//! Paths to the runtime's helpers for one field's type.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

use crate::{
    model::{Field, Part},
    wire,
};

/// Short names for what an expansion names for each field, and the traits with the operations on
/// types that cannot be fields.
pub(super) fn imports() -> TokenStream {
    quote! {
        use __p::{
            CHECK as __W, Fact as __D, Fallback as _, Option as __O, Plain as __F, Unitless as _,
            Value as __X,
        };
    }
}

/// The helper `method` for the field's type. For an error about the path, rustc underlines the whole
/// type, because the path has the spans of its first and last token.
pub(super) fn helper(field: &Field, method: &str) -> TokenStream {
    let (start, end) = type_ends(&field.ty);
    helper_at(field, method, start, end)
}

/// The helper `method` with every lifetime replaced by `'static`.
pub(super) fn static_helper(field: &Field, method: &str) -> TokenStream {
    let helper = helper(field, method);
    match single_ident(&field.ty) {
        Some(_) => helper,
        None => with_static_lifetimes(helper),
    }
}

/// The helper `method`, underlined from `start` to `end`.
pub(super) fn helper_at(field: &Field, method: &str, start: Span, end: Span) -> TokenStream {
    let ty = &field.ty;
    let method = Ident::new(method, end);
    match field.unit {
        Some(unit) => {
            let unit = format_ident!("{}", unit.marker);
            quote_spanned!(start=> __p::Scaled::<#ty, __p::#unit>::#method)
        }
        None if field.max_items.is_some() => {
            quote_spanned!(start=> __p::Listed::<#ty, _>::#method)
        }
        None => quote_spanned!(start=> __F::<#ty>::#method),
    }
}

/// The helper `method` for free text or for a closed type, depending on the field.
pub(super) fn helper_by_kind(field: &Field, method: &str) -> TokenStream {
    match field.free_text {
        Some(_) => helper(field, &format!("text_{method}")),
        None => helper(field, method),
    }
}

/// The helper `method` for the type of a part, underlined like that of a field.
pub(super) fn part_helper(part: &Part, method: &str) -> TokenStream {
    let (start, end) = type_ends(&part.ty);
    let (ty, method) = (&part.ty, Ident::new(method, end));
    quote_spanned!(start=> __p::Part::<#ty>::#method)
}

/// A call of a helper with its number of checks of this type. If a check does not hold, rustc
/// underlines the whole type.
pub(super) fn checked(ty: &Type, helper: &TokenStream, checks: usize) -> TokenStream {
    let (start, end) = type_ends(ty);
    // The empty list of generic arguments makes the path end where the type ends.
    let arguments = single_ident(ty)
        .is_none()
        .then(|| quote_spanned!(end=> ::<>));
    let check = quote_spanned!(start=> __W #arguments);
    let checks = std::iter::repeat_n(check, checks);
    call_with(helper, quote!(#(#checks),*), end)
}

/// The function that returns the `default` or `constant` of a field.
pub(super) fn value_fn(field: &Field) -> Ident {
    format_ident!("__value_of_{}", wire::ident_name(&field.ident))
}

/// [`value_fn`] as a path, underlined at the field's type: errors about the type of the value appear
/// there. The empty list of generic arguments makes the path end where the type ends.
pub(super) fn value_fn_path(field: &Field) -> TokenStream {
    let (start, end) = type_ends(&field.ty);
    let mut function = value_fn(field);
    function.set_span(start);
    let arguments = quote_spanned!(end=> ::<>);
    quote!(#function #arguments)
}

/// A call of [`value_fn`], underlined like the path.
pub(super) fn value_call(field: &Field) -> TokenStream {
    call(&value_fn_path(field))
}

/// The name of a type such as `i64`, which is a single token.
fn single_ident(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

/// [`end_spans`] of a type, faster for most types.
pub(super) fn type_ends(ty: &Type) -> (Span, Span) {
    match single_ident(ty) {
        Some(ident) => (ident.span(), ident.span()),
        None => end_spans(ty),
    }
}

/// The spans of the first and the last token.
pub(super) fn end_spans(tokens: impl ToTokens) -> (Span, Span) {
    let mut spans = tokens.into_token_stream().into_iter().map(span);
    let start = spans.next().unwrap_or_else(Span::call_site);
    (start, spans.last().unwrap_or(start))
}

fn span(token: TokenTree) -> Span {
    token.span()
}

/// A call without arguments, underlined like its path.
pub(super) fn call(path: &TokenStream) -> TokenStream {
    let (_, end) = end_spans(path);
    call_with(path, TokenStream::new(), end)
}

/// A call, underlined from the start of `function` to `end`.
pub(super) fn call_with(function: &TokenStream, arguments: TokenStream, end: Span) -> TokenStream {
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(end);
    quote!(#function #arguments)
}

/// The field of `self`, underlined at its type.
pub(super) fn field_ref(ident: &Ident, ty: &Type) -> TokenStream {
    let (start, end) = type_ends(ty);
    let mut ident = ident.clone();
    ident.set_span(end);
    // The field may come from a macro; `self` must still resolve to the `self` of the generated method.
    let this = Ident::new("self", Span::call_site().located_at(start));
    quote_spanned!(start=> &#this.#ident)
}

/// The type of the expression in `default = ...`, which depends on the field's type.
pub(super) fn value_type(field: &Field) -> TokenStream {
    let ty = &field.ty;
    let (start, end) = type_ends(ty);
    let value = Ident::new("Value", end);
    quote_spanned!(start=> <#ty as __p::HasDefault>::#value)
}

/// The tokens with every lifetime replaced by `'static`: a constant allows no other, and the kind of
/// a type does not depend on lifetimes.
pub(super) fn with_static_lifetimes(tokens: TokenStream) -> TokenStream {
    let mut after_quote = false;
    let tokens = tokens.into_iter().map(|token| {
        let is_lifetime = std::mem::replace(&mut after_quote, is_quote(&token));
        match token {
            TokenTree::Ident(ident) if is_lifetime => Ident::new("static", ident.span()).into(),
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), with_static_lifetimes(group.stream()));
                inner.set_span(group.span());
                inner.into()
            }
            other => other,
        }
    });
    tokens.collect()
}

fn is_quote(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_become_static() {
        let ty = quote!(Cow<'a, [&'b str; { 1 }]>);
        let found = with_static_lifetimes(ty).to_string();
        let expected = quote!(Cow<'static, [&'static str; { 1 }]>).to_string();
        assert_eq!(found, expected);
    }
}
