//! Generates the checks that the compiler performs against the registry document. Traits check the
//! types of fields, so an alias makes no difference. Constant evaluation checks the values of enums.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::{
    fields::{check, max_items},
    helper::{end_spans, helper, with_static_lifetimes},
};
use crate::{
    model::{Event, Field},
    registry::{Checked, Enum, Field as Published, Type},
};

pub(super) fn checks(event: &Event, checked: &Checked) -> TokenStream {
    let pairs = || event.item.fields.iter().zip(&checked.fields);
    if checked.fields.is_empty() {
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
    quote! {
        const _: () = {
            #(#kinds)*
            #(#type_checks)*
        };
        #(#values)*
        #(#lists)*
    }
}

/// One alias per field type. The constant inside costs compile time; further uses of the alias do not.
#[derive(Default)]
struct KindAliases(Vec<(String, TokenStream)>);

impl KindAliases {
    /// The kind of the field's type, as a type.
    fn of(&mut self, field: &Field) -> Ident {
        let kind = with_static_lifetimes(helper(field, "KIND"));
        let key = kind.to_string();
        let known = self.0.iter().position(|(known, _)| *known == key);
        let alias = format_ident!("__K{}", known.unwrap_or(self.0.len()));
        if known.is_none() {
            self.0
                .push((key, quote!(type #alias = __p::Kind<{ #kind }>;)));
        }
        alias
    }
}

/// A call with the bound that the field's type must meet.
fn type_check(field: &Field, ty: &Type, kind: &Ident) -> TokenStream {
    let bound = match ty {
        Type::Boolean => "boolean",
        Type::Integer(_) => "integer",
        Type::Number(_) => "number",
        Type::Text => "text",
        Type::Enum(_) => "one_of",
        Type::TextList => "text_list",
        Type::EnumList(_) => "list_of",
        Type::ObjectList(_) => "objects",
    };
    let (start, end) = end_spans(&field.ty);
    let bound = Ident::new(bound, end);
    let ty = with_static_lifetimes(field.ty.to_token_stream());
    let kind = Ident::new(&kind.to_string(), end);
    quote_spanned!(start=> __p::#bound::<#ty, #kind>();)
}

/// A check that the document contains all values of the field's enum.
fn values(field: &Field, of: &Enum, checked: &Checked) -> TokenStream {
    let ty = with_static_lifetimes(helper(field, "REQUIRED"));
    let (name, values) = (&of.name, of.values.iter());
    let refresh = checked.refresh.to_string();
    let mismatch = quote!(__p::enum_mismatch(&#ty.0.ty, #name, &[#(#values),*], #refresh));
    check(&field.ty, mismatch)
}

/// A check that a list has the fields and at most the items that the document declares.
fn list(field: &Field, published: &Published, checked: &Checked) -> Option<TokenStream> {
    let properties = match &published.ty {
        Type::ObjectList(fields) => {
            let properties = fields.iter().map(|property| {
                let (wire, ty) = (&property.wire, declared(&property.ty));
                quote!((#wire, __p::Declared::#ty))
            });
            quote!(__p::Some(&[#(#properties),*]))
        }
        _ if published.max_items.is_some() => quote!(__p::None),
        _ => return None,
    };
    let ty = with_static_lifetimes(helper(field, "REQUIRED"));
    let max_items = max_items(field);
    let most = match published.max_items {
        Some(most) => quote!(__p::Some(#most)),
        None => quote!(__p::None),
    };
    let refresh = checked.refresh.to_string();
    let mismatch = quote!(__p::list_mismatch(&#ty #max_items.0, #properties, #most, #refresh));
    Some(check(&field.ty, mismatch))
}

/// The variant of the runtime's `Declared` for the type of a field of objects.
fn declared(ty: &Type) -> TokenStream {
    match ty {
        Type::Boolean => quote!(Boolean),
        Type::Integer(_) => quote!(Integer),
        Type::Number(_) => quote!(Number),
        Type::Text | Type::TextList | Type::EnumList(_) | Type::ObjectList(_) => quote!(Text),
        Type::Enum(Enum { name, values }) => {
            let values = values.iter();
            quote!(Enum(#name, &[#(#values),*]))
        }
    }
}
