//! The visitor that writes the fields of an event as attributes.

use std::mem;

use crate::{
    event::{
        TelemetryEvent,
        schema_version::SchemaVersion,
        visitor::{FieldVisitor, Key, Object, Sealed},
    },
    wire::json::{escape::put, fast_path},
};

/// Writes the attributes of `event` to the start of `window`, each after a comma. Returns the length of the
/// rest of `window`, and counts replaced values in `coerced`.
pub(crate) fn attributes_of(
    event: &impl TelemetryEvent,
    version: SchemaVersion,
    window: &mut [u8],
    coerced: &mut u32,
) -> usize {
    let mut writer = AttributeWriter {
        window,
        coerced,
        version,
    };
    event.visit(&mut writer);
    writer.window.len()
}

/// Writes attributes to the start of a window, which shrinks with each one. After an attribute that does
/// not fit, the window is empty, so that all later writes fail too, including the closing brackets.
struct AttributeWriter<'b, 'c> {
    window: &'b mut [u8],
    coerced: &'c mut u32,
    version: SchemaVersion,
}

impl<'b> AttributeWriter<'b, '_> {
    /// Writes a comma, the key and the start of the value, and returns the window after them.
    #[inline(always)]
    fn open<const N: usize>(&mut self, key: Key, value: &[u8; N]) -> &'b mut [u8] {
        // The key without its comma and its colon.
        let name = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
        let window = constant(b",{\"key\":", mem::take(&mut self.window));
        constant(value, fast_path::literal(name, window))
    }

    /// Writes an object to the start of `window` and returns the rest of `window`.
    fn object(&mut self, object: &impl Object, window: &'b mut [u8]) -> &'b mut [u8] {
        let window = constant(b"{\"kvlistValue\":{\"values\":", window);
        let room = window.len();
        let mut writer = AttributeWriter {
            window: &mut *window,
            coerced: &mut *self.coerced,
            version: self.version,
        };
        object.visit_fields(&mut writer);
        let left = writer.window.len();
        let window = close_list(room - left, window);
        constant(b"}}", window)
    }
}

/// Writes text of a constant length, which takes a few instructions.
#[inline(always)]
fn constant<'b, const N: usize>(text: &[u8; N], window: &'b mut [u8]) -> &'b mut [u8] {
    put(text, window).unwrap_or_default()
}

/// Ends a list whose items take the first `len` bytes of `window`, each after a comma. Replaces the first
/// comma by a bracket.
pub(super) fn close_list(len: usize, window: &mut [u8]) -> &mut [u8] {
    let Some((items, rest)) = window.split_at_mut_checked(len) else {
        return &mut [];
    };
    match items.first_mut() {
        Some(comma) => *comma = b'[',
        None => return fast_path::literal("[]", rest),
    }
    fast_path::byte(b']', rest)
}

impl Sealed for AttributeWriter<'_, '_> {}

// The code of each event calls the methods for single values and contains those for lists.
impl FieldVisitor for AttributeWriter<'_, '_> {
    #[inline(never)]
    fn boolean(&mut self, key: Key, value: bool) {
        let window = self.open(key, b",\"value\":{\"boolValue\":");
        self.window = constant(b"}}", fast_path::boolean(value, window));
    }

    #[inline(never)]
    fn integer(&mut self, key: Key, value: i64) {
        let window = self.open(key, b",\"value\":{\"intValue\":\"");
        self.window = constant(b"\"}}", fast_path::integer(value, window));
    }

    #[inline(never)]
    fn number(&mut self, key: Key, value: f64) {
        let value = if value.is_finite() {
            value
        } else {
            self.coerced();
            -1.0
        };
        let window = self.open(key, b",\"value\":{\"doubleValue\":");
        self.window = constant(b"}}", fast_path::number(value, window));
    }

    #[inline(never)]
    fn text(&mut self, key: Key, value: &str) {
        let window = self.open(key, b",\"value\":{\"stringValue\":");
        self.window = constant(b"}}", fast_path::text(value, window));
    }

    #[inline(never)]
    fn quoted(&mut self, key: Key, value: &'static str) {
        let window = self.open(key, b",\"value\":{\"stringValue\":");
        self.window = constant(b"}}", fast_path::literal(value, window));
    }

    fn list<'i>(&mut self, key: Key, items: impl Iterator<Item = &'i str>) {
        let mut window = self.open(key, b",\"value\":{\"arrayValue\":{\"values\":");
        let mut mark = b'[';
        for item in items {
            window = constant(b"{\"stringValue\":", fast_path::byte(mark, window));
            window = fast_path::byte(b'}', fast_path::text(item, window));
            mark = b',';
        }
        self.window = constant(b"}}}", fast_path::list_end(mark, window));
    }

    fn objects<O: Object>(&mut self, key: Key, items: impl Iterator<Item = O>) {
        let mut window = self.open(key, b",\"value\":{\"arrayValue\":{\"values\":");
        let mut mark = b'[';
        for item in items {
            window = self.object(&item, fast_path::byte(mark, window));
            mark = b',';
        }
        self.window = constant(b"}}}", fast_path::list_end(mark, window));
    }

    fn coerced(&mut self) {
        *self.coerced = self.coerced.saturating_add(1);
    }

    fn schema(&self) -> SchemaVersion {
        self.version
    }
}
