//! DuckDB. The loading query reads the parameters as JSON, so that other events of an envelope do not
//! matter. A value of another type becomes NULL.

use serde_json::{Value, json};

use crate::{
    document::{Shape, Type},
    json::join,
};

use super::{ENVELOPE, Table, heading, is_wide};

pub(super) fn statements(table: &Table<'_>, input: &str) -> String {
    let name = identifier(&table.name);
    let mut text = heading(table);
    let envelope = table.envelope.iter().zip(ENVELOPE);
    let columns = envelope
        .clone()
        .map(|(column, (_, key, _))| format!("    {} {}", identifier(column), envelope_type(key)))
        .chain(table.columns.iter().map(|column| {
            format!(
                "    {} {}",
                identifier(&column.name),
                column_type(column.ty)
            )
        }));
    let columns: Vec<_> = columns.collect();
    text.push_str(&format!(
        "CREATE TABLE {name} (\n{}\n);\n",
        columns.join(",\n")
    ));
    if !table.comment.is_empty() {
        let comment = literal(&table.comment);
        text.push_str(&format!("COMMENT ON TABLE {name} IS {comment};\n"));
    }
    let comments = envelope
        .map(|(column, (.., comment))| (column, comment))
        .chain(table.columns.iter().map(|it| (&it.name, &*it.comment)));
    for (column, comment) in comments.filter(|(_, comment)| !comment.is_empty()) {
        let (column, comment) = (identifier(column), literal(comment));
        text.push_str(&format!(
            "COMMENT ON COLUMN {name}.{column} IS {comment};\n"
        ));
    }
    text.push_str(&load(table, input));
    text
}

fn load(table: &Table<'_>, input: &str) -> String {
    let keys: Vec<_> = ENVELOPE
        .iter()
        .filter(|(_, key, _)| *key != "ts")
        .map(|(_, key, _)| key)
        .collect();
    let targets: Vec<_> = table
        .envelope
        .iter()
        .chain(table.columns.iter().map(|column| &column.name))
        .map(|column| format!("    {}", identifier(column)))
        .collect();
    let values = ENVELOPE
        .iter()
        .map(|(_, key, _)| match *key {
            "ts" => "TRY_CAST(\"event\".\"ts\" AS TIMESTAMP)".to_owned(),
            key if envelope_type(key) == "TIMESTAMP" => {
                format!("TRY_CAST({} AS TIMESTAMP)", identifier(key))
            }
            key => identifier(key),
        })
        .chain(table.columns.iter().map(|column| {
            let pointer = literal(&join("", column.wire));
            let structure = literal(&structure(column.ty).to_string());
            format!(
                "json_transform(json_extract(\"event\".\"parameters\", {pointer}), {structure})"
            )
        }));
    let values: Vec<_> = values.map(|value| format!("    {value}")).collect();
    let read: Vec<_> = keys
        .iter()
        .map(|key| format!("        {}", identifier(key)))
        .collect();
    let types: Vec<_> = keys
        .iter()
        .map(|key| format!("            {}: 'VARCHAR'", literal(key)))
        .collect();
    format!(
        "\nINSERT INTO {} (\n{}\n)\nSELECT\n{}\nFROM (\n    SELECT\n{},\n        unnest(\"events\") AS \
         \"event\"\n    FROM read_json(\n        {},\n        format = 'newline_delimited',\n        \
         columns = {{\n{},\n            'events': 'STRUCT(\"ts\" VARCHAR, \"name\" VARCHAR, \
         \"parameters\" JSON)[]'\n        }}\n    )\n)\nWHERE \"event\".\"name\" = {};\n",
        identifier(&table.name),
        targets.join(",\n"),
        values.join(",\n"),
        read.join(",\n"),
        literal(input),
        types.join(",\n"),
        literal(table.event),
    )
}

/// Times of the envelope are UTC.
fn envelope_type(key: &str) -> &'static str {
    match key {
        "sentTs" | "ts" => "TIMESTAMP",
        _ => "VARCHAR",
    }
}

fn column_type(ty: &Type) -> String {
    match &*ty.shape {
        Shape::List { items, .. } => format!("{}[]", column_type(items)),
        Shape::Object(object) if object.fields.is_empty() => "JSON".to_owned(),
        Shape::Object(object) => {
            let fields: Vec<_> = object
                .fields
                .iter()
                .map(|field| format!("{} {}", identifier(&field.name), column_type(&field.ty)))
                .collect();
            format!("STRUCT({})", fields.join(", "))
        }
        shape => single(shape).to_owned(),
    }
}

fn single(shape: &Shape) -> &'static str {
    match shape {
        Shape::Integer(range) if is_wide(*range) => "HUGEINT",
        Shape::Integer(_) => "BIGINT",
        Shape::Boolean => "BOOLEAN",
        Shape::Number(_) => "DOUBLE",
        _ => "VARCHAR",
    }
}

/// The type as `json_transform` reads it.
fn structure(ty: &Type) -> Value {
    match &*ty.shape {
        Shape::List { items, .. } => json!([structure(items)]),
        Shape::Object(object) if object.fields.is_empty() => json!("JSON"),
        Shape::Object(object) => {
            let fields = object.fields.iter();
            Value::Object(
                fields
                    .map(|it| (it.name.clone(), structure(&it.ty)))
                    .collect(),
            )
        }
        shape => json!(single(shape)),
    }
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A literal. DuckDB has no escapes except for the quote.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
