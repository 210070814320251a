//! Formats generated code for the snapshots.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The items in `code`; `Err` if it does not parse as items.
///
/// Parsed with syn 2, so that syn 3 is tested without its feature `full`, as the derives use it.
pub(super) fn items(code: TokenStream) -> Result<syn2::File, syn2::Error> {
    syn2::parse2(code)
}

/// Formatted `code` without doc comments and lint attributes.
pub(super) fn formatted(code: TokenStream) -> String {
    let file = items(without_docs_and_lints(code)).expect("an expansion consists of items");
    prettyplease::unparse(&file)
}

fn without_docs_and_lints(code: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in code {
        match token {
            TokenTree::Group(group) if is_doc_or_lint(&group) => {
                kept.pop();
            }
            TokenTree::Group(group) => {
                let inner = without_docs_and_lints(group.stream());
                kept.push(Group::new(group.delimiter(), inner).into());
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

/// True for the brackets of `#[doc = ...]` and `#[allow(...)]`.
fn is_doc_or_lint(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(word)) if word == "doc" || word == "allow")
}
