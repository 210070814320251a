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
            $crate::__privacy::Clone, $crate::__privacy::Copy, $crate::__privacy::PartialEq,
            $crate::__privacy::Eq, $crate::__privacy::PartialOrd, $crate::__privacy::Ord,
            $crate::__privacy::Hash,
        )]
        $vis struct $name($crate::__privacy::Bucket);

        const _: () = {
            const EDGES: &[u64] = &[$($edge),+];
            const COUNT: usize = EDGES.len() + 2;
            const LOWEST: $crate::__privacy::Option<&str> =
                $crate::__privacy::given(&[$($lowest)?]);
            const UNKNOWN: &str = $crate::__privacy::given_or(&[$($unknown)?], "undefined");
            const TEXTS: &[$crate::__privacy::Text<{ $crate::__privacy::LABEL_BYTES }>; COUNT] =
                &$crate::__privacy::texts(EDGES, LOWEST, UNKNOWN);
            const QUOTED: &[&str; COUNT] = &$crate::__privacy::quoted(TEXTS);
            const ALL: &[&str; COUNT] = &$crate::__privacy::inner(QUOTED);

            const DOC_LINES: &str =
                $crate::__privacy::concat!($($crate::__telemetry_doc_line!($($meta)*),)* "");
            const DOCS: &$crate::__privacy::Text<{ DOC_LINES.len() }> =
                &$crate::__privacy::join_doc_lines(DOC_LINES);
            const DESCRIPTOR: &$crate::descriptor::EnumDescriptor = &$crate::descriptor::EnumDescriptor::new(
                $crate::__privacy::given_or(&[$($wire)?], ""),
                DOCS.as_str(),
                &$crate::__privacy::enum_values(ALL),
                $crate::__privacy::Option::Some(UNKNOWN),
            );

            $crate::__telemetry_increasing!($($edge)+);
            $($crate::__privacy::plain_label::<
                { $crate::__privacy::is_plain($lowest) }>($lowest);)?
            $($crate::__privacy::plain_label::<
                { $crate::__privacy::is_plain($unknown) }>($unknown);)?
            $($crate::__privacy::unique_label::<
                { $crate::__privacy::contains(ALL.split_at(1).1, $lowest) }>($lowest);)?
            $($crate::__privacy::unique_label::<
                { $crate::__privacy::contains(ALL.split_at(COUNT - 1).0.split_at(1).1, $unknown) }>($unknown);)?

            #[automatically_derived]
            impl $crate::__privacy::Buckets for $name {
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
                    Self($crate::__privacy::index_of::<Self>(count))
                }

                /// The value for "unknown".
                #[must_use]
                $vis const fn unknown() -> Self {
                    Self($crate::__privacy::Bucket(COUNT - 1))
                }

                /// The text on the wire.
                #[must_use]
                $vis fn as_str(&self) -> &'static str {
                    <Self as $crate::__privacy::Buckets>::ALL
                        .get(self.0.0)
                        .copied()
                        .unwrap_or(UNKNOWN)
                }
            }

            #[automatically_derived]
            impl $crate::__privacy::Debug for $name {
                fn fmt(
                    &self,
                    f: &mut $crate::__privacy::Formatter<'_>,
                ) -> $crate::__privacy::Result {
                    f.debug_tuple($crate::__privacy::stringify!($name))
                        .field(&self.as_str())
                        .finish()
                }
            }

            #[automatically_derived]
            impl $crate::field::TelemetryField for $name {
                const TYPE: $crate::descriptor::FieldType =
                    match $crate::__privacy::given(&[$($wire)?]) {
                        $crate::__privacy::Option::Some(_) => $crate::descriptor::FieldType::Enum(DESCRIPTOR),
                        $crate::__privacy::Option::None => {
                            $crate::descriptor::FieldType::Text($crate::__privacy::Option::Some(ALL))
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
}

#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_increasing {
    ($before:literal $edge:literal $($rest:literal)*) => {
        $crate::__privacy::increasing::<{ ($before as u64) < ($edge as u64) }>($edge);
        $crate::__telemetry_increasing!($edge $($rest)*);
    };
    ($last:literal) => {};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_doc_line {
    (doc = $line:literal) => {
        $crate::__privacy::concat!($line, "\n")
    };
    ($($other:tt)*) => {
        ""
    };
}
