//! The checks of structs with parts, in constants: the macro does not know the fields of a part.
//!
//! Each check returns the text of the compile error at one field of the struct.

use super::{
    Message,
    list_check::item_problem,
    parts::{Piece, count},
    push,
};
use crate::{
    event::{descriptor::FieldDescriptor, fields::MAX_NAME, schema_version::SchemaVersion},
    util::const_str::{contains, eq},
};

/// Keys of the envelope, which no field may have. The derive checks the names without a prefix.
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

/// The event that contains the pieces. A part has no schema and no registry.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    /// The result of [`has_clash`], which is evaluated once.
    pub has_clash: bool,
    /// Version of the schema, or an empty text.
    pub schema: &'static str,
    /// True if fields must have doc comments.
    pub has_registry: bool,
}

/// True if a field of a part has the wire name of a field outside the part.
#[must_use]
pub const fn has_clash(mut pieces: &[Piece], fields: &[FieldDescriptor]) -> bool {
    let mut start = 0;
    while let [piece, rest @ ..] = pieces {
        let end = start + piece.fields.len();
        if piece.is_part
            && let Some((to_end, after)) = fields.split_at_checked(end)
            && let Some((before, mut own)) = to_end.split_at_checked(start)
        {
            while let [field, more @ ..] = own {
                if has_name(before, field.wire_name) || has_name(after, field.wire_name) {
                    return true;
                }
                own = more;
            }
        }
        start = end;
        pieces = rest;
    }
    false
}

/// The piece at `index`, and its fields on the wire.
pub(super) const fn fields_of<'p>(
    pieces: &'p [Piece],
    fields: &'p [FieldDescriptor],
    index: usize,
) -> Option<(&'p Piece, &'p [FieldDescriptor])> {
    let Some((before, [piece, ..])) = pieces.split_at_checked(index) else {
        return None;
    };
    let Some((_, fields)) = fields.split_at_checked(count(before)) else {
        return None;
    };
    match fields.split_at_checked(piece.fields.len()) {
        Some((own, _)) => Some((piece, own)),
        None => None,
    }
}

/// The first problem of the piece at `index`. `fields` are those of all pieces.
#[must_use]
pub const fn piece_problem(
    pieces: &[Piece],
    fields: &[FieldDescriptor],
    index: usize,
    owner: Owner,
) -> Option<Message> {
    if let Some((_, [piece, ..])) = pieces.split_at_checked(index)
        && !piece.is_part
        && !owner.has_clash
    {
        return None;
    }
    let Some((piece, mut own)) = fields_of(pieces, fields, index) else {
        return None;
    };
    while let [field, more @ ..] = own {
        if owner.has_clash
            && let Some(other) = same_name(pieces, fields, (index, piece.is_part), field.wire_name)
        {
            return Some(clash(piece, other, field.wire_name));
        }
        if piece.is_part
            && let Some(problem) = field_problem(piece, field, owner)
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
    mut pieces: &'p [Piece],
    mut fields: &[FieldDescriptor],
    (index, is_part): (usize, bool),
    name: &str,
) -> Option<&'p Piece> {
    let mut position = 0;
    while let [piece, more @ ..] = pieces {
        let Some((own, after)) = fields.split_at_checked(piece.fields.len()) else {
            return None;
        };
        if position != index && (is_part || piece.is_part) && has_name(own, name) {
            return Some(piece);
        }
        position += 1;
        fields = after;
        pieces = more;
    }
    None
}

pub(super) const fn has_name(mut fields: &[FieldDescriptor], name: &str) -> bool {
    while let [field, rest @ ..] = fields {
        if eq(field.wire_name, name) {
            return true;
        }
        fields = rest;
    }
    false
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
            &[other.name, "`; rename one field, or set `prefix = \"...\"`"],
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

const fn field_problem(piece: &Piece, field: &FieldDescriptor, owner: Owner) -> Option<Message> {
    let schema = owner.schema;
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
    } else if !piece.prefix.is_empty() && contains(ENVELOPE_KEYS, field.wire_name) {
        push(
            &mut text,
            &["wire name `", field.wire_name, "` of part `", piece.name],
        );
        text.push("` is reserved for the envelope\nhelp: use another prefix, or rename the field");
    } else if is_later(field.since, schema) {
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
    } else if let Some(retired) = field.retired
        && is_later(field.retired, schema)
    {
        push(
            &mut text,
            &["field `", field.wire_name, "` of part `", piece.name],
        );
        push(
            &mut text,
            &[
                "` is retired in ",
                retired,
                " but the event declares schema `",
                schema,
            ],
        );
        push(
            &mut text,
            &[
                "`\nhelp: declare `schema = \"",
                retired,
                "\"`, or use a part with the field",
            ],
        );
    } else if let Some(problem) = item_problem(field, schema, owner.has_registry) {
        return Some(problem);
    } else if owner.has_registry && field.docs.is_empty() {
        push(
            &mut text,
            &["field `", field.wire_name, "` of part `", piece.name],
        );
        text.push("` has no doc comment\nhelp: add one in the part; it becomes `description` in the JSON Schema and is shown to users");
    } else {
        return None;
    }
    Some(text)
}

/// True for a version that is later than that of the event.
const fn is_later(version: Option<&str>, schema: &str) -> bool {
    let version = match version {
        Some(version) => SchemaVersion::parse(version),
        None => None,
    };
    match (version, SchemaVersion::parse(schema)) {
        (Some(version), Some(schema)) => version.is_later_than(schema),
        _ => false,
    }
}
