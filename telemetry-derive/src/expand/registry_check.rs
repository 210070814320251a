//! Generates the checks that the compiler performs against the registry document. Traits check the
//! types of fields, so an alias makes no difference. Constant evaluation checks the values of enums.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::{
    encoder::bound,
    fields::{check, max_items},
    helper::{static_helper, type_ends, with_static_lifetimes},
};
use crate::{
    model::{Event, Field, Member, Struct},
    registry::{Checked, Enum, Field as Published, Type},
};

pub(super) fn checks(event: &Event, checked: &Checked) -> TokenStream {
    let pairs = || event.item.fields.iter().zip(&checked.fields);
    if checked.tracked.is_none() {
        return TokenStream::new();
    }
    let mut kinds = KindAliases::default();
    let type_checks: Vec<_> = pairs()
        .map(|(field, published)| type_check(field, &published.ty, &kinds.of(field)))
        .collect();
    let values = pairs().filter_map(|(field, published)| match &published.ty {
        Type::Enum(of) | Type::EnumList(of) => Some(values(field, of, checked)),
        _ => None,
    });
    let lists = pairs().filter_map(|(field, published)| list(field, published, checked));
    let kinds = kinds.0.into_iter().map(|(_, alias)| alias);
    let parts = parts(&event.item, checked);
    quote! {
        const _: () = {
            #(#kinds)*
            #(#type_checks)*
        };
        #(#values)*
        #(#lists)*
        #parts
    }
}

/// The checks of the parts, and of the fields that the event lacks.
fn parts(item: &Struct, checked: &Checked) -> TokenStream {
    if item.parts.is_empty() {
        return TokenStream::new();
    }
    let refresh = checked.refresh.to_string();
    let published = checked.published.iter();
    let published = published.map(|it| published_field(&it.field, &it.line));
    let members = item.members().into_iter().enumerate();
    let drifts = members.filter_map(|(index, member)| match member {
        Member::Field(_) => None,
        Member::Part(part) => Some(check(
            &part.ident,
            quote!(__p::part_drift(__PIECES, __FIELDS, #index, __PUBLISHED, #refresh)),
        )),
    });
    let missing = quote!(__p::missing_fields(__PIECES, __FIELDS, __PUBLISHED, #refresh));
    let missing = check(&item.ident, missing);
    quote! {
        const __PUBLISHED: &[__p::Published] = &[#(#published),*];
        #(#drifts)*
        #missing
    }
}

/// A field of the document as a constant. `line` is the line that declares it.
fn published_field(field: &Published, line: &str) -> TokenStream {
    let Published {
        wire,
        ty,
        max_items,
    } = field;
    let modifier = match ty {
        Type::Integer(bounds) | Type::Number(bounds) => {
            let (min, max) = (bound(bounds.min), bound(bounds.max));
            quote!(.bounds(#min, #max))
        }
        Type::Enum(of) | Type::EnumList(of) => {
            let (name, values) = (&of.name, of.values.iter());
            quote!(.values(#name, &[#(#values),*]))
        }
        Type::ObjectList(fields) => {
            // The lines of single fields of an object are never shown.
            let fields = fields.iter().map(|field| published_field(field, ""));
            quote!(.items(&[#(#fields),*]))
        }
        Type::Boolean | Type::Text | Type::TextList => TokenStream::new(),
    };
    let max_items = max_items.map(|most| quote!(.max_items(#most)));
    let kind = Ident::new(type_name(ty), Span::call_site());
    quote!(__p::Published::#kind(#wire, #line) #modifier #max_items)
}

/// The name of the runtime's functions for a type in the document.
fn type_name(ty: &Type) -> &'static str {
    match ty {
        Type::Boolean => "boolean",
        Type::Integer(_) => "integer",
        Type::Number(_) => "number",
        Type::Text => "text",
        Type::Enum(_) => "one_of",
        Type::TextList => "text_list",
        Type::EnumList(_) => "list_of",
        Type::ObjectList(_) => "objects",
    }
}

/// One alias per field type. The constant inside costs compile time; further uses of the alias do not.
#[derive(Default)]
struct KindAliases(Vec<(String, TokenStream)>);

impl KindAliases {
    /// The kind of the field's type, as a type.
    fn of(&mut self, field: &Field) -> Ident {
        let ty = field.ty.to_token_stream();
        let unit = field.unit.map(|unit| unit.name);
        let key = format!("{ty} {unit:?} {:?}", field.max_items);
        let known = self.0.iter().position(|(known, _)| *known == key);
        let alias = format_ident!("__K{}", known.unwrap_or(self.0.len()));
        if known.is_none() {
            let kind = static_helper(field, "KIND");
            self.0
                .push((key, quote!(type #alias = __p::Kind<{ #kind }>;)));
        }
        alias
    }
}

/// A call with the bound that the field's type must meet.
fn type_check(field: &Field, ty: &Type, kind: &Ident) -> TokenStream {
    let (start, end) = type_ends(&field.ty);
    let bound = Ident::new(type_name(ty), end);
    let ty = with_static_lifetimes(field.ty.to_token_stream());
    let kind = Ident::new(&kind.to_string(), end);
    quote_spanned!(start=> __p::#bound::<#ty, #kind>();)
}

/// A check that the document contains all values of the field's enum.
fn values(field: &Field, of: &Enum, checked: &Checked) -> TokenStream {
    let ty = static_helper(field, "REQUIRED");
    let (name, values) = (&of.name, of.values.iter());
    let refresh = checked.refresh.to_string();
    let mismatch = quote!(__p::enum_mismatch(&#ty.ty, #name, &[#(#values),*], #refresh));
    check(&field.ty, mismatch)
}

/// A check that the objects of a list have the fields of the document, and that the list has at most
/// its items.
fn list(field: &Field, published: &Published, checked: &Checked) -> Option<TokenStream> {
    if !matches!(published.ty, Type::ObjectList(_)) && published.max_items.is_none() {
        return None;
    }
    let ty = static_helper(field, "REQUIRED");
    let max_items = max_items(field);
    let published = published_field(published, "");
    let refresh = checked.refresh.to_string();
    let mismatch = quote!(__p::list_mismatch(&__p::field(&[__D::Field(#ty, "", ""), #max_items]), &#published, #refresh));
    Some(check(&field.ty, mismatch))
}
