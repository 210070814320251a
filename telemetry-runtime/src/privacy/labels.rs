//! Closed sets of labels: `telemetry_labels!` and [`Allowlisted`].
//!
//! **Invariants.** Only text that is part of the program is sent. Text from outside selects a label or
//! becomes the sentinel; it is never copied into a value.

use std::{fmt, hash, marker::PhantomData};

use crate::{
    event::{
        descriptor::FieldType,
        field::{ClosedField, CountKey, HasDefault, HasSentinel, TelemetryField, TextField},
        visitor::{FieldVisitor, Key},
    },
    util::const_str,
};

/// A closed set of labels. Implemented by [`telemetry_labels!`](crate::telemetry_labels) only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of labels",
    note = "declare it: `telemetry_labels! {{ pub Commands = [\"build\", \"check\"] }}`"
)]
pub trait LabelSet: 'static {
    /// The labels in declaration order, without that of "unknown".
    const VALUES: &'static [&'static str];
    /// The text on the wire for everything else.
    const UNKNOWN: &'static str;
    /// [`VALUES`](Self::VALUES), then [`UNKNOWN`](Self::UNKNOWN): every text that can be on the wire.
    #[doc(hidden)]
    const ALL: &'static [&'static str];
}

/// One label of the set `L`, or its "unknown".
///
/// ```
/// use telemetry_runtime::{Allowlisted, telemetry_labels};
///
/// telemetry_labels! { pub Commands = ["build", "check", "run"] }
///
/// let known: Allowlisted<Commands> = Commands::get("build");
/// assert_eq!(known.as_str(), "build");
/// assert_eq!(Commands::get("/home/alice/secret").as_str(), "undefined");
/// ```
pub struct Allowlisted<L> {
    label: &'static str,
    set: PhantomData<fn() -> L>,
}

impl<L: LabelSet> Allowlisted<L> {
    /// The label that equals `text`, otherwise "unknown".
    #[must_use]
    pub fn get(text: &str) -> Self {
        let label = L::VALUES.iter().find(|label| **label == text);
        Self::of(label.unwrap_or(&L::UNKNOWN))
    }

    /// The text on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.label
    }

    /// The value for text that is not in the list.
    #[cfg(feature = "clap")]
    pub(super) const fn unknown() -> Self {
        Self::of(L::UNKNOWN)
    }

    const fn of(label: &'static str) -> Self {
        Self {
            label,
            set: PhantomData,
        }
    }
}

impl<L: LabelSet> Clone for Allowlisted<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L: LabelSet> Copy for Allowlisted<L> {}

impl<L: LabelSet> fmt::Debug for Allowlisted<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Allowlisted").field(&self.label).finish()
    }
}

impl<L: LabelSet> PartialEq for Allowlisted<L> {
    fn eq(&self, other: &Self) -> bool {
        self.label == other.label
    }
}

impl<L: LabelSet> Eq for Allowlisted<L> {}

impl<L: LabelSet> PartialOrd for Allowlisted<L> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders labels by their text, so that a `BTreeSet` of labels is sorted on the wire.
impl<L: LabelSet> Ord for Allowlisted<L> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.label.cmp(other.label)
    }
}

impl<L: LabelSet> hash::Hash for Allowlisted<L> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.label.hash(state);
    }
}

#[diagnostic::do_not_recommend]
impl<L: LabelSet> CountKey for Allowlisted<L> {
    fn index(&self) -> usize {
        let position = L::ALL.iter().position(|label| *label == self.label);
        // The last one is that of "unknown".
        position.unwrap_or(L::VALUES.len())
    }
}

#[diagnostic::do_not_recommend]
impl<L: LabelSet> TelemetryField for Allowlisted<L> {
    const TYPE: FieldType = FieldType::Text(Some(L::ALL));

    fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
        visitor.text(key, self.label);
    }
}

#[diagnostic::do_not_recommend]
impl<L: LabelSet> ClosedField for Allowlisted<L> {}

#[diagnostic::do_not_recommend]
impl<L: LabelSet> TextField for Allowlisted<L> {
    fn as_text(&self) -> &str {
        self.label
    }
}

#[diagnostic::do_not_recommend]
impl<L: LabelSet> HasSentinel for Allowlisted<L> {
    fn sentinel() -> Self {
        Self::of(L::UNKNOWN)
    }
}

/// A default that is not one of the labels becomes "unknown".
#[diagnostic::do_not_recommend]
impl<L: LabelSet> HasDefault for Allowlisted<L> {
    type Value = &'static str;

    fn from_default(value: &'static str) -> Self {
        Self::get(value)
    }
}

/// Holds for a label that is in its list once. The error points at the duplicate literal.
#[diagnostic::on_unimplemented(
    message = "label used twice",
    label = "this label is already in the list",
    note = "the labels of a set differ from each other and from that of \"unknown\""
)]
pub trait UniqueLabel<const TWICE: bool> {}

impl<T> UniqueLabel<false> for T {}

/// Compiles when `TWICE` is false.
pub const fn unique_label<const TWICE: bool>(_: impl Copy + UniqueLabel<TWICE>) {}

/// True when the label at `index` is also at a smaller index.
#[must_use]
pub const fn given_before(labels: &[&str], index: usize) -> bool {
    match labels.split_at_checked(index) {
        Some((before, [label, ..])) => const_str::contains(before, label),
        _ => false,
    }
}

/// `labels`, then `unknown`.
#[must_use]
pub const fn all<const N: usize>(
    mut labels: &[&'static str],
    unknown: &'static str,
) -> [&'static str; N] {
    let mut all = [unknown; N];
    let mut slots: &mut [&'static str] = &mut all;
    while let ([slot, slots_left @ ..], [label, labels_left @ ..]) = (slots, labels) {
        *slot = label;
        slots = slots_left;
        labels = labels_left;
    }
    all
}

/// Declares a closed set of labels, all of which are part of the program.
///
/// ```
/// use telemetry_runtime::telemetry_labels;
///
/// telemetry_labels! {
///     /// The commands of the program.
///     pub Commands = ["build", "check", "run"];
///     /// Source of an answer.
///     Origins = ["cache", "disk"], unknown = "unknown"
/// }
///
/// assert_eq!(Commands::VALUES, ["build", "check", "run"]);
/// assert_eq!(Commands::get("check").as_str(), "check");
/// assert_eq!(Origins::get("floppy").as_str(), "unknown");
/// ```
///
/// `NAME::get(text)` returns an [`Allowlisted<NAME>`](crate::Allowlisted), which is a field type. Text
/// that is not in the list becomes `"undefined"`, or the text after `unknown =`. Duplicate labels do
/// not compile:
///
/// ```compile_fail,E0277
/// telemetry_runtime::telemetry_labels! { Commands = ["build", "check", "build"] }
/// ```
#[macro_export]
macro_rules! telemetry_labels {
    ($(#[$meta:meta])* $vis:vis $name:ident = [] $($rest:tt)*) => {
        ::core::compile_error!("a set of labels needs at least one label");
    };
    (
        $(#[$meta:meta])*
        $vis:vis $name:ident = [$($label:literal),+ $(,)?] $(, unknown = $unknown:literal)? $(,)?
        $(; $($rest:tt)*)?
    ) => {
        $(#[$meta])*
        #[doc = $crate::privacy::macros::concat!("\n\nOne of", $(" `", $label, "`",)+ ".")]
        $vis enum $name {}

        #[automatically_derived]
        impl $crate::field::LabelSet for $name {
            const VALUES: &'static [&'static str] = &[$($label),+];
            const UNKNOWN: &'static str =
                $crate::privacy::macros::given_or(&[$($unknown)?], "undefined");
            const ALL: &'static [&'static str] = &$crate::privacy::macros::all::<
                { <$name as $crate::field::LabelSet>::VALUES.len() + 1 },
            >(
                <$name as $crate::field::LabelSet>::VALUES,
                <$name as $crate::field::LabelSet>::UNKNOWN,
            );
        }

        #[allow(dead_code)]
        impl $name {
            /// The labels in declaration order, without that of "unknown".
            $vis const VALUES: &'static [&'static str] = <$name as $crate::field::LabelSet>::VALUES;

            /// The label that equals `text`, otherwise "unknown".
            #[must_use]
            $vis fn get(text: &str) -> $crate::Allowlisted<$name> {
                $crate::Allowlisted::get(text)
            }
        }

        const _: () = {
            $crate::__telemetry_unique_labels!($name, (0), $($label)+);
            $($crate::privacy::macros::unique_label::<
                { $crate::privacy::macros::contains(<$name as $crate::field::LabelSet>::VALUES, $unknown) }>($unknown);)?
        };

        $($crate::telemetry_labels! { $($rest)* })?
    };
    () => {};
    ($(#[$meta:meta])* $vis:vis enum $($rest:tt)*) => {
        ::core::compile_error!(
            "`telemetry_labels!` declares a set of texts, not an enum\n\
             help: write `pub Commands = [\"build\", \"check\"]`, or derive `TelemetryEnum` on the enum without this macro"
        );
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "expected a name and its labels\n\
             help: write `pub Commands = [\"build\", \"check\"]`, and after the list `, unknown = \"other\"` if needed; separate sets with `;`"
        );
    };
}

// Eight labels per step, because the recursion limit is 128 and a list can be longer.
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_unique_labels {
    ($name:ident, ($at:expr), $a:literal $b:literal $c:literal $d:literal
        $e:literal $f:literal $g:literal $h:literal $($rest:literal)+) => {
        $crate::__telemetry_unique_labels!($name, ($at), $a $b $c $d $e $f $g $h);
        $crate::__telemetry_unique_labels!($name, ($at + 8), $($rest)+);
    };
    ($name:ident, ($at:expr), $label:literal $($rest:literal)*) => {
        $crate::privacy::macros::unique_label::<
            { $crate::privacy::macros::given_before(<$name as $crate::field::LabelSet>::VALUES, $at) }>($label);
        $crate::__telemetry_unique_labels!($name, ($at + 1), $($rest)*);
    };
    ($name:ident, ($at:expr),) => {};
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{descriptor::Sentinel, field::wire_value::wire_value};

    crate::telemetry_labels! {
        /// Twenty labels.
        Many = [
            "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q",
            "r", "s", "t",
        ], unknown = "none";
        pub(crate) Few = ["x"];
    }

    #[test]
    fn only_listed_text_is_sent() {
        assert_eq!(Many::get("t").as_str(), "t");
        assert_eq!(Many::get("u"), Allowlisted::sentinel());
        assert_eq!(Many::get("").as_str(), "none");
        assert_eq!(Few::get("X").as_str(), "undefined");
        assert_eq!(Allowlisted::<Few>::from_default("x").as_text(), "x");
        assert_eq!(wire_value(&Few::get("x")), Sentinel::Text("x".into()));
    }

    #[test]
    fn the_field_type_lists_every_text_that_can_be_on_the_wire() {
        assert!(matches!(
            <Allowlisted<Few> as TelemetryField>::TYPE,
            FieldType::Text(Some(["x", "undefined"]))
        ));
        assert_eq!(Many::ALL.len(), Many::VALUES.len() + 1);
    }

    #[test]
    fn labels_sort_by_their_text() {
        let set = std::collections::BTreeSet::from([Many::get("c"), Many::get("a")]);
        let sorted: Vec<_> = set.iter().map(Allowlisted::as_str).collect();
        assert_eq!(sorted, ["a", "c"]);
    }
}
