//! An event's parameters for serde and as text, produced by the same visit as the JSON writer's.

#[cfg(feature = "otlp")]
use std::time::SystemTime;
use std::{cell::Cell, fmt};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::writer::{encode_parameters, parameters_text};
#[cfg(feature = "otlp")]
use super::otlp::record::encode_record;
use crate::event::{
    TelemetryEvent,
    schema_version::SchemaVersion,
    schema_version_of,
    visitor::{FieldVisitor, Key, Object, Sealed, unquote, wire_name},
};

/// The parameters of an event, returned by
/// [`TelemetryEvent::parameters`](crate::TelemetryEvent::parameters).
///
/// They serialize to a map from wire names to values in wire order. [`to_json`](Self::to_json) and
/// `Display` return the sent bytes.
pub struct Parameters<'e, E>(&'e E);

impl<'e, E: TelemetryEvent> Parameters<'e, E> {
    pub(crate) fn of(event: &'e E) -> Self {
        Self(event)
    }

    /// The JSON object exactly as it is sent, without a size limit.
    #[must_use]
    pub fn to_json(&self) -> String {
        // The reference as an event: the vtable of a reference needs no code to drop the event.
        parameters_text(&self.0)
    }

    /// Writes the JSON object to the start of `buffer`. Returns the number of bytes, or `None` if
    /// they do not fit. For benchmarks.
    #[doc(hidden)]
    pub fn write(&self, buffer: &mut [u8]) -> Option<usize> {
        let encoded = encode_parameters(self.0, buffer).ok()?;
        Some(encoded.len.get())
    }

    /// Writes the event as a log record of OTLP, as [`write`](Self::write) does. For benchmarks.
    #[cfg(feature = "otlp")]
    #[doc(hidden)]
    pub fn write_log_record(&self, at: SystemTime, buffer: &mut [u8]) -> Option<usize> {
        let encoded = encode_record(self.0, at, buffer).ok()?;
        Some(encoded.len.get())
    }
}

impl<E: TelemetryEvent> fmt::Display for Parameters<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

impl<E: TelemetryEvent> fmt::Debug for Parameters<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {self}", E::EVENT_NAME)
    }
}

impl<E: TelemetryEvent> Serialize for Parameters<'_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = Entries {
            map: serializer.serialize_map(Some(E::DESCRIPTOR.fields.len()))?,
            failed: None,
            schema: const { schema_version_of::<E>() },
        };
        self.0.visit(&mut entries);
        entries.end()
    }
}

/// Passes each field to serde. Fields after the first error are skipped.
struct Entries<M: SerializeMap> {
    map: M,
    failed: Option<M::Error>,
    schema: SchemaVersion,
}

impl<M: SerializeMap> Entries<M> {
    fn entry<T: Serialize + ?Sized>(&mut self, key: Key, value: &T) {
        if self.failed.is_none() {
            self.failed = self.map.serialize_entry(wire_name(key), value).err();
        }
    }

    fn end(self) -> Result<M::Ok, M::Error> {
        match self.failed {
            None => self.map.end(),
            Some(error) => Err(error),
        }
    }
}

impl<M: SerializeMap> Sealed for Entries<M> {}

impl<M: SerializeMap> FieldVisitor for Entries<M> {
    fn boolean(&mut self, key: Key, value: bool) {
        self.entry(key, &value);
    }

    fn integer(&mut self, key: Key, value: i64) {
        self.entry(key, &value);
    }

    fn number(&mut self, key: Key, value: f64) {
        self.entry(key, &if value.is_finite() { value } else { -1.0 });
    }

    fn text(&mut self, key: Key, value: &str) {
        self.entry(key, value);
    }

    fn quoted(&mut self, key: Key, value: &'static str) {
        self.entry(key, unquote(value));
    }

    fn list<'i>(&mut self, key: Key, items: impl Iterator<Item = &'i str>) {
        self.entry(key, &Items(Cell::new(Some(items))));
    }

    fn objects<O: Object>(&mut self, key: Key, items: impl Iterator<Item = O>) {
        let schema = self.schema;
        // Collected, because some formats write the number of items first.
        let items: Vec<_> = items.map(|object| Item { object, schema }).collect();
        self.entry(key, &items);
    }

    fn coerced(&mut self) {}

    fn schema(&self) -> SchemaVersion {
        self.schema
    }
}

/// An iterator that is serialized once: `Serialize` takes `&self`, but iteration consumes it.
struct Items<I>(Cell<Option<I>>);

impl<'i, I: Iterator<Item = &'i str>> Serialize for Items<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

/// One object of a list in an event of version `schema`.
struct Item<O> {
    object: O,
    schema: SchemaVersion,
}

impl<O: Object> Serialize for Item<O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = Entries {
            map: serializer.serialize_map(Some(O::LEN))?,
            failed: None,
            schema: self.schema,
        };
        self.object.visit_fields(&mut entries);
        entries.end()
    }
}
