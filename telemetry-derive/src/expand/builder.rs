//! The builder: a type parameter per required field, `()` until that field is set.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, Type, TypeParam, parse_quote};

use super::judge::{call, ends, helper, judged, written};
use crate::{
    model::{Event, Field, Presence},
    wire,
};

/// The fields of an event by how the builder holds them.
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
            name: format_ident!("{}Builder", wire::plain(&event.ident)),
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

    /// The generics of the event, then the states.
    fn generics(&self, states: impl IntoIterator<Item = TypeParam>) -> Generics {
        let mut generics = self.event.generics.clone();
        generics
            .params
            .extend(states.into_iter().map(syn::GenericParam::Type));
        generics
    }

    /// The builder's type with these states.
    fn ty(&self, states: &[TokenStream]) -> TokenStream {
        let name = &self.name;
        let lifetimes = self
            .event
            .generics
            .lifetimes()
            .map(|parameter| &parameter.lifetime);
        quote!(#name<#(#lifetimes,)* #(#states),*>)
    }
}

/// The builder's type, beside the event.
pub(super) fn declaration(event: &Event) -> TokenStream {
    let parts = Parts::of(event);
    let Event { ident, vis, .. } = event;
    let name = &parts.name;
    let states = parts.states();
    let generics = parts.generics(states.iter().map(|state| parse_quote!(#state = ())));
    let where_clause = &generics.where_clause;
    let types = types(&parts.optional);
    let docs = format!(
        "Builds a [`{ident}`]; made by [`{ident}::builder`].{}",
        required_sentence(&parts.required)
    );
    quote! {
        #[doc = #docs]
        #[must_use = "a builder does nothing until `build` is called"]
        #[allow(deprecated, clippy::type_complexity)]
        #vis struct #name #generics #where_clause {
            required: (#(#states,)*),
            optional: (#(#types,)*),
        }
    }
}

fn required_sentence(required: &[&Field]) -> String {
    if required.is_empty() {
        return String::new();
    }
    let names: Vec<_> = required
        .iter()
        .map(|field| format!("`{}`", wire::plain(&field.ident)))
        .collect();
    format!("\n\nRequired: {}.", names.join(", "))
}

fn types<'f>(fields: &[&'f Field]) -> Vec<&'f Type> {
    fields.iter().map(|field| &field.ty).collect()
}

/// `builder()`, the setters, `build()`, and `Default` where nothing is required.
pub(super) fn impls(event: &Event) -> TokenStream {
    let parts = Parts::of(event);
    let markers = markers(&parts.required);
    let constructor = constructor(&parts);
    let setters = setters(&parts);
    let default = parts.required.is_empty().then(|| default(event));
    quote!(#markers #constructor #setters #default)
}

/// A type per required field, so that rustc can name the field.
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
    let empty: Vec<_> = parts.required.iter().map(|_| quote!(())).collect();
    let builder = parts.ty(&empty);
    let unset = parts
        .required
        .iter()
        .map(|field| call(&judged(field, "unset")));
    let initial = parts.optional.iter().map(|field| initial(field));
    quote! {
        #[automatically_derived]
        impl #impl_generics #ident #ty_generics #where_clause {
            /// Starts an event: set its fields, then call `build`.
            #vis fn builder() -> #builder {
                #name {
                    required: (#(#unset,)*),
                    optional: (#(#initial,)*),
                }
            }
        }
    }
}

/// The value of a field that is not set.
fn initial(field: &Field) -> TokenStream {
    match field.presence {
        Presence::Default(_) => {
            let (default, value) = (call(&judged(field, "defaulted")), written(field));
            quote!(#default(#value()))
        }
        _ => call(&judged(field, "sentinel")),
    }
}

fn setters(parts: &Parts<'_>) -> TokenStream {
    let states = parts.states();
    let generics = parts.generics(states.iter().map(|state| parse_quote!(#state)));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let all: Vec<_> = states.iter().map(ToTokens::to_token_stream).collect();
    let builder = parts.ty(&all);
    let required = (0..parts.required.len()).map(|index| required_setter(parts, &all, index));
    let optional = parts
        .optional
        .iter()
        .enumerate()
        .map(|(index, field)| optional_setters(parts, field, index));
    let build = build(parts, &states);
    quote! {
        #[automatically_derived]
        impl #impl_generics #builder #where_clause {
            #(#required)*
            #(#optional)*
            #build
        }
    }
}

/// What setters of one field share.
struct Setter<'f> {
    attributes: TokenStream,
    ident: &'f Ident,
    argument: TokenStream,
    value: TokenStream,
}

impl<'f> Setter<'f> {
    fn of(field: &'f Field) -> Self {
        let ty = &field.ty;
        let name = wire::plain(&field.ident);
        let docs = field.docs.attributes_or(&format!("Sets `{name}`."));
        let deprecated = &field.deprecated;
        let value = if takes_into(ty) {
            quote!(__p::Into::into(__value))
        } else {
            quote!(__value)
        };
        Self {
            attributes: quote!(#docs #deprecated),
            ident: &field.ident,
            argument: setter_argument(ty),
            value,
        }
    }
}

/// What a setter takes.
pub(crate) fn setter_argument(ty: &Type) -> TokenStream {
    if takes_into(ty) {
        quote!(impl __p::Into<#ty>)
    } else {
        quote!(#ty)
    }
}

/// True for a type spelled `String` or `Cow<...>`: a convenience, never a judgement.
fn takes_into(ty: &Type) -> bool {
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

fn required_setter(parts: &Parts<'_>, states: &[TokenStream], index: usize) -> Option<TokenStream> {
    let field = parts.required.get(index)?;
    let vis = &parts.event.vis;
    let Setter {
        attributes,
        ident,
        argument,
        value,
    } = Setter::of(field);
    let (ty, name, marker) = (&field.ty, &parts.name, marker(field));
    let mut after = states.to_vec();
    if let Some(state) = after.get_mut(index) {
        *state = quote!(__p::Set<#ty>);
    }
    let builder = parts.ty(&after);
    let state = states.get(index)?;
    let kept = (0..states.len()).map(|position| {
        if position == index {
            quote!(__p::Set(#value))
        } else {
            let position = syn::Index::from(position);
            quote!(self.required.#position)
        }
    });
    let bound = quote_spanned!(ident.span()=> #state: __p::Empty<__f::#marker>);
    Some(quote! {
        #attributes
        #vis fn #ident(self, __value: #argument) -> #builder where #bound {
            #name { required: (#(#kept,)*), optional: self.optional }
        }
    })
}

fn optional_setters(parts: &Parts<'_>, field: &Field, index: usize) -> TokenStream {
    let vis = &parts.event.vis;
    let Setter {
        attributes,
        ident,
        argument,
        value,
    } = Setter::of(field);
    let ty = &field.ty;
    let name = wire::plain(ident);
    let maybe = format_ident!("maybe_{}", name, span = ident.span());
    let maybe_docs = format!("As `{name}`, if there is a value.");
    let deprecated = &field.deprecated;
    let index = syn::Index::from(index);
    quote! {
        #attributes
        #vis fn #ident(mut self, __value: #argument) -> Self {
            self.optional.#index = #value;
            self
        }
        #[doc = #maybe_docs]
        #deprecated
        #vis fn #maybe(self, __value: __p::Option<#ty>) -> Self {
            __p::maybe(self, __value, Self::#ident)
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
        .map(|(field, state)| filled(field, state))
        .collect();
    let where_clause = (!bounds.is_empty()).then(|| quote!(where #(#bounds),*));
    let mut required = (0..).map(syn::Index::from);
    let mut optional = (0..).map(syn::Index::from);
    let values = parts.event.fields.iter().map(|field| {
        let name = &field.ident;
        let value = match field.presence {
            Presence::Required => {
                let index = required.next();
                quote!(__p::Filled::value(self.required.#index))
            }
            Presence::Constant(_) => {
                let (constant, value) = (call(&helper(field, "constant")), written(field));
                quote!(#constant(#value()))
            }
            Presence::Sentinel | Presence::Default(_) => {
                let index = optional.next();
                quote!(self.optional.#index)
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

/// The bound that a required field is set, placed at the field.
fn filled(field: &Field, state: &Ident) -> TokenStream {
    let (marker, ty) = (marker(field), &field.ty);
    let (start, _) = ends(&field.ident);
    quote_spanned!(start=> #state: __p::Filled<__f::#marker, #ty>)
}

fn default(event: &Event) -> TokenStream {
    let ident = &event.ident;
    let (impl_generics, ty_generics, where_clause) = event.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Default for #ident #ty_generics #where_clause {
            fn default() -> Self {
                Self::builder().build()
            }
        }
    }
}
