//! Payloads that an event can have, for a comparison with its published document.
//!
//! `values` has the values of each field and the JSON of a payload, `text` has the texts.
//!
//! **Invariants.** The payloads follow from the descriptor alone, in a fixed order. Values are written by the
//! functions that write recorded events.

mod text;
mod values;

use self::values::{Value, variations};
use crate::{
    event::{TelemetryEvent, descriptor::EventDescriptor, schema_version::SchemaVersion},
    wire::json::value::{Scalar, push_scalar},
};

/// The payloads of an event that its published document must accept.
///
/// A server drops a payload that the document of its version does not accept. A test that records a few
/// events finds only the mistakes in these events. This function generates payloads from the declaration.
/// The first one has the sentinel of each field, or its first value if it has none. Each other one differs
/// from the first one in one field:
///
/// | field | values |
/// | --- | --- |
/// | any | the sentinel, the default or the constant |
/// | boolean | both |
/// | integer | the ends of its range, or of the signed 64-bit range; 0, 1, -1, and neighbours of 2^53 |
/// | number | the ends of its range, or the least and the greatest finite number; -0.0, fractions, the least positive number |
/// | enum, label, bucket | each value that events of this schema version write |
/// | text | empty, control characters, quotes, invisible characters, each of the 17 planes of Unicode up to U+10FFFF, and a text of `max_len` or 1000 characters |
/// | list | empty, a list with each value of its items, and a list of `max_items` or 100 items |
/// | `CountBy`, list of objects | the same for each field of the objects |
///
/// The types of Rust are not known here: a field of the type `u8` also gets integers above 255, because its
/// document allows them.
///
/// `telemetry_tool::assert_conforms` of the package `telemetry-tool` compares the payloads with a document
/// and its lock. It is one line in a test of the product:
///
/// ```
/// # #[cfg(feature = "derive")] mod example {
/// use telemetry_runtime::{TelemetryEvent, testing::conformance};
/// # mod telemetry_tool {
/// #     pub fn assert_conforms(_: &str, events: &str) { assert_eq!(events.lines().count(), 19); }
/// # }
///
/// /// One run.
/// #[derive(TelemetryEvent)]
/// #[event(name = "tool_run", schema = "1.0")]
/// struct ToolRun {
///     /// Exit code.
///     #[event(range(min = -1, max = 255))]
///     exit_code: i32,
///     /// Time in seconds.
///     seconds: f64,
/// }
///
/// # pub
/// fn payloads_match_the_published_document() {
///     telemetry_tool::assert_conforms("schemas/events.json", &conformance::<ToolRun>().to_ndjson());
/// }
/// # }
/// # #[cfg(feature = "derive")] example::payloads_match_the_published_document();
/// ```
#[must_use]
pub fn conformance<E: TelemetryEvent>() -> Conformance {
    Conformance::of(E::DESCRIPTOR)
}

/// Payloads that an event can have, returned by [`conformance`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conformance {
    event: &'static str,
    schema_version: &'static str,
    cases: Vec<ConformanceCase>,
}

/// A payload with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConformanceCase {
    /// The field that differs from the first payload, and its value: `exitCode: 255`.
    pub name: String,
    /// The parameters as JSON, in the format of
    /// [`Parameters::to_json`](crate::envelope::Parameters::to_json).
    pub parameters: String,
}

impl Conformance {
    /// The payloads of an event. For all events of a registry:
    ///
    /// ```
    /// # #[cfg(all(feature = "derive", feature = "schema"))] mod example {
    /// # use telemetry_runtime::{TelemetryEvent, telemetry_registry, testing::Conformance};
    /// # /// One run.
    /// # #[derive(TelemetryEvent)]
    /// # #[event(name = "tool_run", schema = "1.0")]
    /// # struct ToolRun {
    /// #     /// Exit code.
    /// #     exit_code: i32,
    /// # }
    /// # telemetry_registry! {
    /// #     /// The tool's events.
    /// #     static REGISTRY = {
    /// #         client_name = "My_Tool",
    /// #         client_id = "000000000000000",
    /// #         version = "1.0",
    /// #         description = "Events of the tool.",
    /// #         events = [ToolRun],
    /// #     }
    /// # }
    /// # mod telemetry_tool {
    /// #     pub fn assert_conforms(_: &str, events: &str) { assert!(!events.is_empty()); }
    /// # }
    /// # pub fn test() {
    /// for event in REGISTRY.events() {
    ///     telemetry_tool::assert_conforms("schemas/events.json", &Conformance::of(event).to_ndjson());
    /// }
    /// # }
    /// # }
    /// # #[cfg(all(feature = "derive", feature = "schema"))] example::test();
    /// ```
    #[must_use]
    pub fn of(event: &EventDescriptor) -> Self {
        let schema = SchemaVersion::parse(event.schema_version).unwrap_or(SchemaVersion::FIRST);
        let cases = variations(event.fields, schema).into_iter();
        Self {
            event: event.name,
            schema_version: event.schema_version,
            cases: cases
                .map(|(name, values)| ConformanceCase {
                    name,
                    parameters: json(&Value::Object(values)),
                })
                .collect(),
        }
    }

    /// The payloads with their names.
    #[must_use]
    pub fn cases(&self) -> &[ConformanceCase] {
        &self.cases
    }

    /// The payloads as lines of JSON (NDJSON), the input of `telemetry-tool live-check`.
    ///
    /// Each line is an object with `case`, `name`, `eventSchemaVer` and `parameters`, and ends with a line
    /// break.
    #[must_use]
    pub fn to_ndjson(&self) -> String {
        let mut lines = String::new();
        for ConformanceCase { name, parameters } in &self.cases {
            let mut case = Vec::new();
            push_scalar(Scalar::Text(name), &mut case);
            lines.push_str(&format!(
                "{{\"case\":{},\"name\":\"{}\",\"eventSchemaVer\":\"{}\",\"parameters\":{parameters}}}\n",
                text(case),
                self.event,
                self.schema_version
            ));
        }
        lines
    }
}

fn json(value: &Value) -> String {
    let mut out = Vec::new();
    value.push(&mut out);
    text(out)
}

/// Keys and values come from `str`s and ASCII, so the conversion cannot fail.
fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_default()
}
