//! `registry = "path"`: compares an event with its registry document while it compiles.
//!
//! What the macro sees is compared here; what only the compiler knows (the types of fields, the
//! values of enums) becomes checks in the expansion. The document never changes what an event is:
//! with it or without it, the expansion of a right event does the same.
//!
//! `locate.rs` finds the file, `load.rs` reads it through `json.rs` and `document.rs`, `diff.rs`
//! compares; `refresh.rs` knows how to rewrite the file.

mod diff;
mod document;
mod json;
mod load;
mod locate;
mod node;
mod position;
mod refresh;

pub(crate) use document::{Enum, Type, Unreadable};
pub(crate) use load::Failure;
pub(crate) use locate::{ROOT, SWITCH};
pub(crate) use refresh::Refresh;

use syn::LitStr;

use crate::{
    diag::{self, Errors},
    model::Event,
};
use locate::Astray;

/// What the document says of an event whose declaration agrees with it as far as the macro sees.
pub(crate) struct Checked {
    /// The file, for the compiler to track; `None` when the check is off.
    pub(crate) tracked: Option<Tracked>,
    /// The types of the event's fields, in the order of the struct.
    pub(crate) types: Vec<Type>,
    pub(crate) refresh: Refresh,
}

/// A file below a folder that a variable names.
pub(crate) struct Tracked {
    pub(crate) variable: &'static str,
    pub(crate) path: String,
}

impl Checked {
    fn off() -> Self {
        Self {
            tracked: None,
            types: Vec::new(),
            refresh: Refresh::default(),
        }
    }
}

/// Compares the event with the document that it names; `None` when it names none, or on errors.
pub(crate) fn check(event: &Event, errors: &mut Errors) -> Option<Checked> {
    let path = &event.registry.as_ref()?.path;
    diff::documented(event, errors);
    if locate::is_off() {
        return Some(Checked::off());
    }
    let file = path.value();
    let base = located(path, &file)
        .map_err(|error| errors.push(error))
        .ok()?;
    let refresh = Refresh::of(&base);
    let document = load::load(&base.folder.join(&file))
        .map_err(|failure| errors.push(diag::no_registry(path, &file, &failure, &refresh)))
        .ok()?;
    let types = diff::compare(event, &document, &refresh, errors)?;
    Some(Checked {
        tracked: Some(Tracked {
            variable: base.variable,
            path: file,
        }),
        types,
        refresh,
    })
}

/// Makes an event whose missing doc comments were told look documented: `telemetry_registry!` would
/// tell them again.
pub(crate) fn consider_documented(event: &mut Event) {
    let fields = event.fields.iter_mut().map(|field| &mut field.docs);
    for docs in fields.chain([&mut event.docs]) {
        if docs.text.is_empty() {
            docs.text.push_str("undocumented");
        }
    }
}

fn located(literal: &LitStr, path: &str) -> syn::Result<locate::Base> {
    locate::relative(path)
        .and_then(|_| locate::base())
        .map_err(|astray| match astray {
            Astray::Empty => diag::empty_text(literal, "registry path"),
            Astray::Absolute => diag::absolute_registry(literal),
            Astray::RelativeRoot => diag::relative_root(literal),
            Astray::NoBase => diag::no_base(literal),
        })
}
