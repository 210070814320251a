//! What an expansion compares with its registry document.
//!
//! The *kind* of a field is what its type is on the wire, as a number: [`kind`] reads it from the
//! type's own `TYPE`, so an alias or a user's newtype is judged by what it really sends. A function
//! per kind of the document holds the bound that explains a mistake. All of it is constant: no code
//! is left of it.

use crate::{
    event::descriptor::{EnumDescriptor, EnumValue, FieldType},
    util::const_str::{Text, contains, eq},
};

const BOOLEAN: u8 = 1;
const INTEGER: u8 = 2;
const NUMBER: u8 = 3;
const TEXT: u8 = 4;
const ENUM: u8 = 5;
const TEXT_LIST: u8 = 6;
const ENUM_LIST: u8 = 7;
/// A type that is no field has its error already: it agrees with every document.
pub(super) const UNKNOWN: u8 = 0;

/// The kind of a type on the wire.
#[must_use]
pub const fn kind(ty: &FieldType) -> u8 {
    match ty {
        FieldType::Boolean => BOOLEAN,
        FieldType::Integer => INTEGER,
        FieldType::Number => NUMBER,
        FieldType::Text(_) => TEXT,
        FieldType::Enum(_) => ENUM,
        FieldType::List(FieldType::Enum(_)) => ENUM_LIST,
        FieldType::List(_) => TEXT_LIST,
    }
}

/// A kind as a type.
#[derive(Debug)]
pub enum Kind<const KIND: u8> {}

macro_rules! kinds {
    ($($judge:ident: $kind:ident, $declared:literal, $found:literal;)*) => {$(
        #[diagnostic::on_unimplemented(
            message = $declared,
            label = $found,
            note = "if the struct is right, rewrite the document: run its schema tool with `TELEMETRY_REGISTRY=off`"
        )]
        pub trait $judge<T> {}

        #[diagnostic::do_not_recommend]
        impl<T> $judge<T> for Kind<$kind> {}
        #[diagnostic::do_not_recommend]
        impl<T> $judge<T> for Kind<UNKNOWN> {}
    )*};
}

kinds! {
    IsBoolean: BOOLEAN,
        "the registry declares this field as `boolean`, but `{T}` is not a boolean telemetry type",
        "not a boolean on the wire";
    IsInteger: INTEGER,
        "the registry declares this field as `integer`, but `{T}` is not an integer telemetry type",
        "not an integer on the wire";
    IsNumber: NUMBER,
        "the registry declares this field as `number`, but `{T}` is not a number telemetry type",
        "not a number on the wire";
    IsText: TEXT,
        "the registry declares this field as `string`, but `{T}` is not a text telemetry type",
        "not text on the wire";
    IsEnum: ENUM,
        "the registry declares this field as an enum, but `{T}` is not an enum telemetry type",
        "not a wire enum";
    IsTextList: TEXT_LIST,
        "the registry declares this field as a list of `string`, but `{T}` is not a list of text",
        "not a list of text on the wire";
    IsEnumList: ENUM_LIST,
        "the registry declares this field as a list of an enum, but `{T}` is not a list of an enum",
        "not a list of a wire enum";
}

// Written out, not by the macro: rustc shows the bound below the error.
pub const fn boolean<T, K>()
where
    K: IsBoolean<T>,
{
}

pub const fn integer<T, K>()
where
    K: IsInteger<T>,
{
}

pub const fn number<T, K>()
where
    K: IsNumber<T>,
{
}

pub const fn text<T, K>()
where
    K: IsText<T>,
{
}

pub const fn one_of<T, K>()
where
    K: IsEnum<T>,
{
}

pub const fn text_list<T, K>()
where
    K: IsTextList<T>,
{
}

pub const fn list_of<T, K>()
where
    K: IsEnumList<T>,
{
}

/// What a failed comparison of enums says.
type Stray = Text<2048>;

/// The mistake of a field's enum that is not the registry's: another name, or a value that the
/// registry does not have. It may have fewer: a product sends only some of a shared enum's values.
///
/// An enum without a name stands in the field itself. What is no enum is told by its kind.
#[must_use]
pub const fn stray_values(
    ty: &FieldType,
    name: &str,
    values: &[&str],
    refresh: &str,
) -> Option<Stray> {
    let found = match ty {
        FieldType::Enum(found) | FieldType::List(FieldType::Enum(found)) => found,
        _ => return None,
    };
    let mut text = Stray::EMPTY;
    if !name.is_empty() && !eq(found.name, name) {
        push(
            &mut text,
            &[
                "the registry declares this field as enum `",
                name,
                "`, this is `",
                found.name,
                "`",
            ],
        );
    } else if !push_strays(&mut text, found, values) {
        return None;
    } else if name.is_empty() {
        text.push(" not in the registry's values [");
        push_list(&mut text, values);
    } else {
        push(&mut text, &[" not in registry enum `", name, "` ["]);
        push_list(&mut text, values);
    }
    push(&mut text, &["\n", refresh]);
    Some(text)
}

/// The values that `known` lacks, with a verb; false when there is none.
const fn push_strays(text: &mut Stray, found: &EnumDescriptor, known: &[&str]) -> bool {
    let count = count_strays(found.values, known);
    let sentinel = match found.fallback {
        Some(sentinel) => sentinel,
        None => "",
    };
    match count {
        0 => return false,
        1 if !sentinel.is_empty() && !contains(known, sentinel) => text.push("the sentinel"),
        1 => text.push("wire value"),
        _ => text.push("wire values"),
    }
    let mut separator = " `";
    let mut values = found.values;
    while let [value, rest @ ..] = values {
        if !contains(known, value.wire) {
            push(text, &[separator, value.wire, "`"]);
            separator = ", `";
        }
        values = rest;
    }
    text.push(if count == 1 {
        " of this enum is"
    } else {
        " of this enum are"
    });
    true
}

const fn count_strays(mut values: &[EnumValue], known: &[&str]) -> usize {
    let mut count = 0;
    while let [value, rest @ ..] = values {
        if !contains(known, value.wire) {
            count += 1;
        }
        values = rest;
    }
    count
}

const fn push_list(text: &mut Stray, mut values: &[&str]) {
    let mut separator = "";
    while let [value, rest @ ..] = values {
        push(text, &[separator, value]);
        separator = ", ";
        values = rest;
    }
    text.push("]");
}

const fn push(text: &mut Stray, mut parts: &[&str]) {
    while let [part, rest @ ..] = parts {
        text.push(part);
        parts = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: &[EnumValue] = &[
        EnumValue::new("a", ""),
        EnumValue::new("b", ""),
        EnumValue::new("undefined", ""),
    ];
    const ENUM: EnumDescriptor = EnumDescriptor::new("AnEnum", "", VALUES, Some("undefined"));

    fn stray(name: &str, values: &[&str]) -> String {
        static FOUND: EnumDescriptor = ENUM;
        let found = FieldType::Enum(&FOUND);
        let text = stray_values(&found, name, values, "help: x");
        text.map_or_else(String::new, |text| text.as_str().to_owned())
    }

    #[test]
    fn an_enum_may_have_fewer_values_than_the_registry() {
        assert_eq!(stray("AnEnum", &["a", "b", "c", "undefined"]), "");
        assert_eq!(stray("", &["undefined", "b", "a"]), "");
    }

    #[test]
    fn values_that_the_registry_lacks_are_named() {
        for (name, values, text) in [
            (
                "AnEnum",
                &["a", "undefined"][..],
                "wire value `b` of this enum is not in registry enum `AnEnum` [a, undefined]",
            ),
            (
                "AnEnum",
                &["undefined"],
                "wire values `a`, `b` of this enum are not in registry enum `AnEnum` [undefined]",
            ),
            (
                "AnEnum",
                &["a", "b"],
                "the sentinel `undefined` of this enum is not in registry enum `AnEnum` [a, b]",
            ),
            (
                "",
                &["a", "b"],
                "the sentinel `undefined` of this enum is not in the registry's values [a, b]",
            ),
            (
                "OtherEnum",
                &["a", "b", "undefined"],
                "the registry declares this field as enum `OtherEnum`, this is `AnEnum`",
            ),
        ] {
            assert_eq!(stray(name, values), format!("{text}\nhelp: x"));
        }
    }
}
