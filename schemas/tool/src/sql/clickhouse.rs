//! ClickHouse. The loading query reads the parameters as text, so that other events of an envelope do not
//! matter. A value of another type becomes NULL, and a time that is not valid becomes 1970.

use crate::document::{Shape, Type};

use super::{ENVELOPE, Table, heading, is_wide};

pub(super) fn statements(table: &Table<'_>, input: &str) -> String {
    let mut text = heading(table);
    let envelope = table.envelope.iter().zip(ENVELOPE);
    let columns = envelope
        .map(|(column, (_, key, comment))| (column, envelope_type(key).to_owned(), comment))
        .chain(table.columns.iter().map(|column| {
            let ty = ty(column.ty, Text::Distinct);
            (&column.name, ty, &*column.comment)
        }));
    let columns: Vec<_> = columns
        .map(|(column, ty, comment)| {
            let comment = match comment {
                "" => String::new(),
                comment => format!(" COMMENT {}", literal(comment)),
            };
            format!("    {} {ty}{comment}", identifier(column))
        })
        .collect();
    let order: Vec<_> = ["ts", "sessionId"]
        .iter()
        .filter_map(|key| {
            let at = ENVELOPE.iter().position(|(_, it, _)| it == key)?;
            table.envelope.get(at).map(|column| identifier(column))
        })
        .collect();
    text.push_str(&format!(
        "CREATE TABLE {} (\n{}\n)\nENGINE = MergeTree\nORDER BY ({})",
        identifier(&table.name),
        columns.join(",\n"),
        order.join(", "),
    ));
    if !table.comment.is_empty() {
        text.push_str(&format!("\nCOMMENT {}", literal(&table.comment)));
    }
    text.push_str(";\n");
    text.push_str(&load(table, input));
    text
}

fn load(table: &Table<'_>, input: &str) -> String {
    let targets: Vec<_> = table
        .envelope
        .iter()
        .chain(table.columns.iter().map(|column| &column.name))
        .map(|column| format!("    {}", identifier(column)))
        .collect();
    let time = |value: &str| format!("parseDateTime64BestEffortOrZero({value}, 3, 'UTC')");
    let values = ENVELOPE
        .iter()
        .map(|(_, key, _)| match *key {
            "ts" => time("tupleElement(`event`, 'ts')"),
            "sentTs" => time("`sentTs`"),
            key => identifier(key),
        })
        .chain(table.columns.iter().map(|column| {
            let (key, ty) = (literal(column.wire), literal(&ty(column.ty, Text::Plain)));
            format!("JSONExtract(tupleElement(`event`, 'parameters'), {key}, {ty})")
        }));
    let values: Vec<_> = values.map(|value| format!("    {value}")).collect();
    let keys = ENVELOPE.iter().filter(|(_, key, _)| *key != "ts");
    let mut structure: Vec<_> = keys
        .map(|(_, key, _)| format!("{} String", identifier(key)))
        .collect();
    structure
        .push("`events` Array(Tuple(`ts` String, `name` String, `parameters` String))".to_owned());
    format!(
        "\nINSERT INTO {} (\n{}\n)\nSELECT\n{}\nFROM file(\n    {},\n    'JSONEachRow',\n    {}\n)\n\
         ARRAY JOIN `events` AS `event`\nWHERE tupleElement(`event`, 'name') = {}\nSETTINGS \
         input_format_json_read_objects_as_strings = 1, input_format_skip_unknown_fields = 1;\n",
        identifier(&table.name),
        targets.join(",\n"),
        values.join(",\n"),
        literal(input),
        literal(&structure.join(", ")),
        literal(table.event),
    )
}

fn envelope_type(key: &str) -> &'static str {
    match key {
        "sentTs" | "ts" => "DateTime64(3, 'UTC')",
        "sessionId" => "String",
        _ => "LowCardinality(String)",
    }
}

/// The type of an enum's text.
#[derive(Clone, Copy)]
enum Text {
    /// Values are stored once.
    Distinct,
    /// As `JSONExtract` reads it.
    Plain,
}

fn ty(ty: &Type, text: Text) -> String {
    match &*ty.shape {
        Shape::Boolean => "Nullable(Bool)".to_owned(),
        Shape::Integer(range) if is_wide(*range) => "Nullable(Int128)".to_owned(),
        Shape::Integer(_) => "Nullable(Int64)".to_owned(),
        Shape::Number(_) => "Nullable(Float64)".to_owned(),
        Shape::Enum(_) if matches!(text, Text::Distinct) => {
            "LowCardinality(Nullable(String))".to_owned()
        }
        Shape::Text { .. } | Shape::Enum(_) => "Nullable(String)".to_owned(),
        Shape::List { items, .. } => {
            // No item is null, and an array is never NULL.
            let items = match &*items.shape {
                Shape::Text { .. } => "String".to_owned(),
                Shape::Enum(_) if matches!(text, Text::Distinct) => {
                    "LowCardinality(String)".to_owned()
                }
                Shape::Enum(_) => "String".to_owned(),
                _ => self::ty(items, text),
            };
            format!("Array({items})")
        }
        Shape::Object(object) if object.fields.is_empty() => "Nullable(String)".to_owned(),
        Shape::Object(object) => {
            let fields: Vec<_> = object
                .fields
                .iter()
                .map(|field| format!("{} {}", identifier(&field.name), self::ty(&field.ty, text)))
                .collect();
            format!("Tuple({})", fields.join(", "))
        }
    }
}

fn identifier(name: &str) -> String {
    format!("`{}`", escaped(name, '`'))
}

fn literal(text: &str) -> String {
    format!("'{}'", escaped(text, '\''))
}

fn escaped(text: &str, quote: char) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\0' => escaped.push_str("\\0"),
            c if c == quote => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
