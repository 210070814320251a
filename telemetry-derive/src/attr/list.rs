//! Splits `key = value, key(...), key` into items and continues after a mistake.
//!
//! It works on tokens because `syn`'s parsers stop at the first error, and because a default may be
//! any expression.

use std::collections::VecDeque;

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

use crate::diag::{self, Errors};

/// A key of a list, with its value.
pub(super) struct Item {
    pub(super) key: Ident,
    pub(super) shape: Shape,
}

/// The tokens after a key.
pub(super) enum Shape {
    Flag,
    Value(TokenStream),
    Group(Group),
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.key.to_tokens(tokens);
        match &self.shape {
            Shape::Flag => {}
            Shape::Value(value) => value.to_tokens(tokens),
            Shape::Group(group) => group.to_tokens(tokens),
        }
    }
}

pub(super) fn split(tokens: TokenStream, errors: &mut Errors) -> Vec<Item> {
    let mut rest: VecDeque<TokenTree> = tokens.into_iter().collect();
    let mut items = Vec::new();
    while let Some(token) = rest.pop_front() {
        match token {
            TokenTree::Ident(key) => {
                items.push(item(key, &mut rest, errors));
                expect_comma(&mut rest, errors);
            }
            token if is_punct(&token, ',') => errors.push(diag::expected_key(token)),
            token => {
                errors.push(diag::expected_key(token));
                skip_to_comma(&mut rest);
            }
        }
    }
    items
}

/// Splits `"...", "..."` at its commas.
pub(super) fn values(tokens: TokenStream) -> Vec<TokenStream> {
    let mut rest: VecDeque<TokenTree> = tokens.into_iter().collect();
    let mut values = Vec::new();
    while !rest.is_empty() {
        values.push(value(&mut rest));
        rest.pop_front();
    }
    values
}

fn item(key: Ident, rest: &mut VecDeque<TokenTree>, errors: &mut Errors) -> Item {
    let shape = match rest.front() {
        Some(token) if is_punct(token, '=') => {
            rest.pop_front();
            Shape::Value(value(rest))
        }
        Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::None => {
            let group = group.clone();
            rest.pop_front();
            Shape::Group(group)
        }
        Some(literal @ TokenTree::Literal(_)) => {
            errors.push(diag::missing_equals(literal));
            Shape::Value(value(rest))
        }
        _ => Shape::Flag,
    };
    Item { key, shape }
}

/// The tokens up to the comma that ends the value, or up to the next key if that comma is missing.
fn value(rest: &mut VecDeque<TokenTree>) -> TokenStream {
    let mut value: Vec<TokenTree> = Vec::new();
    let mut angles = 0_usize;
    while let Some(token) = rest.front() {
        match token {
            token if is_punct(token, ',') && angles == 0 => break,
            token if is_punct(token, '<') && (angles > 0 || ends_with_path_separator(&value)) => {
                angles += 1;
            }
            token if is_punct(token, '>') && angles > 0 && !ends_with_arrow(&value) => angles -= 1,
            TokenTree::Ident(ident) if angles == 0 && starts_key(&value, ident, rest) => break,
            _ => {}
        }
        value.extend(rest.pop_front());
    }
    value.into_iter().collect()
}

/// True at `key =`, and at an identifier after a literal: no expression contains those.
fn starts_key(value: &[TokenTree], ident: &Ident, rest: &VecDeque<TokenTree>) -> bool {
    let after_literal = matches!(value.last(), Some(TokenTree::Literal(_))) && ident != "as";
    let before_equals = match rest.get(1) {
        Some(TokenTree::Punct(equals)) => {
            equals.as_char() == '=' && equals.spacing() == Spacing::Alone
        }
        _ => false,
    };
    !value.is_empty() && (after_literal || before_equals)
}

fn ends_with_path_separator(value: &[TokenTree]) -> bool {
    matches!(value, [.., a, b] if is_punct(a, ':') && is_punct(b, ':'))
}

fn ends_with_arrow(value: &[TokenTree]) -> bool {
    value.last().is_some_and(|token| is_punct(token, '-'))
}

fn expect_comma(rest: &mut VecDeque<TokenTree>, errors: &mut Errors) {
    match rest.front() {
        None => {}
        Some(token) if is_punct(token, ',') => {
            rest.pop_front();
        }
        // The comma before this item is missing; the item is still read.
        Some(key @ TokenTree::Ident(_)) => errors.push(diag::missing_comma(key)),
        Some(token) => {
            errors.push(diag::missing_comma(token));
            skip_to_comma(rest);
        }
    }
}

fn skip_to_comma(rest: &mut VecDeque<TokenTree>) {
    while let Some(token) = rest.pop_front() {
        if is_punct(&token, ',') {
            break;
        }
    }
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> (Vec<String>, Vec<String>) {
        let mut errors = Errors::new();
        let items = split(source.parse().unwrap_or_default(), &mut errors);
        let items = items.iter().map(|item| match &item.shape {
            Shape::Flag => item.key.to_string(),
            Shape::Value(value) => format!("{}={value}", item.key),
            Shape::Group(group) => format!("{}{group}", item.key),
        });
        (items.collect(), errors.into_messages())
    }

    #[test]
    fn items_of_every_shape_are_split() {
        let (items, errors) = read(r#"name = "a", required, range(min = 1), default = f(1, 2),"#);
        assert_eq!(
            items,
            [
                r#"name="a""#,
                "required",
                "range(min = 1)",
                "default=f (1 , 2)"
            ]
        );
        assert!(errors.is_empty());
    }

    #[test]
    fn commas_of_generic_arguments_do_not_end_a_value() {
        let (items, errors) = read("default = Map::<A, fn() -> B>::new(), required");
        assert_eq!(items.len(), 2);
        assert!(errors.is_empty());
        let (items, _) = read("default = a < b, required");
        assert_eq!(items.len(), 2);
    }

    #[test]
    fn a_mistake_does_not_hide_the_items_after_it() {
        let (items, errors) = read(r#"name = "a" schema = "1.0", 5 = 6, crate"#);
        assert_eq!(items, [r#"name="a""#, r#"schema="1.0""#, "crate"]);
        assert_eq!(
            errors,
            ["expected `,` before `schema`", "expected a key, found `5`"]
        );
    }

    #[test]
    fn a_comparison_is_not_read_as_the_next_key() {
        let (items, errors) = read("default = a == b, required");
        assert_eq!(items, ["default=a == b", "required"]);
        assert!(errors.is_empty());
        let (items, errors) = read("default = 1 as f64 required");
        assert_eq!(items, ["default=1 as f64 required"]);
        assert!(errors.is_empty());
        let (items, errors) = read("max_len = 1 required");
        assert_eq!(items, ["max_len=1", "required"]);
        assert_eq!(errors, ["expected `,` before `required`"]);
    }
}
