//! Parses `max_items`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Expr, Token, parse::Parser, punctuated::Punctuated};

use crate::{
    attr::Entries,
    diag::{self, Errors},
};

/// The greatest `max_items`: an event is one small record.
const MOST_ITEMS: usize = 1000;

pub(super) fn max_items(entries: &Entries, errors: &mut Errors) -> Option<usize> {
    let (most, literal) = entries.count("max_items")?;
    if most == 0 {
        errors.push(diag::no_items(literal));
    } else if most > MOST_ITEMS {
        errors.push(diag::many_items(literal, most, MOST_ITEMS));
    }
    for name in ["max_len", "range", "unit"] {
        if let Some(key) = entries.key(name) {
            errors.push(diag::key_on_a_list(key, name));
        }
    }
    if let Some(default) = entries.expr("default")
        && items(default).is_some_and(|items| items > most)
    {
        errors.push(diag::long_default_list(default));
    }
    Some(most)
}

/// The number of items in `[a, b]`, `&[a, b]` or `vec![a, b]`; `None` for any other expression, because
/// the macro cannot evaluate it.
fn items(list: &TokenStream) -> Option<usize> {
    let mut tokens: Vec<_> = list.clone().into_iter().collect();
    let Some(TokenTree::Group(group)) = tokens.pop() else {
        return None;
    };
    let before: String = tokens.iter().map(ToString::to_string).collect();
    let is_list =
        group.delimiter() == Delimiter::Bracket && matches!(before.as_str(), "" | "&" | "vec!");
    if !is_list {
        return None;
    }
    let items = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(group.stream());
    Some(items.ok()?.len())
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn the_items_of_a_written_list_are_counted() {
        for (list, count) in [
            (quote!(vec![A, B::new(1, 2), c]), Some(3)),
            (quote!(&["a", "b",]), Some(2)),
            (quote!([]), Some(0)),
            (quote!(vec![A; 5]), None),
            (quote!(DEFAULTS), None),
            (quote!(make(1, 2)), None),
            (quote!(LISTS[0]), None),
        ] {
            assert_eq!(items(&list), count, "{list}");
        }
    }
}
