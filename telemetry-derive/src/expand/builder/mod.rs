//! Generates the builder. It holds two tuples: the required fields, each `()` until it is set, and the
//! optional fields.
//!
//! The first tuple is a type parameter. The builder is generic even without required fields: methods
//! of a generic type are compiled only where they are called.

mod setters;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, TypeParam, parse_quote};

pub(crate) use setters::stub_argument;
use setters::{optional_setters, stateful_setter, takes_into};

use super::helper::{
    call_with, checked, end_spans, helper, helper_by_kind, part_helper, type_ends, value_call,
};
use crate::{
    model::{Field, Member, Part, Presence, Struct},
    wire,
};

/// The fields of a struct, grouped by their tuple in the builder.
struct Slots<'s> {
    item: &'s Struct,
    name: Ident,
    /// The required fields, then the parts. Only the compiler knows whether a part has required
    /// fields.
    stateful: Vec<Member<'s>>,
    optional: Vec<&'s Field>,
}

impl<'s> Slots<'s> {
    fn of(item: &'s Struct) -> Self {
        let is_optional =
            |field: &&Field| matches!(field.presence, Presence::Sentinel | Presence::Default(_));
        let required = required_fields(item).map(Member::Field);
        Self {
            item,
            name: format_ident!("{}Builder", wire::ident_name(&item.ident)),
            stateful: required
                .chain(item.parts.iter().map(Member::Part))
                .collect(),
            optional: item.fields.iter().filter(is_optional).collect(),
        }
    }

    /// One type parameter per required field and per part.
    fn states(&self) -> Vec<Ident> {
        (0..self.stateful.len())
            .map(|index| format_ident!("__S{index}"))
            .collect()
    }

    /// The generics of the struct, followed by the states.
    fn generics(&self, states: impl IntoIterator<Item = TypeParam>) -> Generics {
        let mut generics = self.item.generics.clone();
        generics
            .params
            .extend(states.into_iter().map(syn::GenericParam::Type));
        generics
    }

    /// The builder's type in this state.
    fn ty(&self, state: impl ToTokens) -> TokenStream {
        let name = &self.name;
        let lifetimes = self
            .item
            .generics
            .lifetimes()
            .map(|parameter| &parameter.lifetime);
        quote!(#name<#(#lifetimes,)* #state>)
    }

    /// The state in which no field is set.
    fn empty(&self) -> TokenStream {
        let empty = self.stateful.iter().map(|_| quote!(()));
        quote!((#(#empty,)*))
    }
}

fn required_fields(item: &Struct) -> impl Iterator<Item = &Field> {
    let is_required = |field: &&Field| matches!(field.presence, Presence::Required);
    item.fields.iter().filter(is_required)
}

/// The builder's type, in the scope of the struct.
pub(super) fn declaration(item: &Struct) -> TokenStream {
    let slots = Slots::of(item);
    let Struct { ident, vis, .. } = item;
    let name = &slots.name;
    let empty = slots.empty();
    let generics = slots.generics([parse_quote!(__S = #empty)]);
    let where_clause = &generics.where_clause;
    let types = slots.optional.iter().map(|field| &field.ty);
    let lifetimes = lifetimes(item, None);
    let docs = format!(
        "Builds a [`{ident}`]; created by [`{ident}::builder`].{}",
        required_sentence(item)
    );
    quote! {
        #[doc = #docs]
        #[must_use = "a builder does nothing until `build` is called"]
        #[allow(deprecated, clippy::type_complexity)]
        #vis struct #name #generics (__S, (#(#types,)*), #lifetimes) #where_clause;
    }
}

/// A marker that uses the lifetimes of the struct. Without it, the builder's type might not use
/// them: it lacks a required field until the field is set, and it always lacks constant fields.
fn lifetimes(item: &Struct, value: Option<TokenStream>) -> Option<TokenStream> {
    let crate_path = &item.crate_path;
    let mut lifetimes = item.generics.lifetimes().map(|it| &it.lifetime).peekable();
    lifetimes.peek()?;
    Some(value.unwrap_or_else(|| quote!(#crate_path::PhantomData<(#(&#lifetimes (),)*)>)))
}

fn required_sentence(item: &Struct) -> String {
    let names: Vec<_> = required_fields(item)
        .map(|field| format!("`{}`", wire::ident_name(&field.ident)))
        .collect();
    if names.is_empty() {
        return String::new();
    }
    format!("\n\nRequired: {}.", names.join(", "))
}

/// `builder()`, the setters, `build()`, and `Default` for a struct without required fields.
pub(super) fn impls(item: &Struct) -> TokenStream {
    let slots = Slots::of(item);
    let markers = markers(&slots);
    let constructor = constructor(&slots);
    let optional = optional(&slots);
    let stateful = (!slots.stateful.is_empty()).then(|| stateful(&slots));
    let default = if required_fields(item).next().is_none() {
        default(item)
    } else {
        no_default(item)
    };
    quote!(#markers #constructor #stateful #optional #default)
}

/// A type per field whose setter has a bound, so that rustc's errors name the field.
fn markers(slots: &Slots<'_>) -> Option<TokenStream> {
    let stateful = slots.stateful.iter().map(|member| member.ident());
    let texts = slots.optional.iter().filter(|field| takes_into(&field.ty));
    let names: Vec<_> = stateful
        .chain(texts.map(|field| &field.ident))
        .map(marker)
        .collect();
    (!names.is_empty()).then(|| {
        quote! {
            #[allow(non_camel_case_types, missing_docs)]
            mod __f {
                #(pub enum #names {})*
            }
        }
    })
}

fn marker(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(proc_macro2::Span::call_site());
    ident
}

fn constructor(slots: &Slots<'_>) -> TokenStream {
    let Struct { ident, vis, .. } = slots.item;
    let (impl_generics, ty_generics, where_clause) = slots.item.generics.split_for_impl();
    let name = &slots.name;
    let builder = slots.ty(slots.empty());
    let unset = slots.stateful.iter().map(|member| match member {
        Member::Field(field) => checked(&field.ty, &helper_by_kind(field, "unset"), 1),
        Member::Part(part) => checked(&part.ty, &part_helper(part, "unset"), 1),
    });
    let optional = slots.optional.iter().map(|field| initial_value(field));
    let lifetimes = lifetimes(slots.item, Some(quote!(__p::PhantomData)));
    let docs = constructor_docs(slots);
    quote! {
        #[automatically_derived]
        impl #impl_generics #ident #ty_generics #where_clause {
            #[doc = #docs]
            #[inline]
            #vis fn builder() -> #builder {
                #name((#(#unset,)*), (#(#optional,)*), #lifetimes)
            }
        }
    }
}

fn constructor_docs(slots: &Slots<'_>) -> String {
    let mut docs = "Returns a builder: set its fields, then call `build`.".to_owned();
    if !slots.optional.is_empty() {
        docs += "\n\nThe `maybe_` setters take an `Option`; `None` changes nothing.";
    }
    if !slots.stateful.is_empty() {
        docs += "\n\nSetting a required field changes the type of the builder, so compute its value \
                 before, instead of a call in an `if`.";
    }
    docs
}

/// The value of an optional field that is not set.
pub(super) fn initial_value(field: &Field) -> TokenStream {
    match field.presence {
        Presence::Default(_) => {
            let (_, end) = type_ends(&field.ty);
            let default = checked(&field.ty, &helper_by_kind(field, "defaulted"), 1);
            call_with(&default, value_call(field), end)
        }
        _ => checked(&field.ty, &helper_by_kind(field, "sentinel"), 2),
    }
}

/// The setters of required fields and parts, then `build`.
fn stateful(slots: &Slots<'_>) -> TokenStream {
    let states = slots.states();
    let generics = slots.generics(states.iter().map(|state| parse_quote!(#state)));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let builder = slots.ty(quote!((#(#states,)*)));
    let setters = (0..slots.stateful.len()).map(|index| stateful_setter(slots, &states, index));
    let build = build(slots, &states);
    quote! {
        #[automatically_derived]
        impl #impl_generics #builder #where_clause {
            #(#setters)*
            #build
        }
    }
}

/// The setters of optional fields, for every state of the others; then `build`, if there are no
/// others.
fn optional(slots: &Slots<'_>) -> TokenStream {
    let generics = slots.generics([parse_quote!(__S)]);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let builder = slots.ty(quote!(__S));
    let fields = slots.optional.iter().enumerate();
    let setters = fields.map(|(index, field)| optional_setters(slots, field, index));
    let build = slots.stateful.is_empty().then(|| build(slots, &[]));
    quote! {
        #[automatically_derived]
        impl #impl_generics #builder #where_clause {
            #(#setters)*
            #build
        }
    }
}

fn build(slots: &Slots<'_>, states: &[Ident]) -> TokenStream {
    let Struct { ident, vis, .. } = slots.item;
    let (_, ty_generics, _) = slots.item.generics.split_for_impl();
    let bounds: Vec<_> = slots
        .stateful
        .iter()
        .zip(states)
        .map(|(member, state)| is_set_bound(*member, state))
        .collect();
    let where_clause = (!bounds.is_empty()).then(|| quote!(where #(#bounds),*));
    // A literal in `quote!` is parsed at each expansion.
    let [zero, one] = [0, 1].map(syn::Index::from);
    let mut stateful = (0..).map(syn::Index::from);
    let mut optional = (0..).map(syn::Index::from);
    let fields = slots.item.fields.iter().map(|field| {
        let name = &field.ident;
        let value = match field.presence {
            Presence::Required => {
                let index = stateful.next();
                quote!(__p::Filled::value(self.#zero.#index))
            }
            Presence::Constant(_) => {
                let (_, end) = type_ends(&field.ty);
                let constant = checked(&field.ty, &helper(field, "constant"), 1);
                call_with(&constant, value_call(field), end)
            }
            Presence::Sentinel | Presence::Default(_) => {
                let index = optional.next();
                quote!(self.#one.#index)
            }
        };
        quote!(#name: #value)
    });
    let fields: Vec<_> = fields.collect();
    let parts = slots.item.parts.iter().map(|part| {
        let (name, index) = (&part.ident, stateful.next());
        quote!(#name: __p::Given::value(self.#zero.#index))
    });
    let docs = format!("The {}.", slots.item.kind.noun());
    quote! {
        #[doc = #docs]
        #[must_use]
        #vis fn build(self) -> #ident #ty_generics #where_clause {
            #ident { #(#fields,)* #(#parts),* }
        }
    }
}

/// The bound that a required field is set, or that a part may stay without a value. Its span is the
/// field.
fn is_set_bound(member: Member<'_>, state: &Ident) -> TokenStream {
    let (marker, ty) = (marker(member.ident()), member.ty());
    let (start, _) = end_spans(member.ident());
    match member {
        Member::Field(_) => quote_spanned!(start=> #state: __p::Filled<__f::#marker, #ty>),
        Member::Part(_) => quote_spanned!(start=> #state: __p::Given<__f::#marker, #ty>),
    }
}

/// `Default`, for a struct whose parts all have it.
fn default(item: &Struct) -> TokenStream {
    let ident = &item.ident;
    let mut generics = item.generics.clone();
    let mut parts = TokenStream::new();
    for Part { ident, ty, .. } in &item.parts {
        let marker = marker(ident);
        // With a lifetime parameter, so that the bound is evaluated only at its use.
        let bound = parse_quote!(for<'__part> #ty: __p::DefaultPart<'__part, __f::#marker>);
        generics.make_where_clause().predicates.push(bound);
        parts.extend(quote!(.#ident(<#ty as __p::DefaultPart<'_, __f::#marker>>::value())));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Default for #ident #ty_generics #where_clause {
            #[inline]
            fn default() -> Self {
                Self::builder()#parts.build()
            }
        }
    }
}

/// The check that a struct with required fields has no `Default`: a derived one would set unknown
/// fields to 0.
fn no_default(item: &Struct) -> TokenStream {
    let ident = &item.ident;
    let lifetimes = item.generics.lifetimes().map(|_| quote!('static));
    let check = Ident::new("check", ident.span());
    let path = quote_spanned!(ident.span()=> __p::NoDefault::<#ident<#(#lifetimes),*>>::#check);
    quote! {
        use __p::NotDefault as _;
        const _: fn() = #path;
    }
}
