//! Lists in a canonical form, so that the order of a configuration reveals nothing.

use std::{borrow::Cow, collections::BTreeSet};

/// The aliases in the order of their code points, joined with commas; `none` without aliases.
///
/// White space around an alias is removed and blank aliases are omitted. Duplicates are kept: a pool
/// of two models with one name is not a pool of one. The user chooses the aliases, so a field for
/// them is free text and needs a reason.
///
/// ```
/// use telemetry_runtime::privacy::join_aliases;
///
/// assert_eq!(join_aliases([" small", "large ", ""], "not_applicable"), "large,small");
/// assert_eq!(join_aliases([""; 0], "not_applicable"), "not_applicable");
/// ```
#[must_use]
pub fn join_aliases<A: AsRef<str>>(
    aliases: impl IntoIterator<Item = A>,
    none: &'static str,
) -> Cow<'static, str> {
    let mut aliases: Vec<String> = aliases
        .into_iter()
        .map(|alias| alias.as_ref().trim().to_owned())
        .filter(|alias| !alias.is_empty())
        .collect();
    if aliases.is_empty() {
        return Cow::Borrowed(none);
    }
    aliases.sort_unstable();
    Cow::Owned(aliases.join(","))
}

/// The values in order without duplicates; `[none]` without values.
///
/// For lists that must not be empty on the wire.
///
/// ```
/// use telemetry_runtime::{Label, privacy::sorted_or};
///
/// let hosts = [Label("local"), Label("hub"), Label("local")];
/// assert_eq!(sorted_or(hosts, Label("other")), [Label("hub"), Label("local")]);
/// assert_eq!(sorted_or([], Label("other")), [Label("other")]);
/// ```
#[must_use]
pub fn sorted_or<T: Ord>(values: impl IntoIterator<Item = T>, none: T) -> Vec<T> {
    let mut values: BTreeSet<T> = values.into_iter().collect();
    if values.is_empty() {
        values.insert(none);
    }
    values.into_iter().collect()
}
