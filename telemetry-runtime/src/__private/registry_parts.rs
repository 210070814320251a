//! Compares the fields of parts, and those of the objects in lists, with the registry document at
//! compile time: the macro does not know them. Each check returns the text of the compile error at one
//! field, or at the struct.

use super::{Message, push};
use super::{
    part_checks::{fields_of, has_name},
    parts::Piece,
    registry_check::{
        BOOLEAN, ENUM, ENUM_LIST, INTEGER, NUMBER, OBJECT_LIST, TEXT, TEXT_LIST, kind,
        push_enum_mismatch,
    },
};
use crate::{
    event::descriptor::{FieldDescriptor, Unset},
    util::const_str::eq,
};

/// A field of the registry document.
#[derive(Debug)]
pub struct Published {
    wire_name: &'static str,
    /// The line that declares the field.
    line: &'static str,
    kind: u8,
    /// Name of the enum; empty for an enum that the document defines at the field.
    enum_name: &'static str,
    values: &'static [&'static str],
    bounds: (f64, f64),
    /// The fields of the objects in a list.
    items: &'static [Published],
    max_items: Option<usize>,
}

macro_rules! constructors {
    ($($name:ident: $kind:ident;)*) => {$(
        #[must_use]
        pub const fn $name(wire_name: &'static str, line: &'static str) -> Self {
            Self {
                wire_name,
                line,
                kind: $kind,
                enum_name: "",
                values: &[],
                bounds: (f64::NEG_INFINITY, f64::INFINITY),
                items: &[],
                max_items: None,
            }
        }
    )*};
}

impl Published {
    constructors! {
        boolean: BOOLEAN;
        integer: INTEGER;
        number: NUMBER;
        text: TEXT;
        one_of: ENUM;
        text_list: TEXT_LIST;
        list_of: ENUM_LIST;
        objects: OBJECT_LIST;
    }

    #[must_use]
    pub const fn bounds(mut self, min: f64, max: f64) -> Self {
        self.bounds = (min, max);
        self
    }

    #[must_use]
    pub const fn values(mut self, name: &'static str, values: &'static [&'static str]) -> Self {
        self.enum_name = name;
        self.values = values;
        self
    }

    #[must_use]
    pub const fn items(mut self, fields: &'static [Self]) -> Self {
        self.items = fields;
        self
    }

    #[must_use]
    pub const fn max_items(mut self, most: usize) -> Self {
        self.max_items = Some(most);
        self
    }
}

/// The first difference between the part at `index` and the document.
#[must_use]
pub const fn part_drift(
    pieces: &[Piece],
    fields: &[FieldDescriptor],
    index: usize,
    published: &[Published],
    refresh: &str,
) -> Option<Message> {
    let Some((piece, mut own)) = fields_of(pieces, fields, index) else {
        return None;
    };
    while let [field, more @ ..] = own {
        let mut text = Message::EMPTY;
        push(
            &mut text,
            &["field `", field.wire_name, "` of part `", piece.name, "` "],
        );
        let differs = match find(published, field.wire_name) {
            Some(published) => push_difference(&mut text, field, published),
            None => {
                text.push("is not in the registry event");
                true
            }
        };
        if differs {
            push(&mut text, &["\n", refresh]);
            return Some(text);
        }
        own = more;
    }
    None
}

const fn find<'p>(mut published: &'p [Published], wire_name: &str) -> Option<&'p Published> {
    while let [field, rest @ ..] = published {
        if eq(field.wire_name, wire_name) {
            return Some(field);
        }
        published = rest;
    }
    None
}

/// Appends the first difference. Returns false if there is none.
const fn push_difference(
    text: &mut Message,
    field: &FieldDescriptor,
    published: &Published,
) -> bool {
    if matches!(field.unset, Unset::Invalid) {
        return false;
    }
    let found = kind(&field.ty);
    if found != published.kind {
        let declared = kind_name(published.kind);
        push(text, &["is ", kind_name(found)]);
        push(text, &[", but the registry declares it as ", declared]);
        return true;
    }
    match found {
        ENUM | ENUM_LIST => {
            let mut difference = Message::EMPTY;
            let (name, values) = (published.enum_name, published.values);
            if push_enum_mismatch(&mut difference, &field.ty, name, values) {
                push(text, &["differs: ", difference.as_str()]);
                return true;
            }
            push_many_items(text, field, published)
        }
        OBJECT_LIST => {
            let differences = list_differences(field, published);
            push(text, &["differs: ", differences.as_str()]);
            !differences.is_empty()
        }
        TEXT_LIST => push_many_items(text, field, published),
        INTEGER | NUMBER => push_out_of_bounds(text, field, published.bounds),
        _ => false,
    }
}

/// The differences between a list and the document: its objects have other fields, or it can have more
/// items. A type of another kind has an error of its own.
#[must_use]
pub const fn list_mismatch(
    list: &FieldDescriptor,
    published: &Published,
    refresh: &str,
) -> Option<Message> {
    if kind(&list.ty) != published.kind {
        return None;
    }
    let mut text = list_differences(list, published);
    if text.is_empty() {
        return None;
    }
    push(&mut text, &["\n", refresh]);
    Some(text)
}

/// One line for each difference.
const fn list_differences(list: &FieldDescriptor, published: &Published) -> Message {
    let mut text = Message::EMPTY;
    let fields = match list.ty.item_fields() {
        Some(fields) => fields,
        None => &[],
    };
    let mut rest = fields;
    while let [field, more @ ..] = rest {
        let mut difference = Message::EMPTY;
        let differs = match find(published.items, field.wire_name) {
            Some(published) => push_difference(&mut difference, field, published),
            None => {
                difference.push("is not in the registry");
                true
            }
        };
        if differs {
            let item = &["field `", field.wire_name, "` of the items "];
            push_line(&mut text, item);
            text.push(difference.as_str());
        }
        rest = more;
    }
    let mut declared = published.items;
    while let [field, more @ ..] = declared {
        if !has_name(fields, field.wire_name) {
            push_line(&mut text, &["the items lack the field `", field.wire_name]);
            text.push("` of the registry");
        }
        declared = more;
    }
    let mut many = Message::EMPTY;
    if push_many_items(&mut many, list, published) {
        push_line(&mut text, &["the list ", many.as_str()]);
    }
    text
}

const fn push_line(text: &mut Message, parts: &[&str]) {
    if !text.is_empty() {
        text.push("\n");
    }
    push(text, parts);
}

/// Appends the difference if the list can have more items than the document allows. Returns false
/// otherwise.
const fn push_many_items(
    text: &mut Message,
    list: &FieldDescriptor,
    published: &Published,
) -> bool {
    let Some(most) = published.max_items else {
        return false;
    };
    match list.max_items {
        Some(items) if items <= most => return false,
        Some(items) => {
            text.push("can have ");
            text.push_number(items as u64);
        }
        None => text.push("can have any number of"),
    }
    text.push(" items, but the registry allows at most ");
    text.push_number(most as u64);
    text.push("\nhelp: write `max_items = ");
    text.push_number(most as u64);
    text.push("`; a `CountBy` has one item for each value");
    true
}

/// The value of a field that is not set must be in the bounds of the document. The value is known if
/// it is a literal or the sentinel of numbers.
const fn push_out_of_bounds(
    text: &mut Message,
    field: &FieldDescriptor,
    (min, max): (f64, f64),
) -> bool {
    let bound = match field.unset {
        Unset::Number(number) if number < min => "minimum",
        Unset::Number(number) if number > max => "maximum",
        _ => return false,
    };
    push(
        text,
        &[
            "has a default or a sentinel outside the registry's ",
            bound,
            "\nhelp: add a `default` in the range, or mark the field `required`",
        ],
    );
    true
}

const fn kind_name(kind: u8) -> &'static str {
    match kind {
        BOOLEAN => "a `boolean`",
        INTEGER => "an `integer`",
        NUMBER => "a `number`",
        TEXT => "a `string`",
        ENUM => "an enum",
        TEXT_LIST => "a list of `string`",
        ENUM_LIST => "a list of an enum",
        OBJECT_LIST => "a list of objects",
        _ => "unknown",
    }
}

/// Number of missing fields that are listed.
const MAX_LISTED: usize = 8;

/// The fields of the document that the event lacks, with the lines to add. An invalid part has no fields
/// and an error of its own.
#[must_use]
pub const fn missing_fields(
    pieces: &[Piece],
    fields: &[FieldDescriptor],
    published: &[Published],
    refresh: &str,
) -> Option<Message> {
    let mut text = Message::EMPTY;
    let mut lines = Message::EMPTY;
    let mut count = 0;
    let mut rest = published;
    while let [declared, more @ ..] = rest {
        if !has_name(fields, declared.wire_name) {
            if count < MAX_LISTED {
                let before = if count == 0 {
                    "registry requires `"
                } else {
                    ", `"
                };
                push(&mut text, &[before, declared.wire_name, "`"]);
                push(&mut lines, &["\n          ", declared.line]);
            }
            count += 1;
        }
        rest = more;
    }
    if count == 0 || has_invalid_part(pieces) {
        return None;
    }
    if count > MAX_LISTED {
        text.push(" and ");
        text.push_number((count - MAX_LISTED) as u64);
        text.push(" more");
    }
    push(&mut text, &["\nhelp: add", lines.as_str(), "\n", refresh]);
    Some(text)
}

const fn has_invalid_part(mut pieces: &[Piece]) -> bool {
    while let [piece, rest @ ..] = pieces {
        if piece.is_part && piece.fields.is_empty() {
            return true;
        }
        pieces = rest;
    }
    false
}
