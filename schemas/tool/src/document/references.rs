//! `$ref`: names of shared types and of events.

use crate::error::Problem;

use super::keywords::Section;

pub(crate) const TYPES: &str = "#/definitions/types/";
pub(crate) const EVENTS: &str = "#/definitions/events/";

/// The name behind a prefix, without the escapes of a JSON pointer in a URI.
pub(crate) fn name_in(reference: &str, prefix: &str) -> Option<String> {
    let token = percent_decoded(reference.strip_prefix(prefix)?)?;
    if token.is_empty() || token.contains('/') {
        return None;
    }
    Some(token.replace("~1", "/").replace("~0", "~"))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let value = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The name of the shared type, if the section is a `$ref`.
///
/// Validators of draft-07 ignore everything beside `$ref`, so only notes may be there.
pub(super) fn reference(section: &Section<'_>) -> Result<Option<String>, Problem> {
    let Some(target) = section.optional_text("$ref")? else {
        return Ok(None);
    };
    let beside = section.members.iter().find(|member| {
        member.key != "$ref" && !super::keywords::NOTES.contains(&member.key.as_str())
    });
    if let Some(member) = beside {
        let key = &member.key;
        return Err(Problem::new(
            format!("the keyword `{key}` has no effect beside `$ref`"),
            format!("move `{key}` into the shared type, or remove `$ref`"),
        )
        .at(member.position)
        .in_value(section.pointer_of(key)));
    }
    match name_in(target, TYPES) {
        Some(name) => Ok(Some(name)),
        None => {
            let position = section
                .get("$ref")
                .map_or(section.node.position, |it| it.position);
            Err(Problem::new(
                format!("`$ref` to `{target}` is not a shared type of this document"),
                format!("write `{TYPES}` and the name of a type"),
            )
            .at(position)
            .in_value(section.pointer_of("$ref")))
        }
    }
}
