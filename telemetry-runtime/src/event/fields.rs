//! Parts: structs whose fields become fields of the events that contain them.
//!
//! A part writes its fields under the prefix of the place that contains it. The prefix is a type, so
//! that the fused keys are constants and the encoder copies them like those of an event.

use std::marker::PhantomData;

use super::{
    descriptor::FieldDescriptor,
    visitor::{FieldVisitor, Key},
};
use crate::util::const_str::{Text, nth};

/// The longest prefix, and the longest wire name of a field under a prefix, in bytes.
pub(crate) const MAX_NAME: usize = 64;

/// A struct whose fields become fields of an event, through `#[event(flatten)]`. Implemented by
/// `#[derive(TelemetryFields)]` only.
///
/// Several events can share the declaration of their common fields in this way. The
/// [derive](derive@crate::TelemetryFields) describes the declaration; it also adds `builder()`.
///
/// ```
/// use telemetry_runtime::{TelemetryEvent, TelemetryFields};
///
/// /// Fields of every event.
/// #[derive(TelemetryFields)]
/// struct Common {
///     /// Number of attempts.
///     #[event(default = 1)]
///     attempts: u32,
/// }
///
/// /// One download.
/// #[derive(TelemetryEvent)]
/// #[event(name = "download", schema = "1.0")]
/// struct Download {
///     #[event(flatten)]
///     common: Common,
///     /// Number of files.
///     files: i64,
/// }
///
/// assert_eq!(Common::FIELDS[0].wire_name, "attempts");
/// assert_eq!(Download::default().parameters().to_json(), r#"{"attempts":1,"files":-1}"#);
/// ```
pub trait TelemetryFields {
    /// The fields in declaration order, which is their order on the wire. The fields of parts within
    /// this part are at the position of the part.
    const FIELDS: &'static [FieldDescriptor];

    /// The fused keys of the fields, without those of parts within this part.
    #[doc(hidden)]
    const KEYS: &'static [Key];

    /// Passes every field to `visitor` in wire order, under the prefix `P`.
    #[doc(hidden)]
    fn visit<P: Prefix, V: FieldVisitor>(&self, visitor: &mut V);
}

#[diagnostic::do_not_recommend]
impl<T: TelemetryFields> TelemetryFields for &T {
    const FIELDS: &'static [FieldDescriptor] = T::FIELDS;
    const KEYS: &'static [Key] = T::KEYS;

    fn visit<P: Prefix, V: FieldVisitor>(&self, visitor: &mut V) {
        (**self).visit::<P, V>(visitor);
    }
}

/// A prefix of wire names. The derives implement it for the text in `prefix = "..."`.
pub trait Prefix {
    /// The prefix in camelCase, or an empty text.
    const TEXT: &'static str;
}

/// No prefix: the fields keep their wire names.
#[derive(Debug)]
pub enum NoPrefix {}

impl Prefix for NoPrefix {
    const TEXT: &'static str = "";
}

/// The prefix `P`, followed by the prefix `Q` of a part within the part.
#[derive(Debug)]
pub struct Join<P, Q>(PhantomData<(P, Q)>);

impl<P: Prefix, Q: Prefix> Join<P, Q> {
    const JOINED: &'static Text<MAX_NAME> = &{
        let mut text = Text::EMPTY;
        push_joined(&mut text, P::TEXT, Q::TEXT);
        text
    };
}

impl<P: Prefix, Q: Prefix> Prefix for Join<P, Q> {
    const TEXT: &'static str = Self::JOINED.as_str();
}

/// The fused key of the field with this index in `T::KEYS`, under the prefix `P`.
#[derive(Debug)]
pub struct FusedKey<T, P, const INDEX: usize>(PhantomData<(T, P)>);

impl<T: TelemetryFields, P: Prefix, const INDEX: usize> FusedKey<T, P, INDEX> {
    // Comma, two quotes and colon around the name.
    const JOINED: &'static Text<{ MAX_NAME + 4 }> = &{
        let mut text = Text::EMPTY;
        if let Some((comma_and_quote, rest)) = nth(T::KEYS, INDEX).split_at_checked(2) {
            text.push(comma_and_quote);
            push_joined(&mut text, P::TEXT, rest);
        }
        text
    };
    /// The key.
    pub const KEY: Key = match P::TEXT.as_bytes() {
        [] => nth(T::KEYS, INDEX),
        _ => Self::JOINED.as_str(),
    };
}

/// Appends `name` under `prefix`: `model` and `name` become `modelName`.
pub(crate) const fn push_joined<const N: usize>(text: &mut Text<N>, prefix: &str, name: &str) {
    text.push(prefix);
    match name.split_at_checked(1) {
        Some((first, rest)) if !prefix.is_empty() => {
            text.push_uppercase(first);
            text.push(rest);
        }
        _ => text.push(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fields;

    impl TelemetryFields for Fields {
        const FIELDS: &'static [FieldDescriptor] = &[];
        const KEYS: &'static [Key] = &[",\"a\":", ",\"exitCode\":"];
        fn visit<P: Prefix, V: FieldVisitor>(&self, _: &mut V) {}
    }

    enum Model {}
    impl Prefix for Model {
        const TEXT: &'static str = "model";
    }
    enum Long {}
    impl Prefix for Long {
        const TEXT: &'static str =
            "aPrefixWithMoreThanSixtyFourCharactersWhichTheDeriveWouldNotAccept";
    }

    type Both = Join<Model, Join<NoPrefix, Model>>;

    #[test]
    fn keys_are_joined_in_camel_case() {
        assert_eq!(FusedKey::<Fields, NoPrefix, 1>::KEY, ",\"exitCode\":");
        assert_eq!(FusedKey::<Fields, Model, 0>::KEY, ",\"modelA\":");
        assert_eq!(FusedKey::<Fields, Model, 1>::KEY, ",\"modelExitCode\":");
        assert_eq!(
            FusedKey::<&Fields, Both, 1>::KEY,
            ",\"modelModelExitCode\":"
        );
        assert_eq!(<Join<Model, NoPrefix> as Prefix>::TEXT, "model");
    }

    #[test]
    fn a_key_that_is_too_long_is_cut() {
        assert_eq!(FusedKey::<Fields, Long, 1>::KEY.len(), MAX_NAME + 4);
        assert_eq!(FusedKey::<Fields, Model, 2>::KEY, "");
    }
}
