//! Generated code as text that a person reads.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The items that `code` consists of; `Err` when it is not made of items.
///
/// Parsed by syn 2, so that syn 3 is here as the derives have it: without its feature `full`.
pub(super) fn items(code: TokenStream) -> Result<syn2::File, syn2::Error> {
    syn2::parse2(code)
}

/// `code` as rustfmt would have it, without what only repeats the declaration's prose: doc
/// comments, and attributes for lints.
pub(super) fn trimmed(code: TokenStream) -> String {
    let file = items(without_prose(code)).expect("an expansion is made of items");
    prettyplease::unparse(&file)
}

fn without_prose(code: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in code {
        match token {
            TokenTree::Group(group) if is_prose(&group) => {
                kept.pop();
            }
            TokenTree::Group(group) => {
                let inner = without_prose(group.stream());
                kept.push(Group::new(group.delimiter(), inner).into());
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

/// True for what stands between the brackets of `#[doc = ...]` and `#[allow(...)]`.
fn is_prose(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(word)) if word == "doc" || word == "allow")
}
