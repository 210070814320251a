//! Generates the setters: one for a required field; one and a `maybe_` setter for an optional field.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

use super::{Slots, lifetimes, marker};
use crate::{
    model::{Field, Member, Part, Struct},
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
    fn of(member: Member<'f>, item: &Struct) -> Self {
        let (ident, ty) = (member.ident(), member.ty());
        let name = wire::ident_name(ident);
        let item = wire::ident_name(&item.ident);
        let (docs, deprecated) = match member {
            Member::Field(field) => (&field.docs, &field.deprecated),
            Member::Part(part) => (&part.docs, &part.deprecated),
        };
        let docs = docs.attributes_or(&format!("Sets `{name}`."), &item);
        let (argument, value) = if takes_into(ty) {
            let marker = marker(ident);
            // The compiler underlines the field where it shows the bound.
            let bound = quote_spanned!(ident.span()=> impl __p::IntoField<__f::#marker, #ty>);
            (bound, quote!(__p::IntoField::value(__v)))
        } else {
            // Not a bound: the type of the argument could not be inferred, as in `.into()`.
            (quote!(#ty), quote!(__v))
        };
        Self {
            attributes: quote!(#docs #deprecated),
            ident,
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

/// The setter of a required field or a part. It changes the field's state, and so the builder's type.
pub(super) fn stateful_setter(
    slots: &Slots<'_>,
    states: &[Ident],
    index: usize,
) -> Option<TokenStream> {
    let member = *slots.stateful.get(index)?;
    let vis = &slots.item.vis;
    let Setter {
        attributes,
        ident,
        argument,
        value,
    } = Setter::of(member, slots.item);
    let (ty, name, marker) = (member.ty(), &slots.name, marker(ident));
    let state = states.get(index)?;
    let after = states.iter().map(|other| {
        if other == state {
            quote!(__p::Set<#ty>)
        } else {
            quote!(#other)
        }
    });
    let builder = slots.ty(quote!((#(#after,)*)));
    let kept = (0..states.len()).map(|position| {
        if position == index {
            quote!(__p::Set(#value))
        } else {
            let position = syn::Index::from(position);
            quote!(self.0.#position)
        }
    });
    let lifetimes = lifetimes(slots.item, Some(quote!(self.2)));
    let bound = quote_spanned!(ident.span()=> #state: __p::Empty<__f::#marker>);
    let maybe = match member {
        Member::Field(field) => no_maybe_setter(slots, field, state, &builder),
        Member::Part(part) => Some(part_maybe_setter(slots, part, &builder, &bound)),
    };
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
    slots: &Slots<'_>,
    field: &Field,
    state: &Ident,
    builder: &TokenStream,
) -> Option<TokenStream> {
    let maybe = maybe(&field.ident);
    let mut members = slots.item.members().into_iter();
    let is_taken = members.any(|other| *other.ident() == maybe);
    let (vis, ty, marker) = (&slots.item.vis, &field.ty, marker(&field.ident));
    let lint = maybe_lint(&field.ident);
    let bound = quote_spanned!(field.ident.span()=> #state: __p::MayBeUnknown<__f::#marker>);
    (!is_taken).then(|| {
        quote! {
            #[doc(hidden)]
            #lint
            #vis fn #maybe(self, _: __O<#ty>) -> #builder where #bound {
                __p::invalid_declaration()
            }
        }
    })
}

/// The `maybe_` setter of a part, for a part without required fields.
fn part_maybe_setter(
    slots: &Slots<'_>,
    part: &Part,
    builder: &TokenStream,
    is_empty: &TokenStream,
) -> TokenStream {
    let (vis, ident, ty, marker) = (&slots.item.vis, &part.ident, &part.ty, marker(&part.ident));
    let (maybe, lint, deprecated) = (maybe(ident), maybe_lint(ident), &part.deprecated);
    let name = wire::ident_name(ident);
    let docs = format!("Sets `{name}` if the value is known; `None` sets its default.");
    // With a lifetime parameter, so that the bound is evaluated only at its use.
    let optional =
        quote_spanned!(ident.span()=> for<'__part> #ty: __p::Omissible<'__part, __f::#marker>);
    quote! {
        #[doc = #docs]
        #deprecated
        #lint
        #vis fn #maybe(self, __v: __O<#ty>) -> #builder
        where
            #is_empty,
            #optional,
        {
            self.#ident(__p::Omissible::<'_, __f::#marker>::or_default(__v))
        }
    }
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

pub(super) fn optional_setters(slots: &Slots<'_>, field: &Field, index: usize) -> TokenStream {
    let vis = &slots.item.vis;
    let Setter {
        attributes,
        ident,
        argument,
        value,
    } = Setter::of(Member::Field(field), slots.item);
    let ty = &field.ty;
    let name = wire::ident_name(ident);
    let maybe = maybe(ident);
    let maybe_docs = format!("Sets `{name}`, if it is known.");
    let deprecated = &field.deprecated;
    let lint = maybe_lint(ident);
    // A literal in `quote!` is parsed at each expansion.
    let [one, index] = [1, index].map(syn::Index::from);
    quote! {
        #attributes
        #vis fn #ident(mut self, __v: #argument) -> Self {
            self.#one.#index = #value;
            self
        }
        #[doc = #maybe_docs]
        #deprecated
        #lint
        #vis fn #maybe(mut self, __v: __O<#ty>) -> Self {
            __p::put(&mut self.#one.#index, __v);
            self
        }
    }
}
