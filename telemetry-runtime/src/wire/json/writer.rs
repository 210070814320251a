//! The visitor that writes an event's parameters as JSON.

use std::{mem, num::NonZeroUsize};

use super::{BufferTooSmall, Encoded, encode_to_vec, fast_path};
use crate::event::{
    TelemetryEvent,
    descriptor::EventDescriptor,
    schema_version::SchemaVersion,
    schema_version_of,
    visitor::{FieldVisitor, Key, Object, Sealed},
};
#[cfg(feature = "otlp")]
use crate::wire::otlp::writer::attributes_of;

/// An event without its type, so that the encoder is compiled once for all events.
pub(crate) trait Encode {
    fn head(&self) -> &'static Head;
    /// Writes the fields to the start of `window` and returns the length of the rest of `window`.
    /// Counts replaced values in `coerced`.
    fn fields(&self, window: &mut [u8], coerced: &mut u32) -> usize;
    /// As [`fields`](Self::fields), as attributes of OTLP.
    #[cfg(feature = "otlp")]
    fn attributes(&self, window: &mut [u8], coerced: &mut u32) -> usize;
}

/// Data that all events of a type share.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) name: &'static str,
    pub(crate) schema: &'static str,
    pub(crate) descriptor: &'static EventDescriptor,
    pub(super) version: SchemaVersion,
}

impl<E: TelemetryEvent> Encode for E {
    fn head(&self) -> &'static Head {
        const {
            &Head {
                name: E::EVENT_NAME,
                schema: E::SCHEMA_VERSION,
                descriptor: E::DESCRIPTOR,
                version: schema_version_of::<E>(),
            }
        }
    }

    fn fields(&self, window: &mut [u8], coerced: &mut u32) -> usize {
        let head = self.head();
        let mut writer = JsonWriter {
            window,
            coerced,
            head,
        };
        self.visit(&mut writer);
        writer.window.len()
    }

    #[cfg(feature = "otlp")]
    fn attributes(&self, window: &mut [u8], coerced: &mut u32) -> usize {
        attributes_of(self, self.head().version, window, coerced)
    }
}

/// Writes the parameters of `event` to the start of `buffer`.
pub(crate) fn encode_parameters(
    event: &dyn Encode,
    buffer: &mut [u8],
) -> Result<Encoded, BufferTooSmall> {
    let mut coerced = 0;
    let left = event.fields(buffer, &mut coerced);
    let mut end = buffer.len() - left;
    *buffer.get_mut(end).ok_or(BufferTooSmall)? = b'}';
    if end == 0 {
        // Without fields there is no comma to replace.
        end = 1;
        *buffer.first_chunk_mut().ok_or(BufferTooSmall)? = *b"{}";
    }
    if let Some(comma) = buffer.first_mut() {
        *comma = b'{';
    }
    let len = NonZeroUsize::new(end + 1).ok_or(BufferTooSmall)?;
    Ok(Encoded { len, coerced })
}

/// The parameters of `event` as JSON text.
pub(crate) fn parameters_text(event: &dyn Encode) -> String {
    let written = encode_to_vec(&|buffer| encode_parameters(event, buffer));
    // Keys and values come from `str`s and ASCII, so the conversion cannot fail.
    String::from_utf8(written).unwrap_or_default()
}

/// Writes to the start of a window, which shrinks with each value. After a value that does not fit,
/// the window is empty, so that all later writes fail too, including the closing brace.
pub(crate) struct JsonWriter<'b, 'c> {
    pub(super) window: &'b mut [u8],
    pub(super) coerced: &'c mut u32,
    pub(super) head: &'static Head,
}

impl<'b> JsonWriter<'b, '_> {
    /// Writes the key and returns the window after it.
    ///
    /// Inlined into the code of each event, where the key is a constant and its copy takes a few
    /// instructions. The functions that write values are shared. They receive and return the window
    /// in registers instead of memory.
    #[inline]
    fn after(&mut self, key: Key) -> &'b mut [u8] {
        match mem::take(&mut self.window).split_at_mut_checked(key.len()) {
            Some((start, rest)) => {
                start.copy_from_slice(key.as_bytes());
                rest
            }
            None => &mut [],
        }
    }

    /// Writes an object to the start of `window` and returns the rest of `window`.
    fn object(&mut self, object: &impl Object, window: &'b mut [u8]) -> &'b mut [u8] {
        let room = window.len();
        let mut writer = JsonWriter {
            window: &mut *window,
            coerced: &mut *self.coerced,
            head: self.head,
        };
        object.visit_fields(&mut writer);
        let left = writer.window.len();
        let Some((fields, rest)) = window.split_at_mut_checked(room - left) else {
            return &mut [];
        };
        match fields.first_mut() {
            Some(comma) => *comma = b'{',
            None => return fast_path::literal("{}", rest),
        }
        fast_path::byte(b'}', rest)
    }
}

impl Sealed for JsonWriter<'_, '_> {}

impl FieldVisitor for JsonWriter<'_, '_> {
    #[inline]
    fn boolean(&mut self, key: Key, value: bool) {
        self.window = fast_path::boolean(value, self.after(key));
    }

    #[inline]
    fn integer(&mut self, key: Key, value: i64) {
        self.window = fast_path::integer(value, self.after(key));
    }

    #[inline]
    fn number(&mut self, key: Key, value: f64) {
        let value = if value.is_finite() {
            value
        } else {
            self.coerced();
            -1.0
        };
        self.window = fast_path::number(value, self.after(key));
    }

    #[inline]
    fn text(&mut self, key: Key, value: &str) {
        self.window = fast_path::text(value, self.after(key));
    }

    #[inline]
    fn quoted(&mut self, key: Key, value: &'static str) {
        self.window = fast_path::literal(value, self.after(key));
    }

    #[inline]
    fn list<'i>(&mut self, key: Key, items: impl Iterator<Item = &'i str>) {
        self.window = fast_path::list(items, self.after(key));
    }

    fn objects<O: Object>(&mut self, key: Key, items: impl Iterator<Item = O>) {
        let mut window = self.after(key);
        let mut mark = b'[';
        for item in items {
            window = self.object(&item, fast_path::byte(mark, window));
            mark = b',';
        }
        self.window = fast_path::list_end(mark, window);
    }

    #[inline]
    fn coerced(&mut self) {
        *self.coerced = self.coerced.saturating_add(1);
    }

    #[inline]
    fn schema(&self) -> SchemaVersion {
        self.head.version
    }
}
