//! Stubs for invalid declarations. They implement the traits, so that code which uses the declaration
//! has no further errors.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{Generics, parse::ParseStream, parse::Parser};

use crate::{
    crate_path::CratePath,
    expand,
    model::{Enum, Event, Presence, Struct},
    wire,
};

/// The trait and a builder with every setter. No field is required.
pub(crate) fn event(event: &Event) -> TokenStream {
    let item = &event.item;
    structure(item, &event_impl(&item.ident, &item.generics))
}

/// As [`event`], for a part.
pub(crate) fn part(item: &Struct) -> TokenStream {
    structure(item, &part_impl(&item.ident, &item.generics))
}

fn structure(item: &Struct, implementation: &TokenStream) -> TokenStream {
    let Struct {
        ident,
        vis,
        generics,
        crate_path,
        fields,
        parts,
        ..
    } = item;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let builder = format_ident!("{}Builder", wire::ident_name(ident));
    let members = fields.iter().map(|field| (&field.ident, &field.ty));
    let usable = members
        .chain(parts.iter().map(|part| (&part.ident, &part.ty)))
        .filter(|(ident, _)| !wire::ident_name(ident).starts_with("maybe_") && *ident != "build");
    let setters = usable.map(|(name, ty)| {
        let maybe = format_ident!("maybe_{}", wire::ident_name(name));
        let argument = expand::stub_argument(ty);
        quote! {
            #vis fn #name(self, _: #argument) -> Self { self }
            #vis fn #maybe(self, _: __p::Option<#ty>) -> Self { self }
        }
    });
    let all_optional = !fields
        .iter()
        .any(|field| matches!(field.presence, Presence::Required));
    let default = all_optional.then(|| {
        quote! {
            impl #impl_generics __p::Default for #ident #ty_generics #where_clause {
                fn default() -> Self { __p::invalid_declaration() }
            }
        }
    });
    quote! {
        #[allow(missing_docs, dead_code)]
        #vis struct #builder #generics (fn() -> #ident #ty_generics) #where_clause;
        #[allow(missing_docs, dead_code, deprecated, non_snake_case)]
        const _: () = {
            use #crate_path as __p;
            #implementation
            #default
            impl #impl_generics #ident #ty_generics #where_clause {
                #vis fn builder() -> #builder #ty_generics { __p::invalid_declaration() }
            }
            impl #impl_generics #builder #ty_generics #where_clause {
                #(#setters)*
                #vis fn build(self) -> #ident #ty_generics { __p::invalid_declaration() }
            }
        };
    }
}

fn event_impl(ident: &Ident, generics: &Generics) -> TokenStream {
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        impl #impl_generics __p::TelemetryEvent for #ident #ty_generics #where_clause {
            const DESCRIPTOR: &'static __p::EventDescriptor =
                &__p::event_descriptor("", "", "", &[]).0;
            fn visit<__V: __p::FieldVisitor>(&self, _: &mut __V) {}
        }
    }
}

fn part_impl(ident: &Ident, generics: &Generics) -> TokenStream {
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        impl #impl_generics __p::TelemetryFields for #ident #ty_generics #where_clause {
            const FIELDS: &'static [__p::FieldDescriptor] = &[];
            const KEYS: &'static [__p::Key] = &[];
            fn visit<__P: __p::Prefix, __V: __p::FieldVisitor>(&self, _: &mut __V) {}
        }
    }
}

/// All traits and methods of a valid enum.
pub(crate) fn enumeration(item: &Enum) -> TokenStream {
    let Enum {
        ident,
        vis,
        generics,
        crate_path,
        ..
    } = item;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let traits = enum_impls(ident, generics);
    quote! {
        #[allow(missing_docs, dead_code, deprecated)]
        const _: () = {
            use #crate_path as __p;
            #traits
            impl #impl_generics #ident #ty_generics #where_clause {
                #vis const fn as_str(&self) -> &'static __p::Str { "" }
                #vis fn from_wire(_: &__p::Str) -> Self { __p::invalid_declaration() }
            }
        };
    }
}

fn enum_impls(ident: &Ident, generics: &Generics) -> TokenStream {
    let mut generics = generics.clone();
    if !generics.params.is_empty() {
        let clause = generics.make_where_clause();
        clause.predicates.push(syn::parse_quote!(Self: 'static));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        impl #impl_generics __p::TelemetryEnum for #ident #ty_generics #where_clause {
            const DESCRIPTOR: &'static __p::EnumDescriptor =
                &__p::enum_descriptor("", "", &[], __p::None);
            const VALUES: &'static [&'static __p::Str] = &[];
            fn quoted(&self) -> &'static __p::Str { "" }
        }
        impl #impl_generics __p::TelemetryField for #ident #ty_generics #where_clause {
            const TYPE: __p::FieldType = __p::FieldType::Boolean;
            fn visit<__V: __p::FieldVisitor>(&self, _: __p::Key, _: &mut __V) {}
        }
        impl #impl_generics __p::TextField for #ident #ty_generics #where_clause {
            fn as_text(&self) -> &__p::Str { "" }
        }
        impl #impl_generics __p::CountKey for #ident #ty_generics #where_clause {
            fn index(&self) -> __p::Index { 0 }
        }
        impl #impl_generics __p::HasDefault for #ident #ty_generics #where_clause {
            type Value = Self;
            fn from_default(value: Self) -> Self { value }
        }
        impl #impl_generics __p::HasSentinel for #ident #ty_generics #where_clause {
            fn sentinel() -> Self { __p::invalid_declaration() }
        }
        impl #impl_generics __p::ClosedField for #ident #ty_generics #where_clause {}
        impl #impl_generics __p::FromStr for #ident #ty_generics #where_clause {
            type Err = __p::UnknownValueError;
            fn from_str(_: &__p::Str) -> __p::Result<Self, __p::UnknownValueError> { __p::invalid_declaration() }
        }
    }
}

/// A stub from tokens that do not parse, such as a struct that is being typed.
pub(crate) fn from_tokens(derive: &str, input: TokenStream) -> TokenStream {
    let Some(ident) = item_name(input.clone()) else {
        return TokenStream::new();
    };
    let generics = item_generics(input);
    let crate_path = CratePath::default();
    let stub = match derive {
        "TelemetryEvent" => event_impl(&ident, &generics),
        "TelemetryFields" => part_impl(&ident, &generics),
        _ => enum_impls(&ident, &generics),
    };
    quote! {
        const _: () = {
            use #crate_path as __p;
            #stub
        };
    }
}

/// The identifier after `struct`, `enum` or `union`.
pub(crate) fn item_name(input: TokenStream) -> Option<Ident> {
    let name = after_keyword(input).find(|token| matches!(token, TokenTree::Ident(_)))?;
    // A keyword is not a name.
    syn::parse2(name.into()).ok()
}

fn item_generics(input: TokenStream) -> Generics {
    let after_name = after_keyword(input).skip(1).collect();
    let parse = |stream: ParseStream<'_>| {
        let generics = stream.parse::<Generics>()?;
        stream.parse::<TokenStream>()?;
        Ok(generics)
    };
    parse.parse2(after_name).unwrap_or_default()
}

fn after_keyword(input: TokenStream) -> impl Iterator<Item = TokenTree> {
    let is_keyword = |token: &TokenTree| match token {
        TokenTree::Ident(ident) => ident == "struct" || ident == "enum" || ident == "union",
        _ => false,
    };
    input
        .into_iter()
        .skip_while(move |token| !is_keyword(token))
        .skip(1)
}
