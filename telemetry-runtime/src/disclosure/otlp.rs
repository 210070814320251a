//! The fields of the requests of a product that sends OTLP.

use crate::{
    product::Product,
    wire::{
        otlp::frame::{RESOURCE, ResourceValue},
        wires::Wire,
    },
};

pub(super) const FORMAT: &str = "Requests have the format of OpenTelemetry logs (OTLP) in JSON. Fields of events are attributes.";

/// Whether the product sends OTLP.
pub(crate) fn is_wire_of(product: &Product) -> bool {
    product.wire == Wire::Otlp
}

/// The fields of a request beside those of the events, each with its meaning.
pub(super) fn request_fields(session: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    let resource = RESOURCE.into_iter().filter_map(move |(key, value)| {
        let meaning = match value {
            ResourceValue::Product => "Name of the product.",
            ResourceValue::ClientVersion => "Version of the product.",
            ResourceValue::SessionId if !session => return None,
            ResourceValue::SessionId => {
                "Random id of one run of the program, with the session prefix if one is set."
            }
            ResourceValue::CpuArchitecture => {
                "Architecture of the machine, as `uname -m` names it."
            }
            ResourceValue::ClientId => "Number of the product family, the same for everybody.",
        };
        Some((key, meaning))
    });
    resource.chain([
        (
            "scope",
            "Telemetry system of the product and its version, as `name` and `version`.",
        ),
        (
            "schemaUrl",
            "Schema version of every event in this request.",
        ),
        ("observedTimeUnixNano", "When this attempt was made, UTC."),
    ])
}

/// The fields that are the same in every build of the product, with their texts.
pub(super) fn constant_texts(
    product: &Product,
) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
    let name = |value| matches!(value, ResourceValue::Product);
    let names = RESOURCE.into_iter().filter(move |(_, value)| name(*value));
    let product = product.name;
    names.map(move |(key, _)| (key, product))
}
