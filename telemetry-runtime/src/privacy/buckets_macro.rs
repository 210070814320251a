//! `telemetry_buckets!`: a declaration of ranges becomes a field type.
//!
//! The expansion is one small struct with its trait impls. The const functions of `buckets.rs` build
//! all labels from the edges.

/// Declares a type for a count that is sent as one of a few ranges.
///
/// An edge is the greatest count of its bucket. The labels are derived from the edges; `lowest`
/// replaces that of the lowest bucket.
///
/// ```
/// use telemetry_runtime::telemetry_buckets;
///
/// telemetry_buckets! {
///     /// Files that one command touched.
///     pub FileCount("FileCountEnum") = [0, 5, 10];
///     /// Records of the input.
///     pub Records = [200, 1_000], lowest = "1-200", unknown = "unknown"
/// }
///
/// assert_eq!(FileCount::VALUES, ["0", "1-5", "6-10", "11+", "undefined"]);
/// assert_eq!(FileCount::of(7_u64).as_str(), "6-10");
/// assert_eq!(Records::of(-3).as_str(), "1-200");
/// assert_eq!(Records::unknown().as_str(), "unknown");
/// ```
///
/// With a name in parentheses the type is a wire enum: the schema's `definitions.types` lists it under
/// that name, with the doc comment as its description. Without a name it is text. Edges that do not
/// increase and duplicate labels do not compile:
///
/// ```compile_fail,E0277
/// telemetry_runtime::telemetry_buckets! { FileCount = [5, 5, 10] }
/// ```
#[macro_export]
macro_rules! telemetry_buckets {
    ($(#[$($meta:tt)*])* $vis:vis $name:ident $(($wire:literal))? = [] $($rest:tt)*) => {
        ::core::compile_error!("buckets need at least one edge");
    };
    (
        $(#[$($meta:tt)*])*
        $vis:vis $name:ident $(($wire:literal))? = [$($edge:literal),+ $(,)?]
        $(, lowest = $lowest:literal)? $(, unknown = $unknown:literal)? $(,)?
        $(; $($rest:tt)*)?
    ) => {
        $(#[$($meta)*])*
        #[doc = "\n\nA count, sent as the range that contains it."]
        #[derive(
            $crate::privacy::macros::Clone, $crate::privacy::macros::Copy, $crate::privacy::macros::PartialEq,
            $crate::privacy::macros::Eq, $crate::privacy::macros::PartialOrd, $crate::privacy::macros::Ord,
            $crate::privacy::macros::Hash,
        )]
        $vis struct $name($crate::privacy::macros::Bucket);

        const _: () = {
            const EDGES: &[u64] = &$crate::privacy::macros::edges([$($edge),+]);
            const COUNT: usize = EDGES.len() + 2;
            const LOWEST: $crate::privacy::macros::Option<&str> =
                $crate::privacy::macros::given(&[$($lowest)?]);
            const UNKNOWN: &str = $crate::privacy::macros::given_or(&[$($unknown)?], "undefined");
            const TEXTS: &[$crate::privacy::macros::Text<{ $crate::privacy::macros::LABEL_BYTES }>; COUNT] =
                &$crate::privacy::macros::texts(EDGES, LOWEST, UNKNOWN);
            const QUOTED: &[&str; COUNT] = &$crate::privacy::macros::quoted(TEXTS);
            const ALL: &[&str; COUNT] = &$crate::privacy::macros::inner(QUOTED);

            const DOC_LINES: &str =
                $crate::privacy::macros::concat!($($crate::__telemetry_doc_line!($($meta)*),)* "");
            const DOCS: &$crate::privacy::macros::Text<{ DOC_LINES.len() }> =
                &$crate::privacy::macros::join_doc_lines(DOC_LINES);
            const DESCRIPTOR: &$crate::descriptor::EnumDescriptor = &$crate::privacy::macros::descriptor(
                $crate::privacy::macros::given_or(&[$($wire)?], ""),
                DOCS.as_str(),
                &$crate::privacy::macros::enum_values(ALL),
                UNKNOWN,
            );

            $($crate::privacy::macros::edge::<{ $crate::privacy::macros::is_edge($edge) }>($edge);)+
            $crate::__telemetry_increasing!($($edge)+);
            $($crate::privacy::macros::plain_label::<
                { $crate::privacy::macros::is_plain($lowest) }>($lowest);)?
            $($crate::privacy::macros::plain_label::<
                { $crate::privacy::macros::is_plain($unknown) }>($unknown);)?
            $($crate::privacy::macros::unique_label::<
                { $crate::privacy::macros::contains(ALL.split_at(1).1, $lowest) }>($lowest);)?
            $($crate::privacy::macros::unique_label::<
                { $crate::privacy::macros::contains(ALL.split_at(COUNT - 1).0.split_at(1).1, $unknown) }>($unknown);)?

            #[automatically_derived]
            impl $crate::privacy::macros::Buckets for $name {
                const EDGES: &'static [u64] = EDGES;
                const ALL: &'static [&'static str] = ALL;
                const QUOTED: &'static [&'static str] = QUOTED;
            }

            #[allow(dead_code)]
            impl $name {
                /// Every text that can be on the wire: the labels, then that of "unknown".
                $vis const VALUES: &'static [&'static str] = ALL;

                /// The bucket that contains `count`; a negative count is in the lowest bucket.
                #[must_use]
                $vis fn of(count: impl $crate::field::IntoCount) -> Self {
                    Self($crate::privacy::macros::index_of::<Self>(count))
                }

                /// The value for "unknown".
                #[must_use]
                $vis const fn unknown() -> Self {
                    Self($crate::privacy::macros::Bucket(COUNT - 1))
                }

                /// The text on the wire.
                #[must_use]
                $vis fn as_str(&self) -> &'static str {
                    <Self as $crate::privacy::macros::Buckets>::ALL
                        .get(self.0.0)
                        .copied()
                        .unwrap_or(UNKNOWN)
                }
            }

            #[automatically_derived]
            impl $crate::privacy::macros::Debug for $name {
                fn fmt(
                    &self,
                    f: &mut $crate::privacy::macros::Formatter<'_>,
                ) -> $crate::privacy::macros::Result {
                    f.debug_tuple($crate::privacy::macros::stringify!($name))
                        .field(&self.as_str())
                        .finish()
                }
            }

            #[automatically_derived]
            impl $crate::field::TelemetryField for $name {
                const TYPE: $crate::descriptor::FieldType =
                    match $crate::privacy::macros::given(&[$($wire)?]) {
                        $crate::privacy::macros::Option::Some(_) => $crate::descriptor::FieldType::Enum(DESCRIPTOR),
                        $crate::privacy::macros::Option::None => {
                            $crate::descriptor::FieldType::Text($crate::privacy::macros::Option::Some(ALL))
                        }
                    };

                fn visit<V: $crate::field::FieldVisitor>(&self, key: &'static str, visitor: &mut V) {
                    visitor.quoted(key, QUOTED.get(self.0.0).copied().unwrap_or("\"undefined\""));
                }
            }

            #[automatically_derived]
            impl $crate::field::ClosedField for $name {}

            #[automatically_derived]
            impl $crate::field::TextField for $name {
                fn as_text(&self) -> &str {
                    self.as_str()
                }
            }

            #[automatically_derived]
            impl $crate::field::CountKey for $name {
                fn index(&self) -> usize {
                    self.0.0
                }
            }

            #[automatically_derived]
            impl $crate::field::HasSentinel for $name {
                fn sentinel() -> Self {
                    Self::unknown()
                }
            }

            #[automatically_derived]
            impl $crate::field::HasDefault for $name {
                type Value = Self;

                fn from_default(value: Self) -> Self {
                    value
                }
            }

            $(
                #[automatically_derived]
                impl $crate::TelemetryEnum for $name {
                    const DESCRIPTOR: &'static $crate::descriptor::EnumDescriptor = {
                        let _ = $wire;
                        DESCRIPTOR
                    };
                    const VALUES: &'static [&'static str] = ALL;

                    fn quoted(&self) -> &'static str {
                        QUOTED.get(self.0.0).copied().unwrap_or("\"undefined\"")
                    }
                }
            )?
        };

        $($crate::telemetry_buckets! { $($rest)* })?
    };
    () => {};
    ($($other:tt)*) => {
        ::core::compile_error!(
            "expected a name and the edges of its buckets\n\
             help: write `pub FileCount = [0, 5, 10]`, and after the list `, lowest = \"0-5\"` or `, unknown = \"unknown\"` if needed; separate sets with `;`"
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_increasing {
    ($before:literal $edge:literal $($rest:literal)*) => {
        $crate::privacy::macros::increasing::<{ ($before as i128) < ($edge as i128) }>($edge);
        $crate::__telemetry_increasing!($edge $($rest)*);
    };
    ($last:literal) => {};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_doc_line {
    (doc = $line:literal) => {
        $crate::privacy::macros::concat!($line, "\n")
    };
    ($($other:tt)*) => {
        ""
    };
}
