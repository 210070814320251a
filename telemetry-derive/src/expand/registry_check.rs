//! Generates the checks that the compiler performs against the registry document. Traits check the
//! types of fields, so an alias makes no difference. Constant evaluation checks the values of enums.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::{
    fields::check,
    helper::{end_spans, helper, with_static_lifetimes},
};
use crate::{
    model::{Event, Field},
    registry::{Checked, Enum, Type},
};

pub(super) fn checks(event: &Event, checked: &Checked) -> TokenStream {
    let pairs = || event.item.fields.iter().zip(&checked.types);
    if checked.types.is_empty() {
        return TokenStream::new();
    }
    let mut kinds = KindAliases::default();
    let type_checks: Vec<_> = pairs()
        .map(|(field, ty)| type_check(field, ty, &kinds.of(field)))
        .collect();
    let values = pairs().filter_map(|(field, ty)| match ty {
        Type::Enum(of) | Type::EnumList(of) => Some(values(field, of, checked)),
        _ => None,
    });
    let kinds = kinds.0.into_iter().map(|(_, alias)| alias);
    quote! {
        const _: () = {
            #(#kinds)*
            #(#type_checks)*
        };
        #(#values)*
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
