//! Reads the value of one item in the form that its key requires.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Lit, LitInt, LitStr, Path};

use super::{
    Entries,
    keys::{Form, Key},
    list::{self, Item, Shape},
};
use crate::diag::{self, Errors};

/// The value of an entry.
pub(crate) enum Value {
    Flag,
    Text(LitStr),
    Texts(Vec<LitStr>),
    Count(usize, LitInt),
    Number(f64),
    Path(Path),
    Expr(TokenStream),
    Group(Entries),
}

/// 2^53 - 1: every whole number up to this one is exact as an `f64`.
const EXACT: f64 = 9_007_199_254_740_991.0;

pub(super) fn read(key: &'static Key, item: &Item, errors: &mut Errors) -> Option<Value> {
    let read = match (key.form, &item.shape) {
        (Form::Flag, Shape::Flag) => Ok(Value::Flag),
        (Form::Texts, Shape::Group(group)) => return texts(key, group.stream(), errors),
        (Form::Group(place), Shape::Group(group)) => {
            let mut entries = Entries::default();
            entries.read(group.stream(), place, errors);
            return Some(Value::Group(entries));
        }
        (Form::Flag | Form::Texts | Form::Group(_), Shape::Value(_)) => Err(diag::wrong_form(
            item,
            key.example,
            &format!("{} = ...", key.name),
        )),
        (Form::Texts | Form::Group(_), Shape::Flag) => {
            Err(diag::missing_value(&item.key, key.name, key.example))
        }
        (_, Shape::Flag) => Err(diag::missing_value(&item.key, key.name, key.example)),
        (_, Shape::Group(_)) => Err(diag::wrong_form(
            item,
            key.example,
            &format!("{}(...)", key.name),
        )),
        (_, Shape::Value(value)) if value.is_empty() => {
            Err(diag::missing_value(&item.key, key.name, key.example))
        }
        (form, Shape::Value(value)) => single(key, form, &ungroup(value.clone())),
    };
    read.map_err(|error| errors.push(error)).ok()
}

fn single(key: &Key, form: Form, value: &TokenStream) -> syn::Result<Value> {
    match form {
        Form::Text => text(key, value).map(Value::Text),
        Form::Count => count(key, value),
        Form::Number => number(key, value).map(Value::Number),
        Form::Path => path(key, value),
        Form::Expr => expr(value),
        Form::Flag | Form::Texts | Form::Group(_) => Err(diag::wrong_value(
            value,
            key.name,
            key.example,
            found(value),
        )),
    }
}

fn text(key: &Key, value: &TokenStream) -> syn::Result<LitStr> {
    match syn::parse2::<Lit>(value.clone()) {
        Ok(Lit::Str(text)) => Ok(text),
        Ok(_) => Err(diag::wrong_value(value, key.name, "a string", found(value))),
        Err(_) => Err(diag::not_a_literal(value, key.name, found(value))),
    }
}

fn texts(key: &Key, list: TokenStream, errors: &mut Errors) -> Option<Value> {
    let texts = list::values(list).into_iter().filter_map(|value| {
        let value = ungroup(value);
        text(key, &value).map_err(|error| errors.push(error)).ok()
    });
    Some(Value::Texts(texts.collect()))
}

fn count(key: &Key, value: &TokenStream) -> syn::Result<Value> {
    syn::parse2::<LitInt>(value.clone())
        .and_then(|literal| Ok(Value::Count(literal.base10_parse()?, literal)))
        .map_err(|_| {
            let found = match parse_number(value) {
                Some(number) if number < 0.0 => "a negative number",
                Some(number) if number > EXACT => "a number that is too large",
                _ => found(value),
            };
            diag::wrong_value(value, key.name, "a whole number", found)
        })
}

fn number(key: &Key, value: &TokenStream) -> syn::Result<f64> {
    let wrong = || diag::wrong_value(value, key.name, "a number", found(value));
    let read = parse_number(value).ok_or_else(wrong)?;
    if read.fract() == 0.0 && read.abs() > EXACT {
        return Err(diag::inexact_bound(value));
    }
    Ok(read)
}

/// The value of a number literal, with an optional minus sign.
pub(crate) fn parse_number(value: &TokenStream) -> Option<f64> {
    let (sign, literal) = match value.clone().into_iter().next()? {
        TokenTree::Punct(minus) if minus.as_char() == '-' => {
            (-1.0, value.clone().into_iter().skip(1).collect())
        }
        _ => (1.0, value.clone()),
    };
    let magnitude: f64 = match syn::parse2::<Lit>(literal).ok()? {
        Lit::Int(int) => int.base10_parse().ok()?,
        Lit::Float(float) => float.base10_parse().ok()?,
        _ => return None,
    };
    Some(sign * magnitude)
}

fn path(key: &Key, value: &TokenStream) -> syn::Result<Value> {
    syn::parse2::<Path>(value.clone())
        .map(Value::Path)
        .map_err(|_| diag::wrong_value(value, key.name, "a path", found(value)))
}

fn expr(value: &TokenStream) -> syn::Result<Value> {
    if value.to_string() == "None" {
        return Err(diag::null_default(value));
    }
    Ok(Value::Expr(value.clone()))
}

/// The tokens without the invisible group that `macro_rules` adds around a captured literal.
fn ungroup(value: TokenStream) -> TokenStream {
    let mut tokens = value.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            ungroup(group.stream())
        }
        _ => value,
    }
}

/// The kind of a value, for messages.
fn found(value: &TokenStream) -> &'static str {
    let number = parse_number(value).is_some();
    match syn::parse2::<Lit>(value.clone()) {
        Ok(Lit::Str(_)) => "a string",
        Ok(Lit::Int(_)) => "an integer",
        Ok(Lit::Float(_)) => "a float",
        Ok(Lit::Bool(_)) => "a boolean",
        Ok(Lit::Char(_)) => "a character",
        Ok(Lit::ByteStr(_) | Lit::CStr(_)) => "bytes",
        Ok(_) => "a literal",
        Err(_) if number => "a number",
        Err(_) if syn::parse2::<Path>(value.clone()).is_ok() => "a path",
        Err(_) => "an expression",
    }
}
