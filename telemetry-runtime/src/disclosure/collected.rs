//! Describes the fields of events and of the envelope in sentences, from their descriptors.

#[cfg(feature = "otlp")]
use super::otlp;
use super::{
    held_events,
    render::{Page, sentence},
};
use crate::{
    event::descriptor::{EventDescriptor, FieldDescriptor, FieldType, sentinel::Sentinel},
    product::Product,
    schema::{
        envelope_schema,
        privacy_report::{innermost, values},
    },
};

/// For a product without sessions.
const NO_SESSION: &str = "Requests have no session id.";

/// Every field of the events, with its possible values.
pub(super) fn events(page: &mut Page, events: impl Iterator<Item = &'static EventDescriptor>) {
    for event in events {
        page.paragraph(heading(event));
        for field in event.fields {
            let name = field.wire_name;
            page.item(field_text("", field, event.schema_version));
            for item in field.sent_item_fields().unwrap_or_default() {
                let of = format!(" in each item of `{name}`");
                page.item(field_text(&of, item, event.schema_version));
            }
        }
    }
}

/// A field with its description and its possible values. `of` names the list that contains it.
fn field_text(of: &str, field: &FieldDescriptor, schema_version: &str) -> String {
    let (name, docs) = (field.wire_name, field.docs);
    let values = value_text(field, schema_version);
    let why = match field.why {
        Some(question) => format!(" It answers the question: {}", sentence(question)),
        None => String::new(),
    };
    format!("`{name}`{of}: {docs} [{values}]{why}")
}

/// The events, each with the names of its fields.
pub(super) fn event_names(page: &mut Page, events: impl Iterator<Item = &'static EventDescriptor>) {
    for event in events {
        let fields = match event.fields {
            [] => "It has no fields.".to_owned(),
            fields => {
                let names: Vec<_> = fields.iter().map(short_name).collect();
                format!("Fields: {}.", names.join(", "))
            }
        };
        page.paragraph(format!("{} {fields}", heading(event)));
    }
}

/// The name of a field; for a list of objects also the names of their fields.
fn short_name(field: &FieldDescriptor) -> String {
    let name = field.wire_name;
    match field.sent_item_fields() {
        None => format!("`{name}`"),
        Some(fields) => {
            let fields = list(fields.iter().map(|field| field.wire_name));
            format!("`{name}` (each item: {fields})")
        }
    }
}

pub(super) fn envelope(page: &mut Page, product: &Product) {
    let intro = format!("{}Each request also contains:", format_of(product));
    page.paragraph(intro);
    let time = time_key(product);
    page.item(format!("`{time}`: When the event was recorded, UTC."));
    for (name, description) in envelope_fields(product) {
        let constant = constant_texts(product).find(|(key, _)| *key == name);
        let constant = constant.map_or(String::new(), |(_, text)| format!(" [always `{text}`]"));
        page.item(format!("`{name}`: {description}{constant}"));
    }
    let session = match product.session {
        true => format!(
            "The session id is random. It is generated when the program starts, {}, and not derived from \
             anything about you or your machine.{}{}",
            session_kept(product),
            session_prefix(product),
            session_of_children(product),
        ),
        false => NO_SESSION.to_owned(),
    };
    page.paragraph(format!(
        "{session} Fields of a request that are not listed here have the same value for every user."
    ));
}

/// The fields of a request that the disclosure lists, each with its meaning.
pub(super) fn envelope_fields(
    product: &Product,
) -> Box<dyn Iterator<Item = (&'static str, &'static str)>> {
    #[cfg(feature = "otlp")]
    if otlp::is_wire_of(product) {
        return Box::new(otlp::request_fields(product.session));
    }
    Box::new(envelope_schema::fields(product.envelope, product.session))
}

/// The fields of a request that a product sets to a text that is the same in every build, with this text.
pub(super) fn constant_texts(
    product: &Product,
) -> Box<dyn Iterator<Item = (&'static str, &'static str)>> {
    #[cfg(feature = "otlp")]
    if otlp::is_wire_of(product) {
        return Box::new(otlp::constant_texts(product));
    }
    Box::new(envelope_schema::constant_texts(product.envelope))
}

/// A sentence about the format of the requests, unless it is the envelope.
fn format_of(product: &Product) -> String {
    #[cfg(feature = "otlp")]
    if otlp::is_wire_of(product) {
        return format!("{} ", otlp::FORMAT);
    }
    let _ = product;
    String::new()
}

/// The key of the time at which an event was recorded.
fn time_key(product: &Product) -> &'static str {
    #[cfg(feature = "otlp")]
    if otlp::is_wire_of(product) {
        return "timeUnixNano";
    }
    let _ = product;
    "ts"
}

pub(super) fn envelope_names(page: &mut Page, product: &Product) {
    let names = list(
        [time_key(product)]
            .into_iter()
            .chain(envelope_fields(product).map(|(name, _)| name)),
    );
    let session = match product.session {
        true => format!(
            "The session id is random, is {} for one run, and is not derived from anything about you or \
             your machine.{}{}",
            session_kept(product),
            session_prefix(product),
            session_of_children(product),
        ),
        false => NO_SESSION.to_owned(),
    };
    let format = format_of(product);
    page.paragraph(format!(
        "{format}Each request also contains: {names}. {session}"
    ));
}

/// Where the session id is kept.
fn session_kept(product: &Product) -> &'static str {
    match held_events::are_in_files(product) {
        true => "kept in memory and in the files of the events that are waiting to be sent",
        false => "kept only in memory",
    }
}

/// Describes the prefix of the session id, which is the only part that is not random.
fn session_prefix(product: &Product) -> String {
    match (product.session_prefix, product.session_prefix_variable) {
        ("", None) => String::new(),
        ("", Some(variable)) => {
            format!(" If `{variable}` is set, its value is added before the session id.")
        }
        (prefix, None) => format!(" It is prefixed with `{prefix}`."),
        (prefix, Some(variable)) => {
            format!(
                " It is prefixed with `{prefix}`, or with the value of `{variable}` if that is set."
            )
        }
    }
}

/// Says that the programs of one session are connected.
fn session_of_children(product: &Product) -> String {
    let text = |variable| {
        format!(
            " Programs that it starts can have the same session id, by the variable `{variable}`."
        )
    };
    product.session_variable.map(text).unwrap_or_default()
}

fn heading(event: &EventDescriptor) -> String {
    let category = event.gdpr.category.as_str();
    let (name, version) = (event.name, event.schema_version);
    let docs = sentence(event.docs);
    let purpose = match event.gdpr.purpose {
        "" => String::new(),
        purpose => format!(" Purpose: {}", sentence(purpose)),
    };
    let limit = event.limit.map_or(String::new(), |limit| {
        let (events, unit) = (limit.events, limit.unit());
        format!(" Limit: at most {events} per {unit}.")
    });
    format!("`{name}` {version} ({category} data): {docs}{purpose}{limit}")
}

fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// The possible values of a field, as a phrase.
fn value_text(field: &FieldDescriptor, schema_version: &str) -> String {
    if field.is_fixed() {
        let always = match field.sentinel() {
            Some(Sentinel::Text(text)) => format!("always `{text}`"),
            _ => "always the same value".to_owned(),
        };
        return match field.retired {
            None => always,
            Some(version) => format!("retired since {version}, {always}"),
        };
    }
    if !matches!(field.ty, FieldType::List(_)) {
        return single_value(field, schema_version);
    }
    let list = match field.max_items {
        None => "a list".to_owned(),
        Some(1) => "a list of at most 1 item".to_owned(),
        Some(most) => format!("a list of at most {most} items"),
    };
    match field.ty.item_fields() {
        Some(_) => list,
        None => format!("{list}; each {}", single_value(field, schema_version)),
    }
}

fn single_value(field: &FieldDescriptor, schema_version: &str) -> String {
    if let Some(values) = values(&field.ty, schema_version) {
        return format!("one of {}", list(values));
    }
    match innermost(&field.ty) {
        FieldType::Boolean => "true or false".to_owned(),
        FieldType::Integer => number_text("whole number", field),
        FieldType::Number => number_text("number", field),
        _ => match (field.free_text, field.max_len) {
            (None, _) => "text that is part of the program".to_owned(),
            (Some(reason), None) => format!("text: {reason}"),
            (Some(reason), Some(longest)) => {
                format!("text of at most {longest} characters: {reason}")
            }
        },
    }
}

fn number_text(kind: &str, field: &FieldDescriptor) -> String {
    let mut text = kind.to_owned();
    if let Some((min, max)) = field.range {
        if min.is_finite() {
            text.push_str(&format!(", at least {min}"));
        }
        if max.is_finite() {
            text.push_str(&format!(", at most {max}"));
        }
    }
    if let Some(unit) = field.unit {
        text.push_str(&format!(", in {}", unit.as_str()));
    }
    text
}
