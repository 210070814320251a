//! The formats of a request that a product may choose.

/// The format of the requests of a product, set by [`Product::wire`](crate::Product::wire).
///
/// It decides the text of a request, the lines of the audit log, and the [policy](crate::Policy) of a product
/// that sets none.
///
/// # OTLP
///
/// Each event is one log record of an OTLP request over HTTP in JSON, as OpenTelemetry Collectors receive
/// it. The endpoint is used as it is given: for a collector it usually ends with `/v1/logs`.
///
/// | value | place in OTLP |
/// | --- | --- |
/// | name of the event | `eventName` of the log record |
/// | time recorded, in milliseconds | `timeUnixNano` |
/// | time sent | `observedTimeUnixNano` |
/// | fields of the event | `attributes` under their wire names: `boolValue`, `intValue` as text, `doubleValue`, `stringValue`, `arrayValue`; an item of a list of parts is a `kvlistValue` |
/// | severity | `severityNumber` is always 9 |
/// | schema version of the event | `schemaUrl` of the scope |
/// | [system version](crate::Product::system_version) `name/1.0` | `name` and `version` of the scope |
/// | name of the product | resource attribute `service.name` |
/// | [version](crate::Product::version) | resource attribute `service.version` |
/// | session id | resource attribute `service.instance.id` |
/// | architecture of the machine | resource attribute `host.arch` |
/// | [client id](crate::Product::client_id) | resource attribute `telemetry.client_id` |
///
/// A value that the product does not declare is left out, and so is the session id of a product with
/// [`no_session`](crate::Product::no_session). Other constants of the envelope are not sent.
///
/// An encoded event takes about 1.6 times the bytes of the envelope's form. The limits of a
/// [client](crate::ClientBuilder) count these bytes.
///
/// Statuses have the actions of [`Policy::otlp`](crate::Policy::otlp). If the collector answers that it
/// rejected some log records of a request, their number is counted as
/// [`Rejected`](crate::health::DropReason::Rejected), and nothing is sent again.
///
/// ```
/// use telemetry_runtime::{Product, Wire};
///
/// static MY_TOOL: Product = Product::new("my-tool")
///     .wire(Wire::Otlp)
///     .endpoint("https://collector.example.org/v1/logs");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Wire {
    /// The envelope with thirty keys.
    #[default]
    Envelope,
    /// Logs of OpenTelemetry: OTLP over HTTP in JSON.
    Otlp,
}
