//! Generates the descriptors of fields.
//!
//! A struct without parts has a list of descriptors. With parts, the list is computed in constants:
//! the macro does not know the fields of a part, and the compiler knows them only there.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::{
    encoder,
    helper::{
        end_spans, helper, part_helper, static_helper, value_call, value_fn, value_type,
        with_static_lifetimes,
    },
};
use crate::{
    attr::parse_number,
    model::{Field, Kind, Member, Part, Presence, Since, Struct},
    wire,
};

/// The functions that return the values of `default` and `constant`. The user's expressions are
/// expanded only here.
pub(super) fn values(item: &Struct) -> TokenStream {
    item.fields
        .iter()
        .filter_map(|field| value(item, field))
        .collect()
}

fn value(item: &Struct, field: &Field) -> Option<TokenStream> {
    let (Presence::Default(value) | Presence::Constant(value)) = &field.presence else {
        return None;
    };
    let name = value_fn(field);
    let ty = value_type(field);
    let (impl_generics, _, where_clause) = item.generics.split_for_impl();
    // The type of a default may not use all of them.
    let lint = item.generics.lifetimes().next().map(|_| {
        quote!(#[allow(unused_lifetimes, clippy::extra_unused_lifetimes, clippy::needless_lifetimes)])
    });
    Some(quote! {
        #lint
        fn #name #impl_generics () -> #ty #where_clause {
            #value
        }
    })
}

/// The list of descriptors, a constant expression.
pub(super) fn list(item: &Struct) -> TokenStream {
    if item.parts.is_empty() {
        descriptors(&item.fields, item)
    } else {
        quote!(__FIELDS)
    }
}

/// The items for a struct with parts: the prefixes, the list of fields and its checks. A part has no
/// `schema`.
pub(super) fn of_parts(item: &Struct, schema: &str, has_registry: bool) -> TokenStream {
    if item.parts.is_empty() {
        return TokenStream::new();
    }
    let prefixes = item.parts.iter().filter_map(|part| {
        let (name, text) = (prefix_type(part)?, part.prefix.as_ref()?);
        Some(quote! {
            enum #name {}
            impl __p::Prefix for #name {
                const TEXT: &'static __p::Str = #text;
            }
        })
    });
    let members = item.members();
    let pieces = members.iter().map(|member| match member {
        Member::Field(field) => {
            let name = wire::ident_name(&field.ident);
            let descriptors = descriptors([*field], item);
            quote!(__p::Piece::field(#name, #descriptors))
        }
        Member::Part(part) => {
            let (name, fields) = (wire::ident_name(&part.ident), part_helper(part, "FIELDS"));
            let prefix = part
                .prefix
                .as_ref()
                .map(syn::LitStr::value)
                .unwrap_or_default();
            quote!(__p::Piece::part(#name, #prefix, #fields))
        }
    });
    let pieces = with_static_lifetimes(quote!(#(#pieces),*));
    let checks = members.iter().enumerate().map(|(index, member)| {
        let at = match member {
            Member::Field(field) => match &field.rename {
                Some(rename) => rename.to_token_stream(),
                None => field.ident.to_token_stream(),
            },
            Member::Part(part) => part.ident.to_token_stream(),
        };
        check(
            at,
            quote!(__p::piece_problem(__PIECES, __FIELDS, #index, __OWNER)),
        )
    });
    quote! {
        use __p::NotPart as _;
        #(#prefixes)*
        const __PIECES: &[__p::Piece] = &[#pieces];
        const __NAMES: &__p::Text<{ __p::names_len(__PIECES) }> = &__p::names(__PIECES);
        const __FIELDS: &[__p::FieldDescriptor] =
            &__p::flatten::<{ __p::count(__PIECES) }>(__PIECES, __NAMES.as_str());
        const __OWNER: __p::Owner = __p::Owner {
            has_clash: __p::has_clash(__PIECES, __FIELDS),
            schema: #schema,
            has_registry: #has_registry,
        };
        #(#checks)*
    }
}

/// A compile error at `at` with the text of `problem`, if there is one.
pub(super) fn check(at: impl ToTokens, problem: TokenStream) -> TokenStream {
    let (start, end) = end_spans(at);
    let text = Ident::new("__text", end);
    // The compiler underlines from the start of the path to the end of the arguments.
    let mut arguments = Group::new(Delimiter::Parenthesis, quote!("{}", #text.as_str()));
    arguments.set_span(end);
    let panic = quote_spanned!(start=> __p::panic! #arguments);
    quote! {
        const _: () = if let __p::Some(#text) = #problem {
            #panic
        };
    }
}

/// The type of a part's prefix; `None` if it has none.
pub(super) fn prefix_type(part: &Part) -> Option<Ident> {
    part.prefix.as_ref()?;
    let name = wire::ident_name(&part.ident);
    Some(format_ident!("__Prefix_{name}", span = Span::call_site()))
}

/// The descriptors of fields.
fn descriptors<'f>(fields: impl IntoIterator<Item = &'f Field>, item: &Struct) -> TokenStream {
    let owner = wire::ident_name(&item.ident);
    let (places, facts): (Vec<_>, TokenStream) = fields
        .into_iter()
        .map(|field| {
            let place = format!("{owner}::{}", wire::ident_name(&field.ident));
            (place, facts(field, item))
        })
        .unzip();
    let count = Literal::usize_unsuffixed(places.len());
    quote!(&__p::fields::<#count>(&[#facts], __p::places!(#(#places),*)))
}

/// The facts of a field.
fn facts(field: &Field, item: &Struct) -> TokenStream {
    let (wire, docs) = (&field.wire, &field.docs.text);
    let ty = match &field.presence {
        Presence::Sentinel => helper(field, "OPTIONAL"),
        _ => helper(field, "REQUIRED"),
    };
    let instead = match &field.presence {
        Presence::Required | Presence::Sentinel => None,
        Presence::Default(_) | Presence::Constant(_) => {
            let (wire_value, value) = (helper(field, "default_wire_value"), value_call(field));
            Some(quote!(__D::Or(|| #wire_value(#value)),))
        }
    };
    // The macro compares the default of an event's own field with the registry document itself.
    let number = (item.kind == Kind::Part).then(|| number(field));
    let rare = rare_facts(field);
    quote!(__D::Field(#ty, #wire, #docs), #instead #number #rare)
}

/// The number in `default` or `constant`, if it is a literal.
fn number(field: &Field) -> Option<TokenStream> {
    match &field.presence {
        Presence::Required | Presence::Sentinel => None,
        Presence::Default(value) | Presence::Constant(value) => {
            let number = parse_number(value)?;
            Some(quote!(__D::Number(#number),))
        }
    }
}

/// The facts that most fields do not have.
fn rare_facts(field: &Field) -> TokenStream {
    let constant = matches!(field.presence, Presence::Constant(_)).then(|| quote!(__D::Constant,));
    let free_text = field
        .free_text
        .as_ref()
        .map(|reason| quote!(__D::FreeText(#reason),));
    let max_len = field
        .max_len
        .as_ref()
        .map(|(_, max)| quote!(__D::MaxLen(#max),));
    let max_items = max_items(field);
    let range = field.range.as_ref().map(|range| {
        let (min, max) = (encoder::bound(range.min), encoder::bound(range.max));
        quote!(__D::Range(#min, #max),)
    });
    let unit = field.unit.map(|unit| {
        let variant = format_ident!("{}", unit.variant);
        quote!(__D::Unit(__p::Unit::#variant),)
    });
    let since = field.since.as_ref().map(|since| {
        let version = &since.literal;
        quote!(__D::Since(#version),)
    });
    let retired = field.retired.as_ref().map(|retired| {
        let version = &retired.literal;
        quote!(__D::Retired(#version),)
    });
    let why = field
        .why
        .as_ref()
        .map(|question| quote!(__D::Why(#question),));
    quote!(#constant #free_text #max_len #max_items #range #unit #since #retired #why)
}

/// The fact with the maximum number of items.
pub(super) fn max_items(field: &Field) -> Option<TokenStream> {
    let most = field.max_items?;
    Some(quote!(__D::MaxItems(#most),))
}

/// The checks of the items in lists with `max_items`. `schema` is the version of an event, and empty
/// for a part.
pub(super) fn item_checks(item: &Struct, schema: &str, has_registry: bool) -> Option<TokenStream> {
    let lists = item.fields.iter().filter(|field| field.max_items.is_some());
    let checks: Vec<_> = lists
        .map(|field| {
            let ty = static_helper(field, "REQUIRED");
            let wire = &field.wire;
            check(
                &field.ty,
                quote!(__p::item_problem(&__p::field(&[__D::Field(#ty, #wire, "")]), #schema, #has_registry)),
            )
        })
        .collect();
    (!checks.is_empty()).then(|| quote!(use __p::NotListed as _; #(#checks)*))
}

/// The part of a value's descriptor with the version that introduced it.
pub(super) fn since(since: &Since) -> TokenStream {
    let version = &since.literal;
    quote!(.since(#version))
}
