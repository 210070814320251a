//! The privacy report: the class and capacity of each field, for privacy reviewers.
//!
//! **Invariants.** The report follows from descriptors alone. It states the values that a field's type
//! allows, never the values that a program is expected to record.

use std::{borrow::Cow, collections::BTreeSet, fmt};

use super::{event_schema::is_in, registry::Registry};
use crate::event::descriptor::{EventDescriptor, FieldDescriptor, FieldType, RateLimit};

/// Kind of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldClass {
    /// The same value in every event, also of a field that is `retired`.
    Constant,
    /// A value of a set that is known at compile time.
    Closed,
    /// A number.
    Number,
    /// Text of a type that accepts no outside text, such as a [`Label`](crate::Label).
    ProgramText,
    /// Text whose values are not known at compile time. The field or its type (`Version`,
    /// `SessionId`) gives the reason for sending it.
    FreeText,
    /// A list of objects. The report has a row for each field of the objects as well.
    Objects,
}

impl FieldClass {
    /// The class of a field.
    #[must_use]
    pub fn of(field: &FieldDescriptor) -> Self {
        match innermost(&field.ty) {
            _ if field.is_fixed() => Self::Constant,
            _ if field.free_text.is_some() => Self::FreeText,
            FieldType::Boolean | FieldType::Enum(_) | FieldType::Text(Some(_)) => Self::Closed,
            FieldType::Integer | FieldType::Number => Self::Number,
            FieldType::Text(None) | FieldType::List(_) => Self::ProgramText,
            FieldType::Object(_) => Self::Objects,
        }
    }

    /// The name: `constant`, `closed`, `number`, `program text`, `free text` or `list of objects`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Closed => "closed",
            Self::Number => "number",
            Self::ProgramText => "program text",
            Self::FreeText => "free text",
            Self::Objects => "list of objects",
        }
    }
}

/// Class and capacity of one field of an event, or of one field of the objects in a list.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct FieldPrivacy {
    /// Wire name of the event.
    pub event: &'static str,
    /// Wire name of the event's field.
    pub field: &'static str,
    /// Wire name of the field in each object of the list `field`; `None` for the event's field itself.
    pub item: Option<&'static str>,
    /// Kind of the values.
    pub class: FieldClass,
    /// Capacity of one value in bits: the binary logarithm of the number of possible values, or 64
    /// for a number without bounds. For example, an enum of 8 values has 3 bits. The value of a list is
    /// the whole list. `None` if unbounded: text, and lists without a maximum number of items.
    pub bits: Option<f64>,
    /// The reason for sending text whose values are not known at compile time.
    pub free_text: Option<&'static str>,
    /// The question that the field answers.
    pub why: Option<&'static str>,
}

impl FieldPrivacy {
    fn of(event: &'static EventDescriptor, field: &'static FieldDescriptor) -> Self {
        Self {
            event: event.name,
            field: field.wire_name,
            item: None,
            class: FieldClass::of(field),
            bits: bits(field, event.schema_version),
            free_text: field.free_text,
            why: field.why,
        }
    }

    /// The row of `field`, followed by those of the objects in it.
    fn rows(
        event: &'static EventDescriptor,
        field: &'static FieldDescriptor,
    ) -> impl Iterator<Item = Self> {
        let items = field.sent_item_fields().unwrap_or_default();
        let items = items.iter().map(move |item| Self {
            field: field.wire_name,
            item: Some(item.wire_name),
            ..Self::of(event, item)
        });
        std::iter::once(Self::of(event, field)).chain(items)
    }

    /// The field's wire name. For a field of the objects in a list it is `list[].field`.
    #[must_use]
    pub fn path(&self) -> Cow<'static, str> {
        match self.item {
            None => Cow::Borrowed(self.field),
            Some(item) => Cow::Owned(format!("{}[].{item}", self.field)),
        }
    }
}

/// Class and capacity of every field of a registry. `Display` prints a Markdown table.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PrivacyReport {
    /// The fields in the order of the registry.
    pub fields: Vec<FieldPrivacy>,
    /// The events with a limit, in the order of the registry.
    pub limits: Vec<EventLimit>,
}

/// The limit of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventLimit {
    /// Wire name of the event.
    pub event: &'static str,
    /// The limit.
    pub limit: RateLimit,
}

impl fmt::Display for PrivacyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The column appears only in the report of a product that uses it.
        let has_questions = self.fields.iter().any(|row| row.why.is_some());
        let (question, line) = match has_questions {
            true => (" question that it answers |", " --- |"),
            false => ("", ""),
        };
        writeln!(
            f,
            "# Capacity of each field\n\n\
             Generated from the declarations. Bits are the capacity of one value: the binary \
             logarithm of the\nnumber of possible values.\n\n\
             | event | field | class | bits | reason for free text |{question}\n\
             | --- | --- | --- | --- | --- |{line}"
        )?;
        for row in &self.fields {
            let bits = match row.bits {
                Some(bits) => format!("{bits:.1}"),
                None => "unbounded".to_owned(),
            };
            let (reason, class) = (cell(row.free_text), row.class.as_str());
            write!(
                f,
                "| `{}` | `{}` | {class} | {bits} | {reason} |",
                row.event,
                row.path()
            )?;
            if has_questions {
                write!(f, " {} |", cell(row.why))?;
            }
            f.write_str("\n")?;
        }
        if !self.limits.is_empty() {
            f.write_str(
                "\n# Limits\n\nMore events than the limit are not sent.\n\n\
                 | event | limit |\n| --- | --- |\n",
            )?;
        }
        for row in &self.limits {
            writeln!(f, "| `{}` | {} |", row.event, row.limit)?;
        }
        Ok(())
    }
}

/// The text of a cell. A line break or a vertical bar would end it.
fn cell(text: Option<&str>) -> String {
    let text = text.unwrap_or_default().replace('|', "\\|");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Registry {
    /// Every field with its class, its capacity in bits, the reason for its free text, and the question
    /// that it answers.
    ///
    /// Store the report beside the registry document (`write --privacy PATH` of the schema tool), so
    /// that each change of the sent data appears in a diff.
    #[must_use]
    pub fn privacy_report(&self) -> PrivacyReport {
        let rows = self.events().iter().flat_map(|event| {
            let fields = event.fields.iter();
            fields.flat_map(|field| FieldPrivacy::rows(event, field))
        });
        let limits = self.events().iter().filter_map(|event| {
            let limit = event.limit?;
            Some(EventLimit {
                event: event.name,
                limit,
            })
        });
        PrivacyReport {
            fields: rows.collect(),
            limits: limits.collect(),
        }
    }
}

/// The possible values of a field in events of this schema version, if they are known.
pub(crate) fn values(ty: &FieldType, schema_version: &str) -> Option<Vec<&'static str>> {
    match ty {
        FieldType::Enum(descriptor) => {
            let written = descriptor.values.iter();
            let written = written.filter(|value| !value.retired && is_in(value, schema_version));
            Some(written.map(|value| value.wire).collect())
        }
        FieldType::Text(values) => values.map(<[_]>::to_vec),
        FieldType::List(item) => values(item, schema_version),
        FieldType::Boolean | FieldType::Integer | FieldType::Number | FieldType::Object(_) => None,
    }
}

/// The type of a list's items, else the type itself.
pub(crate) fn innermost(ty: &FieldType) -> &FieldType {
    match ty {
        FieldType::List(item) => innermost(item),
        other => other,
    }
}

fn bits(field: &FieldDescriptor, schema_version: &str) -> Option<f64> {
    if field.is_fixed() {
        return Some(0.0);
    }
    match &field.ty {
        FieldType::Boolean => Some(1.0),
        FieldType::Integer => Some(match field.range {
            // One more for the sentinel, which may be outside the range.
            Some((min, max)) if min.is_finite() && max.is_finite() => (max - min + 2.0).log2(),
            _ => 64.0,
        }),
        FieldType::Number => Some(64.0),
        FieldType::List(item) => {
            let item = FieldDescriptor {
                ty: **item,
                ..*field
            };
            list_bits(bits(&item, schema_version)?, field.max_items?)
        }
        FieldType::Object(fields) => fields.iter().map(|field| bits(field, schema_version)).sum(),
        ty => {
            let values = values(ty, schema_version)?;
            let values: BTreeSet<_> = values.into_iter().collect();
            let count = u32::try_from(values.len()).unwrap_or(u32::MAX).max(1);
            Some(f64::from(count).log2())
        }
    }
}

/// Capacity of a list with 0 to `most` items of `item` bits each: the binary logarithm of
/// `1 + n + n^2 + ... + n^most`, where an item has `n = 2^item` possible values.
///
/// For example, at most 2 items of 1 bit have 1 + 2 + 4 = 7 possible values, which are 2.8 bits.
fn list_bits(item: f64, most: usize) -> Option<f64> {
    let most = f64::from(u32::try_from(most).ok()?);
    Some(if item == 0.0 {
        (most + 1.0).log2()
    } else {
        // The sum divided by its last term, because the terms themselves exceed an `f64`.
        let ratio = (1.0 - (-item * (most + 1.0)).exp2()) / (1.0 - (-item).exp2());
        most * item + ratio.log2()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_capacity_of_a_list_is_that_of_all_its_lengths() {
        for (item, most, values) in [(0.0, 3, 4.0), (1.0, 2, 7.0), (3.0, 1, 9.0), (2.0, 4, 341.0)] {
            let found = list_bits(item, most).expect("a small list").exp2();
            assert!((found - values).abs() < 1e-9, "{item} {most}: {found}");
        }
        let many = list_bits(64.0, 1000).expect("a long list");
        assert!((many - 64_000.0).abs() < 1.0, "{many}");
    }
}
