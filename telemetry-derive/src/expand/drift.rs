//! What the compiler compares with the registry document: the types of fields, judged by trait so
//! that an alias cannot fool the check, and the values of enums, judged by constant evaluation.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::judge::{ends, helper};
use crate::{
    model::{Event, Field},
    registry::{Checked, Enum, Type},
};

pub(super) fn checks(event: &Event, checked: &Checked) -> TokenStream {
    let pairs = || event.fields.iter().zip(&checked.types);
    if checked.types.is_empty() {
        return TokenStream::new();
    }
    let mut kinds = Kinds::default();
    let judged: Vec<_> = pairs()
        .map(|(field, ty)| judge(field, ty, &kinds.of(field)))
        .collect();
    let values = pairs().filter_map(|(field, ty)| match ty {
        Type::Enum(of) | Type::EnumList(of) => Some(values(field, of, checked)),
        _ => None,
    });
    let kinds = kinds.0.into_iter().map(|(_, alias)| alias);
    quote! {
        const _: () = {
            #(#kinds)*
            #(#judged)*
        };
        #(#values)*
    }
}

/// An alias per field type: what costs the compiler time is the constant in it, not its uses.
#[derive(Default)]
struct Kinds(Vec<(String, TokenStream)>);

impl Kinds {
    /// The kind of the field's type, as a type.
    fn of(&mut self, field: &Field) -> Ident {
        let kind = fixed(helper(field, "KIND"));
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

/// The bound that the field's type must meet.
fn judge(field: &Field, ty: &Type, kind: &Ident) -> TokenStream {
    let judge = match ty {
        Type::Boolean => "boolean",
        Type::Integer(_) => "integer",
        Type::Number(_) => "number",
        Type::Text => "text",
        Type::Enum(_) => "one_of",
        Type::TextList => "text_list",
        Type::EnumList(_) => "list_of",
    };
    let (start, end) = ends(&field.ty);
    let judge = Ident::new(judge, end);
    let ty = fixed(field.ty.to_token_stream());
    let kind = Ident::new(&kind.to_string(), end);
    quote_spanned!(start=> __p::#judge::<#ty, #kind>();)
}

/// The values of the field's enum must be among those of the document.
fn values(field: &Field, of: &Enum, checked: &Checked) -> TokenStream {
    let ty = fixed(helper(field, "REQUIRED"));
    let Enum { name, values } = of;
    let refresh = checked.refresh.to_string();
    let (start, end) = ends(&field.ty);
    let text = Ident::new("__text", end);
    let panic = quote_spanned!(start=> __p::panic!("{}", #text.as_str()));
    quote! {
        const _: () = if let __p::Some(#text) = __p::stray_values(
            &#ty.ty, #name, &[#(#values),*], #refresh,
        ) {
            #panic
        };
    }
}

/// The tokens with every lifetime made `'static`: constants know no other, and no type's kind
/// depends on one.
fn fixed(tokens: TokenStream) -> TokenStream {
    let mut after_quote = false;
    let tokens = tokens.into_iter().map(|token| {
        let is_lifetime = std::mem::replace(&mut after_quote, is_quote(&token));
        match token {
            TokenTree::Ident(ident) if is_lifetime => Ident::new("static", ident.span()).into(),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), fixed(group.stream()));
                inner.set_span(group.span());
                inner.into()
            }
            other => other,
        }
    });
    tokens.collect()
}

fn is_quote(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_become_static() {
        let ty = quote!(Cow<'a, [&'b str; { 1 }]>);
        let fixed = fixed(ty).to_string();
        let expected = quote!(Cow<'static, [&'static str; { 1 }]>).to_string();
        assert_eq!(fixed, expected);
    }
}
