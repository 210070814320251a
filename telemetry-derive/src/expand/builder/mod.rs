//! Generates the builder. It holds two tuples: the required fields, each `()` until it is set, and the
//! optional fields.
//!
//! The first tuple is a type parameter. The builder is generic even without required fields: methods
//! of a generic type are compiled only where they are called.

mod setters;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, TypeParam, parse_quote};

pub(crate) use setters::setter_argument;
use setters::{optional_setters, required_setter};

use super::helper::{call, call_with, end_spans, helper, helper_by_kind, value_call};
use crate::{
    model::{Event, Field, Presence},
    wire,
};

/// The fields of an event, grouped by their tuple in the builder.
struct Parts<'e> {
    event: &'e Event,
    name: Ident,
    required: Vec<&'e Field>,
    optional: Vec<&'e Field>,
}

impl<'e> Parts<'e> {
    fn of(event: &'e Event) -> Self {
        let is_required = |field: &&Field| matches!(field.presence, Presence::Required);
        let is_optional =
            |field: &&Field| matches!(field.presence, Presence::Sentinel | Presence::Default(_));
        Self {
            event,
            name: format_ident!("{}Builder", wire::ident_name(&event.ident)),
            required: event.fields.iter().filter(is_required).collect(),
            optional: event.fields.iter().filter(is_optional).collect(),
        }
    }

    /// One type parameter per required field.
    fn states(&self) -> Vec<Ident> {
        (0..self.required.len())
            .map(|index| format_ident!("__S{index}"))
            .collect()
    }

    /// The generics of the event, followed by the states.
    fn generics(&self, states: impl IntoIterator<Item = TypeParam>) -> Generics {
        let mut generics = self.event.generics.clone();
        generics
            .params
            .extend(states.into_iter().map(syn::GenericParam::Type));
        generics
    }

    /// The builder's type in this state.
    fn ty(&self, state: impl ToTokens) -> TokenStream {
        let name = &self.name;
        let lifetimes = self
            .event
            .generics
            .lifetimes()
            .map(|parameter| &parameter.lifetime);
        quote!(#name<#(#lifetimes,)* #state>)
    }

    /// The state in which no field is set.
    fn empty(&self) -> TokenStream {
        let empty = self.required.iter().map(|_| quote!(()));
        quote!((#(#empty,)*))
    }
}

/// The builder's type, in the scope of the event.
pub(super) fn declaration(event: &Event) -> TokenStream {
    let parts = Parts::of(event);
    let Event { ident, vis, .. } = event;
    let name = &parts.name;
    let empty = parts.empty();
    let generics = parts.generics([parse_quote!(__S = #empty)]);
    let where_clause = &generics.where_clause;
    let types = parts.optional.iter().map(|field| &field.ty);
    let lifetimes = lifetimes(event, None);
    let docs = format!(
        "Builds a [`{ident}`]; created by [`{ident}::builder`].{}",
        required_sentence(&parts.required)
    );
    quote! {
        #[doc = #docs]
        #[must_use = "a builder does nothing until `build` is called"]
        #[allow(deprecated, clippy::type_complexity)]
        #vis struct #name #generics (__S, (#(#types,)*), #lifetimes) #where_clause;
    }
}

/// A marker that uses the lifetimes of the event. Without it, the builder's type might not use
/// them: it lacks a required field until the field is set, and it always lacks constant fields.
fn lifetimes(event: &Event, value: Option<TokenStream>) -> Option<TokenStream> {
    let crate_path = &event.crate_path;
    let mut lifetimes = event.generics.lifetimes().map(|it| &it.lifetime).peekable();
    lifetimes.peek()?;
    Some(value.unwrap_or_else(|| quote!(#crate_path::PhantomData<(#(&#lifetimes (),)*)>)))
}

fn required_sentence(required: &[&Field]) -> String {
    if required.is_empty() {
        return String::new();
    }
    let names: Vec<_> = required
        .iter()
        .map(|field| format!("`{}`", wire::ident_name(&field.ident)))
        .collect();
    format!("\n\nRequired: {}.", names.join(", "))
}

/// `builder()`, the setters, `build()`, and `Default` for an event without required fields.
pub(super) fn impls(event: &Event) -> TokenStream {
    let parts = Parts::of(event);
    let markers = markers(&parts.required);
    let constructor = constructor(&parts);
    let optional = optional(&parts);
    let required = (!parts.required.is_empty()).then(|| required(&parts));
    let default = parts.required.is_empty().then(|| default(event));
    quote!(#markers #constructor #required #optional #default)
}

/// A type per required field, so that rustc's errors name the field.
fn markers(required: &[&Field]) -> Option<TokenStream> {
    let names: Vec<_> = required.iter().map(|field| marker(field)).collect();
    (!required.is_empty()).then(|| {
        quote! {
            #[allow(non_camel_case_types, missing_docs)]
            mod __f {
                #(pub enum #names {})*
            }
        }
    })
}

fn marker(field: &Field) -> Ident {
    let mut ident = field.ident.clone();
    ident.set_span(proc_macro2::Span::call_site());
    ident
}

fn constructor(parts: &Parts<'_>) -> TokenStream {
    let Event { ident, vis, .. } = parts.event;
    let (impl_generics, ty_generics, where_clause) = parts.event.generics.split_for_impl();
    let name = &parts.name;
    let builder = parts.ty(parts.empty());
    let unset = parts
        .required
        .iter()
        .map(|field| call(&helper_by_kind(field, "unset")));
    let optional = parts.optional.iter().map(|field| initial_value(field));
    let lifetimes = lifetimes(parts.event, Some(quote!(__p::PhantomData)));
    quote! {
        #[automatically_derived]
        impl #impl_generics #ident #ty_generics #where_clause {
            /// Returns a builder: set its fields, then call `build`.
            #[inline]
            #vis fn builder() -> #builder {
                #name((#(#unset,)*), (#(#optional,)*), #lifetimes)
            }
        }
    }
}

/// The initial_value value of an optional field.
fn initial_value(field: &Field) -> TokenStream {
    match field.presence {
        Presence::Default(_) => {
            let (_, end) = end_spans(&field.ty);
            let default = call(&helper_by_kind(field, "defaulted"));
            call_with(&default, value_call(field), end)
        }
        _ => call(&helper_by_kind(field, "sentinel")),
    }
}

/// The setters of required fields, then `build`.
fn required(parts: &Parts<'_>) -> TokenStream {
    let states = parts.states();
    let generics = parts.generics(states.iter().map(|state| parse_quote!(#state)));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let builder = parts.ty(quote!((#(#states,)*)));
    let setters = (0..parts.required.len()).map(|index| required_setter(parts, &states, index));
    let build = build(parts, &states);
    quote! {
        #[automatically_derived]
        impl #impl_generics #builder #where_clause {
            #(#setters)*
            #build
        }
    }
}

/// The setters of optional fields, for every state of the required ones; then `build`, if the event
/// has no required fields.
fn optional(parts: &Parts<'_>) -> TokenStream {
    let generics = parts.generics([parse_quote!(__S)]);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let builder = parts.ty(quote!(__S));
    let fields = parts.optional.iter().enumerate();
    let setters = fields.map(|(index, field)| optional_setters(parts, field, index));
    let build = parts.required.is_empty().then(|| build(parts, &[]));
    quote! {
        #[automatically_derived]
        impl #impl_generics #builder #where_clause {
            #(#setters)*
            #build
        }
    }
}

fn build(parts: &Parts<'_>, states: &[Ident]) -> TokenStream {
    let Event { ident, vis, .. } = parts.event;
    let (_, ty_generics, _) = parts.event.generics.split_for_impl();
    let bounds: Vec<_> = parts
        .required
        .iter()
        .zip(states)
        .map(|(field, state)| is_set_bound(field, state))
        .collect();
    let where_clause = (!bounds.is_empty()).then(|| quote!(where #(#bounds),*));
    let mut required = (0..).map(syn::Index::from);
    let mut optional = (0..).map(syn::Index::from);
    let values = parts.event.fields.iter().map(|field| {
        let name = &field.ident;
        let value = match field.presence {
            Presence::Required => {
                let index = required.next();
                quote!(__p::Filled::value(self.0.#index))
            }
            Presence::Constant(_) => {
                let (_, end) = end_spans(&field.ty);
                let constant = call(&helper(field, "constant"));
                call_with(&constant, value_call(field), end)
            }
            Presence::Sentinel | Presence::Default(_) => {
                let index = optional.next();
                quote!(self.1.#index)
            }
        };
        quote!(#name: #value)
    });
    quote! {
        /// The event.
        #[must_use]
        #vis fn build(self) -> #ident #ty_generics #where_clause {
            #ident { #(#values),* }
        }
    }
}

/// The bound that a required field is set. Its span is the field.
fn is_set_bound(field: &Field, state: &Ident) -> TokenStream {
    let (marker, ty) = (marker(field), &field.ty);
    let (start, _) = end_spans(&field.ident);
    quote_spanned!(start=> #state: __p::Filled<__f::#marker, #ty>)
}

fn default(event: &Event) -> TokenStream {
    let ident = &event.ident;
    let (impl_generics, ty_generics, where_clause) = event.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Default for #ident #ty_generics #where_clause {
            #[inline]
            fn default() -> Self {
                Self::builder().build()
            }
        }
    }
}
