//! The checks of structs with parts, in constants: the macro does not know the fields of a part.
//!
//! Each check returns the text of the compile error at one field of the struct.

use super::parts::Piece;
use crate::{
    event::{descriptor::FieldDescriptor, fields::MAX_NAME, schema_version::SchemaVersion},
    util::const_str::{Text, contains, eq},
};

/// Error message of a failed check.
type Message = Text<2048>;

/// Keys of the envelope, which no field may have. The derive checks names without a prefix.
pub const ENVELOPE_KEYS: &[&str] = &[
    "browserType",
    "clientId",
    "clientType",
    "clientVariant",
    "clientVer",
    "cpuArchitecture",
    "deviceGdprBehOptIn",
    "deviceGdprFuncOptIn",
    "deviceGdprTechOptIn",
    "deviceId",
    "deviceMake",
    "deviceModel",
    "deviceOS",
    "deviceOSVersion",
    "deviceType",
    "eventProtocol",
    "eventSchemaVer",
    "eventSysVer",
    "events",
    "externalUserId",
    "gdprBehOptIn",
    "gdprFuncOptIn",
    "gdprTechOptIn",
    "idpId",
    "integrationId",
    "productName",
    "productVersion",
    "sentTs",
    "userId",
];

/// The first problem of the piece at `index`. `fields` are those of all pieces; `schema` is the version
/// of the event, and empty for a part.
#[must_use]
pub const fn piece_problem(
    pieces: &[Piece],
    fields: &[FieldDescriptor],
    index: usize,
    schema: &str,
) -> Option<Message> {
    let (before, rest) = pieces.split_at(index);
    let [piece, ..] = rest else {
        return None;
    };
    let start = super::parts::count(before);
    let mut own = fields.split_at(start).1.split_at(piece.fields.len()).0;
    while let [field, more @ ..] = own {
        if let Some(other) = same_name(pieces, fields, index, field.wire_name) {
            return Some(clash(piece, other, field.wire_name));
        }
        if piece.is_part
            && let Some(problem) = field_problem(piece, field, schema)
        {
            return Some(problem);
        }
        own = more;
    }
    None
}

/// Another piece that has a field with this wire name. Two fields without `flatten` are compared by the
/// macro.
const fn same_name<'p>(
    pieces: &'p [Piece],
    mut fields: &[FieldDescriptor],
    index: usize,
    name: &str,
) -> Option<&'p Piece> {
    let is_part = match pieces.split_at(index).1 {
        [piece, ..] => piece.is_part,
        [] => false,
    };
    let mut rest = pieces;
    let mut position = 0;
    while let [piece, more @ ..] = rest {
        let (mut own, after) = fields.split_at(piece.fields.len());
        while let [field, more @ ..] = own {
            if position != index && (is_part || piece.is_part) && eq(field.wire_name, name) {
                return Some(piece);
            }
            own = more;
        }
        fields = after;
        rest = more;
        position += 1;
    }
    None
}

const fn clash(piece: &Piece, other: &Piece, name: &str) -> Message {
    let mut text = Message::EMPTY;
    push(&mut text, &["wire name `", name, "` is used twice\nhelp: "]);
    if piece.is_part {
        push(
            &mut text,
            &["part `", piece.name, "` contains it, and so does "],
        );
        text.push(if other.is_part { "part `" } else { "field `" });
        push(
            &mut text,
            &[other.name, "`; rename one field, or add `prefix = \"...\"`"],
        );
    } else {
        push(
            &mut text,
            &[
                "part `",
                other.name,
                "` contains a field with the same wire name",
            ],
        );
    }
    text
}

const fn field_problem(piece: &Piece, field: &FieldDescriptor, schema: &str) -> Option<Message> {
    let mut text = Message::EMPTY;
    if !piece.prefix.is_empty() && field.wire_name.len() > MAX_NAME {
        push(
            &mut text,
            &[
                "wire name `",
                field.wire_name,
                "` of part `",
                piece.name,
                "` has ",
            ],
        );
        text.push_number(field.wire_name.len() as u64);
        text.push(" characters; with a prefix at most 64 are allowed");
    } else if contains(ENVELOPE_KEYS, field.wire_name) {
        push(
            &mut text,
            &["wire name `", field.wire_name, "` of part `", piece.name],
        );
        text.push("` is reserved for the envelope\nhelp: use another prefix, or rename the field");
    } else if is_newer(field, schema) {
        let since = match field.since {
            Some(since) => since,
            None => "",
        };
        push(
            &mut text,
            &["field `", field.wire_name, "` of part `", piece.name],
        );
        push(
            &mut text,
            &[
                "` exists since ",
                since,
                " but the event declares schema `",
                schema,
            ],
        );
        push(
            &mut text,
            &[
                "`\nhelp: declare `schema = \"",
                since,
                "\"`, or use a part without the field",
            ],
        );
    } else {
        return None;
    }
    Some(text)
}

/// True for a field that is newer than the event.
const fn is_newer(field: &FieldDescriptor, schema: &str) -> bool {
    let since = match field.since {
        Some(since) => SchemaVersion::parse(since),
        None => None,
    };
    match (since, SchemaVersion::parse(schema)) {
        (Some(since), Some(schema)) => since.is_later_than(schema),
        _ => false,
    }
}

pub(super) const fn push(text: &mut Message, mut parts: &[&str]) {
    while let [part, rest @ ..] = parts {
        text.push(part);
        parts = rest;
    }
}
