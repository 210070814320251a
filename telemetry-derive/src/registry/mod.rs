//! `registry = "path"`: compares an event with its registry document at compile time.
//!
//! Differences that the macro can detect are reported here. Differences that only the compiler can
//! detect (types of fields, values of enums) become checks in the expansion. The document never
//! changes the behaviour of an event: the expansion of a valid event does the same without it.
//!
//! `locate` finds the file, `load` reads it through `json` and `document`, `diff` compares;
//! `refresh` finds the command that rewrites the file.

mod diff;
mod document;
mod json;
mod load;
mod locate;
mod node;
mod position;
mod refresh;

pub(crate) use document::{Enum, Field, Type};
pub(crate) use locate::{ROOT, SWITCH};
pub(crate) use refresh::Refresh;

use std::io::ErrorKind;

use syn::LitStr;

use crate::{
    diag::{self, Errors},
    model::Event,
};
use document::DocumentError;
use load::LoadError;
use locate::LocateError;

/// The result of a check without errors.
pub(crate) struct Checked {
    /// The file that the compiler must track; `None` if the check is off.
    pub(crate) tracked: Option<Tracked>,
    /// The fields of the document, in the order of the struct.
    pub(crate) fields: Vec<Field>,
    /// All fields of the document's event, if the struct has parts: the compiler compares theirs.
    pub(crate) published: Vec<Published>,
    pub(crate) refresh: Refresh,
}

/// A field of the document, with the line that declares it in a struct.
pub(crate) struct Published {
    pub(crate) field: Field,
    pub(crate) line: String,
}

/// A file, relative to the folder in an environment variable.
pub(crate) struct Tracked {
    pub(crate) variable: &'static str,
    pub(crate) path: String,
}

impl Checked {
    fn off() -> Self {
        Self {
            tracked: None,
            fields: Vec::new(),
            published: Vec::new(),
            refresh: Refresh::default(),
        }
    }
}

/// Compares the event with its document; `None` if it has none, or after errors.
pub(crate) fn check(event: &Event, errors: &mut Errors) -> Option<Checked> {
    let path = &event.registry.as_ref()?.path;
    diff::require_docs(event, errors);
    if locate::is_off() {
        return Some(Checked::off());
    }
    let file = path.value();
    let base = locate_base(path, &file)
        .map_err(|error| errors.push(error))
        .ok()?;
    let refresh = Refresh::of(&base);
    let document = load::load(&base.folder.join(&file))
        .map_err(|error| errors.push(load_error(path, &file, &error, &refresh)))
        .ok()?;
    let fields = diff::compare(event, &document, &refresh, errors)?;
    let published = match event.item.parts.is_empty() {
        true => Vec::new(),
        false => diff::published(event, &document),
    };
    Some(Checked {
        tracked: Some(Tracked {
            variable: base.variable,
            path: file,
        }),
        fields,
        published,
        refresh,
    })
}

/// Adds text to empty doc comments that were already reported: `telemetry_registry!` would report them
/// again.
pub(crate) fn mark_documented(event: &mut Event) {
    let fields = event.item.fields.iter_mut().map(|field| &mut field.docs);
    for docs in fields.chain([&mut event.item.docs]) {
        if docs.text.is_empty() {
            docs.text.push_str("undocumented");
        }
    }
}

fn locate_base(literal: &LitStr, path: &str) -> syn::Result<locate::Base> {
    locate::relative(path)
        .and_then(|_| locate::base())
        .map_err(|error| match error {
            LocateError::Empty => diag::empty_text(literal, "registry path"),
            LocateError::Absolute => diag::absolute_registry(literal),
            LocateError::RelativeRoot => diag::relative_root(literal),
            LocateError::NoBase => diag::no_base(literal),
        })
}

fn load_error(literal: &LitStr, file: &str, error: &LoadError, refresh: &Refresh) -> syn::Error {
    match error {
        LoadError::Io(ErrorKind::NotFound) => diag::registry_not_found(literal, file, refresh),
        LoadError::Io(kind) => diag::registry_not_read(literal, file, kind, refresh),
        LoadError::TooLarge => diag::registry_too_large(literal, file, refresh),
        LoadError::Document(DocumentError::Syntax(problem)) => {
            diag::registry_not_json(literal, file, problem, refresh)
        }
        LoadError::Document(DocumentError::Structure(problem)) => {
            diag::registry_malformed(literal, file, problem, refresh)
        }
    }
}
