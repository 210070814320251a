//! Reads doc comments. Their text becomes the `description` in the JSON Schema.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text of a doc comment, and its attributes, to repeat on generated items.
#[derive(Default)]
pub(crate) struct Docs {
    pub(crate) text: String,
    attributes: Vec<Attribute>,
}

impl Docs {
    pub(crate) fn of(attributes: &[Attribute]) -> Self {
        let attributes: Vec<_> = attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc"))
            .cloned()
            .collect();
        Self {
            text: join(attributes.iter().filter_map(literal)),
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

fn literal(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(syn::MetaNameValue {
            value:
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }),
            ..
        }) => Some(text.value()),
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
