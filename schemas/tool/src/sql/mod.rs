//! Tables for the events of a document, and queries that load envelopes into them.
//!
//! A table has columns of the envelope and one column for each field. A field that an event does not have
//! is NULL: events of old clients do not have the fields of later versions. Enums are columns of text,
//! so that a value of a later version can be loaded.
//!
//! **Invariants.** Names are always quoted, and no text of a document ends a literal or a comment.

mod clickhouse;
mod duckdb;

use std::collections::HashSet;

use crate::{
    document::{Bound, Document, Event, Field, Object, Range, Shape, Type},
    error::Problem,
    lock::{Lock, LockedEvent},
};

/// A language of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// ClickHouse.
    ClickHouse,
    /// DuckDB.
    DuckDb,
}

/// The tables to write, and their source.
#[derive(Debug, Clone)]
pub struct Options {
    /// The language.
    pub dialect: Dialect,
    /// Wire names of the events; empty for every event.
    pub events: Vec<String>,
    /// Path of the file with envelopes, one JSON object per line.
    pub input: String,
}

/// The reason why there is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The name is not an event of the document.
    UnknownEvent(String),
    /// A name that no column can have.
    Name(Box<Problem>),
}

/// The columns of the envelope: name, key on the wire, comment. The last one is a key of the event.
const ENVELOPE: [(&str, &str, &str); 6] = [
    ("client_id", "clientId", "Id of the telemetry client."),
    ("client_ver", "clientVer", "Version of the product."),
    (
        "event_schema_ver",
        "eventSchemaVer",
        "Schema version of the event.",
    ),
    (
        "session_id",
        "sessionId",
        "Random id of one run of the program.",
    ),
    ("sent_ts", "sentTs", "Time of the request, UTC."),
    ("event_ts", "ts", "Time of the event, UTC."),
];

/// A table for one event.
struct Table<'d> {
    event: &'d str,
    name: String,
    comment: String,
    /// The names of the envelope's columns.
    envelope: Vec<String>,
    columns: Vec<Column<'d>>,
}

/// A column for one field.
struct Column<'d> {
    wire: &'d str,
    name: String,
    comment: String,
    ty: &'d Type,
}

/// Statements that create and load a table for each event. Units come from the lock.
///
/// # Errors
///
/// A name in `options` is not an event of the document, or a field has a name that no column can have.
pub fn export(
    document: &Document,
    lock: Option<&Lock>,
    options: &Options,
) -> Result<String, Refused> {
    let unknown = |name: &&String| document.event(name).is_none();
    if let Some(name) = options.events.iter().find(unknown) {
        return Err(Refused::UnknownEvent(name.clone()));
    }
    let mut names = Names::default();
    let mut tables = Vec::new();
    for event in &document.events {
        let name = names.of(&event.name);
        if options.events.is_empty() || options.events.contains(&event.name) {
            let locked = lock.and_then(|lock| lock.event(&event.name));
            tables.push(table(event, name, locked, options.dialect)?);
        }
    }
    let statements: Vec<_> = tables
        .iter()
        .map(|table| match options.dialect {
            Dialect::ClickHouse => clickhouse::statements(table, &options.input),
            Dialect::DuckDb => duckdb::statements(table, &options.input),
        })
        .collect();
    Ok(statements.join("\n"))
}

fn table<'d>(
    event: &'d Event,
    name: String,
    locked: Option<&LockedEvent>,
    dialect: Dialect,
) -> Result<Table<'d>, Refused> {
    let mut names = Names::default();
    let envelope = ENVELOPE.iter().map(|(name, ..)| names.of(name)).collect();
    let unit = |path: &[&str]| {
        let fields = locked.into_iter().flat_map(|event| &event.fields);
        let mut fields = fields.filter(|field| field.path == *path);
        fields.find_map(|field| field.unit.as_deref())
    };
    let mut columns = Vec::new();
    for field in &event.payload.fields {
        check_name(field)?;
        check_inside(&field.ty, dialect)?;
        columns.push(Column {
            wire: &field.name,
            name: names.of(&field.name),
            comment: comment(field, &unit),
            ty: &field.ty,
        });
    }
    Ok(Table {
        event: &event.name,
        name,
        comment: one_line(&event.description),
        envelope,
        columns,
    })
}

/// The description, the unit and the values. Those of items follow after the name of their field.
fn comment<'u>(field: &Field, unit: &dyn Fn(&[&str]) -> Option<&'u str>) -> String {
    let mut parts = vec![one_line(&field.description)];
    parts.extend(unit(&[&field.name]).map(|unit| format!("Unit: {unit}.")));
    parts.extend(values(&field.ty));
    if let Some(object) = items(&field.ty) {
        for item in &object.fields {
            let unit = unit(&[&field.name, &item.name]);
            let facts = [
                one_line(&item.description),
                unit.map(|unit| format!("Unit: {unit}."))
                    .unwrap_or_default(),
                values(&item.ty).unwrap_or_default(),
            ];
            let facts: Vec<_> = facts.into_iter().filter(|it| !it.is_empty()).collect();
            parts.push(format!("{}: {}", one_line(&item.name), facts.join(" ")));
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// The object in a list, or the object itself.
fn items(ty: &Type) -> Option<&Object> {
    match &*ty.shape {
        Shape::List { items, .. } => self::items(items),
        Shape::Object(object) => Some(object),
        _ => None,
    }
}

fn values(ty: &Type) -> Option<String> {
    match &*ty.shape {
        Shape::List { items, .. } => values(items),
        Shape::Enum(values) => {
            let values: Vec<_> = values.iter().map(|value| one_line(value)).collect();
            Some(format!("Values: {}.", values.join(", ")))
        }
        _ => None,
    }
}

/// A text without line breaks and other control characters, for a comment.
fn one_line(text: &str) -> String {
    let text = text.replace(char::is_control, " ");
    text.trim().to_owned()
}

fn check_name(field: &Field) -> Result<(), Refused> {
    if !field.name.is_empty() && !field.name.contains('\0') {
        return Ok(());
    }
    Err(refused(
        field,
        format!("no column can have the name {:?}", field.name),
    ))
}

fn refused(field: &Field, wrong: String) -> Refused {
    let problem = Problem::new(wrong, "give the field another name")
        .at(field.place.position)
        .in_value(&field.place.pointer);
    Refused::Name(Box::new(problem))
}

/// Names inside of a column. Those of columns are numbered if two are equal; these are keys of the payload.
fn check_inside(ty: &Type, dialect: Dialect) -> Result<(), Refused> {
    let Some(object) = items(ty) else {
        return Ok(());
    };
    let mut known = HashSet::new();
    for field in &object.fields {
        check_name(field)?;
        if dialect == Dialect::DuckDb && !known.insert(field.name.to_lowercase()) {
            return Err(refused(
                field,
                format!(
                    "for DuckDB, `{}` equals another field: it ignores case",
                    field.name
                ),
            ));
        }
        check_inside(&field.ty, dialect)?;
    }
    Ok(())
}

/// Names in use. DuckDB ignores the case of names, so that a second one gets a number.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    fn of(&mut self, wanted: &str) -> String {
        let numbered = (2_u32..).map(|number| format!("{wanted}_{number}"));
        let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
        let free = names.find(|name| self.0.insert(name.to_lowercase()));
        free.unwrap_or_default()
    }
}

/// Whether the document allows whole numbers that do not fit in 64 bits with a sign.
fn is_wide(range: Range) -> bool {
    let most = Bound::Integer(i64::MAX.into());
    let least = Bound::Integer(i64::MIN.into());
    range.max.is_some_and(|max| most.is_below(max))
        || range.min.is_some_and(|min| min.is_below(least))
}

/// The description of an event as a comment of SQL.
fn heading(table: &Table<'_>) -> String {
    let separator = if table.comment.is_empty() { "" } else { ": " };
    format!("-- {}{separator}{}\n", one_line(table.event), table.comment)
}
