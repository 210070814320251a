//! Reads doc comments. Their text becomes the `description` in the JSON Schema.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, Lit, Meta};

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

    /// The comment as attributes, or `otherwise` if there is none.
    pub(crate) fn attributes_or(&self, otherwise: &str) -> TokenStream {
        if self.text.is_empty() {
            return quote::quote!(#[doc = #otherwise]);
        }
        self.attributes
            .iter()
            .map(ToTokens::to_token_stream)
            .collect()
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
}
