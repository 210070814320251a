//! Generates the setters: one for a required field; one and a `maybe_` setter for an optional field.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

use super::{Parts, lifetimes, marker};
use crate::{
    model::{Event, Field},
    wire,
};

/// The common parts of a field's setters.
struct Setter<'f> {
    attributes: TokenStream,
    ident: &'f Ident,
    argument: TokenStream,
    value: TokenStream,
}

impl<'f> Setter<'f> {
    fn of(field: &'f Field, event: &Event) -> Self {
        let ty = &field.ty;
        let name = wire::ident_name(&field.ident);
        let event = wire::ident_name(&event.ident);
        let docs = field.docs.attributes_or(&format!("Sets `{name}`."), &event);
        let deprecated = &field.deprecated;
        let (argument, value) = if takes_into(ty) {
            let marker = marker(field);
            // The compiler underlines the field where it shows the bound.
            let bound = quote_spanned!(field.ident.span()=> impl __p::IntoField<__f::#marker, #ty>);
            (bound, quote!(__p::IntoField::value(__v)))
        } else {
            // Not a bound: the type of the argument could not be inferred, as in `.into()`.
            (quote!(#ty), quote!(__v))
        };
        Self {
            attributes: quote!(#docs #deprecated),
            ident: &field.ident,
            argument,
            value,
        }
    }
}

/// The type of a setter's argument in a stub.
pub(crate) fn stub_argument(ty: &Type) -> TokenStream {
    if takes_into(ty) {
        quote!(impl __p::Into<#ty>)
    } else {
        quote!(#ty)
    }
}

/// True for a type spelled `String` or `Cow<...>`. The spelling decides only this convenience, never
/// whether a type is valid.
pub(super) fn takes_into(ty: &Type) -> bool {
    match ty {
        Type::Path(path) if path.qself.is_none() => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "String" || last.ident == "Cow"),
        Type::Group(group) => takes_into(&group.elem),
        _ => false,
    }
}

pub(super) fn required_setter(
    parts: &Parts<'_>,
    states: &[Ident],
    index: usize,
) -> Option<TokenStream> {
    let field = parts.required.get(index)?;
    let vis = &parts.event.vis;
    let Setter {
        attributes,
        ident,
        argument,
        value,
    } = Setter::of(field, parts.event);
    let (ty, name, marker) = (&field.ty, &parts.name, marker(field));
    let state = states.get(index)?;
    let after = states.iter().map(|other| {
        if other == state {
            quote!(__p::Set<#ty>)
        } else {
            quote!(#other)
        }
    });
    let builder = parts.ty(quote!((#(#after,)*)));
    let kept = (0..states.len()).map(|position| {
        if position == index {
            quote!(__p::Set(#value))
        } else {
            let position = syn::Index::from(position);
            quote!(self.0.#position)
        }
    });
    let lifetimes = lifetimes(parts.event, Some(quote!(self.2)));
    let bound = quote_spanned!(ident.span()=> #state: __p::Empty<__f::#marker>);
    let maybe = no_maybe_setter(parts, field, state, &builder);
    Some(quote! {
        #attributes
        #vis fn #ident(self, __v: #argument) -> #builder where #bound {
            #name((#(#kept,)*), self.1, #lifetimes)
        }
        #maybe
    })
}

/// A `maybe_` setter that cannot be called: its bound explains that the field is required.
fn no_maybe_setter(
    parts: &Parts<'_>,
    field: &Field,
    state: &Ident,
    builder: &TokenStream,
) -> Option<TokenStream> {
    let maybe = maybe(&field.ident);
    let is_taken = parts.event.fields.iter().any(|other| other.ident == maybe);
    let (vis, ty, marker) = (&parts.event.vis, &field.ty, marker(field));
    let lint = maybe_lint(&field.ident);
    let bound = quote_spanned!(field.ident.span()=> #state: __p::MayBeUnknown<__f::#marker>);
    (!is_taken).then(|| {
        quote! {
            #[doc(hidden)]
            #lint
            #vis fn #maybe(self, _: __p::Option<#ty>) -> #builder where #bound {
                __p::invalid_declaration()
            }
        }
    })
}

fn maybe(ident: &Ident) -> Ident {
    format_ident!("maybe_{}", wire::ident_name(ident), span = ident.span())
}

/// `maybe__x` of a field `_x` has two underscores in a row.
fn maybe_lint(ident: &Ident) -> Option<TokenStream> {
    wire::ident_name(ident)
        .starts_with('_')
        .then(|| quote!(#[allow(non_snake_case)]))
}

pub(super) fn optional_setters(parts: &Parts<'_>, field: &Field, index: usize) -> TokenStream {
    let vis = &parts.event.vis;
    let Setter {
        attributes,
        ident,
        argument,
        value,
    } = Setter::of(field, parts.event);
    let ty = &field.ty;
    let name = wire::ident_name(ident);
    let maybe = maybe(ident);
    let use_maybe = format!("\n\nFor an `Option` call `{maybe}`.");
    let maybe_docs = format!("Sets `{name}` if the value is known; `None` changes nothing.");
    let deprecated = &field.deprecated;
    let lint = maybe_lint(ident);
    let index = syn::Index::from(index);
    quote! {
        #attributes
        #[doc = #use_maybe]
        #vis fn #ident(mut self, __v: #argument) -> Self {
            self.1.#index = #value;
            self
        }
        #[doc = #maybe_docs]
        #deprecated
        #lint
        #vis fn #maybe(mut self, __v: __p::Option<#ty>) -> Self {
            __p::set_if_some(&mut self.1.#index, __v);
            self
        }
    }
}
