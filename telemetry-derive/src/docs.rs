//! Reads doc comments. Their text becomes the `description` in the JSON Schema.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, Expr, Lit, Meta, spanned::Spanned};

use crate::diag::{self, Errors};

/// The text of a doc comment, and its attributes, to repeat on generated items.
#[derive(Default)]
pub(crate) struct Docs {
    pub(crate) text: String,
    attributes: Vec<Attribute>,
}

impl Docs {
    pub(crate) fn of(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let attributes: Vec<_> = attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc"))
            .cloned()
            .collect();
        let blocks = attributes
            .iter()
            .filter_map(|attribute| match block(attribute) {
                Ok(block) => block,
                Err(error) => {
                    errors.push(error);
                    // Not empty, so that the comment is not reported as missing as well.
                    Some("invalid".to_owned())
                }
            });
        Self {
            text: join(blocks),
            attributes,
        }
    }

    /// The comment as attributes for an item outside of the impls of `ty`, or `otherwise` if there is
    /// none. `Self` in a link or in code is replaced by `ty`, which it refers to at the field.
    pub(crate) fn attributes_or(&self, otherwise: &str, ty: &str) -> TokenStream {
        if self.text.is_empty() {
            return quote::quote!(#[doc = #otherwise]);
        }
        if !self.text.contains("Self") {
            return self
                .attributes
                .iter()
                .map(ToTokens::to_token_stream)
                .collect();
        }
        let mut in_code_block = false;
        let attributes = self.attributes.iter().map(|attribute| {
            let text = match &attribute.meta {
                Meta::NameValue(pair) => literal(&pair.value),
                _ => None,
            };
            let text = text.and_then(|text| without_self(&text, ty, &mut in_code_block));
            match text {
                Some(text) => quote_spanned!(attribute.span()=> #[doc = #text]),
                None => attribute.to_token_stream(),
            }
        });
        attributes.collect()
    }
}

/// The text of one attribute; `None` for `#[doc(...)]`, which has no text.
fn block(attribute: &Attribute) -> syn::Result<Option<String>> {
    let literal = match &attribute.meta {
        Meta::List(_) => return Ok(None),
        Meta::NameValue(pair) => literal(&pair.value),
        Meta::Path(_) => None,
    };
    match literal {
        Some(text) => Ok(Some(text)),
        None => Err(diag::doc_not_a_literal(attribute)),
    }
}

fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(value) => match &value.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        // A text that `macro_rules` captured.
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}

/// The text with `ty` instead of `Self` in links and code; `None` if that changes nothing. Code blocks
/// stay as they are, since `Self` has another meaning there.
fn without_self(text: &str, ty: &str, in_code_block: &mut bool) -> Option<String> {
    let lines = text.split('\n').map(|line| {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        *in_code_block ^= is_fence;
        if *in_code_block {
            line.to_owned()
        } else {
            line_without_self(line, ty)
        }
    });
    let changed = lines.collect::<Vec<_>>().join("\n");
    (changed != text).then_some(changed)
}

fn line_without_self(line: &str, ty: &str) -> String {
    let mut parts = line.split("Self");
    let mut changed = parts.next().unwrap_or_default().to_owned();
    for after in parts {
        let before = changed.chars().next_back();
        let is_word = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let is_enclosed =
            before.is_some_and(|c| "[(`@".contains(c)) && after.starts_with(['`', ']', ')']);
        let is_path = is_word && after.starts_with("::");
        changed.push_str(if is_path || is_enclosed { ty } else { "Self" });
        changed.push_str(after);
    }
    changed
}

/// Lines of a paragraph are joined with a space, paragraphs with a line break.
fn join(blocks: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    let mut separator = "";
    for block in blocks {
        // `str::lines` would return no line for an empty block, which separates paragraphs.
        for line in block.split('\n').map(str::trim) {
            if line.is_empty() {
                separator = "\n";
                continue;
            }
            if !text.is_empty() {
                text.push_str(separator);
            }
            text.push_str(line);
            separator = " ";
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &[&str]) -> String {
        join(lines.iter().map(ToString::to_string))
    }

    #[test]
    fn lines_become_one_paragraph_and_a_blank_line_starts_another() {
        assert_eq!(text(&[" One", " two."]), "One two.");
        assert_eq!(
            text(&["", " One.", "", "", " Two", " three."]),
            "One.\nTwo three."
        );
        assert_eq!(text(&[" a\n b\n\n c"]), "a b\nc");
        assert_eq!(text(&[]), "");
    }

    #[test]
    fn self_in_links_and_code_becomes_the_type() {
        for (text, expected) in [
            ("See [`Self::is_long`].", "See [`Run::is_long`]."),
            (
                "[a](Self::a), [b][Self::b], [Self]",
                "[a](Run::a), [b][Run::b], [Run]",
            ),
            ("[c]: struct@Self", "[c]: struct@Self"),
            ("[`struct@Self`] and `Self`", "[`struct@Run`] and `Run`"),
            (
                "Self-hosted: MySelf::x, Selfish",
                "Self-hosted: MySelf::x, Selfish",
            ),
            (
                "Self::a\n```\nSelf::b\n```\nSelf::c",
                "Run::a\n```\nSelf::b\n```\nRun::c",
            ),
        ] {
            let found = without_self(text, "Run", &mut false);
            assert_eq!(found.as_deref().unwrap_or(text), expected);
        }
    }

    #[test]
    fn a_code_block_may_extend_over_several_attributes() {
        let mut in_code_block = false;
        let found: Vec<_> = ["```", "Self::a", "```", "Self::b"]
            .map(|line| without_self(line, "Run", &mut in_code_block))
            .into();
        assert_eq!(found, [None, None, None, Some("Run::b".to_owned())]);
    }
}
