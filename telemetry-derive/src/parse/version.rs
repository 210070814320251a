//! Parses schema versions.

use syn::LitStr;

use crate::{
    attr::Entries,
    diag::{self, Errors},
    model::Since,
    wire,
};

/// Major and minor number.
pub(super) fn parse(literal: &LitStr, errors: &mut Errors) -> Option<(u16, u16)> {
    let version = literal.value();
    let numbers = wire::schema_version(&version);
    if numbers.is_none() {
        let fixed = wire::to_schema_version(&version);
        errors.push(diag::bad_schema(literal, &version, &fixed));
    }
    numbers
}

/// `since = "..."` of a field or variant.
pub(super) fn since(entries: &Entries, errors: &mut Errors) -> Option<Since> {
    version_of("since", entries, errors)
}

/// `retired = "..."` of a field.
pub(super) fn retired(entries: &Entries, errors: &mut Errors) -> Option<Since> {
    version_of("retired", entries, errors)
}

fn version_of(key: &str, entries: &Entries, errors: &mut Errors) -> Option<Since> {
    let literal = entries.text(key)?;
    Some(Since {
        key: entries.key(key)?.clone(),
        literal: literal.clone(),
        version: parse(literal, errors),
    })
}
