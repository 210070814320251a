//! The visitor that writes an event's parameters.

use super::{
    Encoded, Full,
    escape::{put, write_string},
    number::{write_integer, write_number},
};
use crate::{
    FieldVisitor, TelemetryEvent,
    version::SchemaVersion,
    visit::{Key, Sealed},
};

/// Writes the parameters of `event` to the start of `buffer`.
pub(crate) fn encode_parameters<E: TelemetryEvent>(
    event: &E,
    buffer: &mut [u8],
) -> Result<Encoded, Full> {
    encode_visited(&event.parameters(), buffer)
}

/// An event's parameters as the writer sees them: what is generic over events ends here.
pub(super) trait Visit {
    fn schema(&self) -> SchemaVersion;
    fn fields(&self, writer: &mut JsonWriter<'_>);
}

/// As [`encode_parameters`], compiled once for all events.
pub(super) fn encode_visited(event: &dyn Visit, buffer: &mut [u8]) -> Result<Encoded, Full> {
    let total = buffer.len();
    let mut writer = JsonWriter {
        window: &mut *buffer,
        full: false,
        coerced: 0,
        schema: event.schema(),
    };
    event.fields(&mut writer);
    let JsonWriter {
        window,
        full,
        coerced,
        ..
    } = writer;
    let left = window.len();
    if full {
        return Err(Full);
    }
    let fields = total - left;
    let close: &[u8] = if fields == 0 { b"{}" } else { b"}" };
    let rest = buffer
        .get_mut(fields..)
        .and_then(|window| put(close, window))
        .ok_or(Full)?;
    let len = total - rest.len();
    if let Some(first) = buffer.first_mut() {
        *first = b'{';
    }
    Ok(Encoded { len, coerced })
}

/// A window that shrinks from the front as values are written. When a value does not fit, the
/// window is left empty and `full` set.
pub(super) struct JsonWriter<'b> {
    window: &'b mut [u8],
    full: bool,
    coerced: u32,
    schema: SchemaVersion,
}

impl<'b> JsonWriter<'b> {
    /// Writes the key, then whatever `value` writes.
    #[inline]
    fn entry(&mut self, key: Key, value: impl FnOnce(&'b mut [u8]) -> Option<&'b mut [u8]>) {
        let window = std::mem::take(&mut self.window);
        match put(key.as_bytes(), window).and_then(value) {
            Some(rest) => self.window = rest,
            None => self.full = true,
        }
    }
}

impl Sealed for JsonWriter<'_> {}

// One instance of each for all events: a fused key and a value are all that differs between fields.
impl FieldVisitor for JsonWriter<'_> {
    #[inline(never)]
    fn boolean(&mut self, key: Key, value: bool) {
        self.entry(key, |window| {
            put(if value { b"true" } else { b"false" }, window)
        });
    }

    #[inline(never)]
    fn integer(&mut self, key: Key, value: i64) {
        self.entry(key, |window| write_integer(value, window));
    }

    #[inline(never)]
    fn number(&mut self, key: Key, value: f64) {
        let value = if value.is_finite() {
            value
        } else {
            self.coerced();
            -1.0
        };
        self.entry(key, |window| write_number(value, window));
    }

    #[inline(never)]
    fn text(&mut self, key: Key, value: &str) {
        self.entry(key, |window| write_string(value, window));
    }

    #[inline(never)]
    fn quoted(&mut self, key: Key, value: &'static str) {
        self.entry(key, |window| put(value.as_bytes(), window));
    }

    fn list<'i>(&mut self, key: Key, mut items: impl Iterator<Item = &'i str>) {
        self.entry(key, |window| {
            let mut window = put(b"[", window)?;
            if let Some(first) = items.next() {
                window = write_string(first, window)?;
            }
            for item in items {
                window = write_string(item, put(b",", window)?)?;
            }
            put(b"]", window)
        });
    }

    fn coerced(&mut self) {
        self.coerced = self.coerced.saturating_add(1);
    }

    fn schema(&self) -> SchemaVersion {
        self.schema
    }
}
