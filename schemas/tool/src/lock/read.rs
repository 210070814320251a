//! The reader of a lock.

use std::path::Path;

use crate::{
    document::{
        Place, bytes_of,
        keywords::{Section, text, version, wrong_kind},
    },
    error::{InputError, Problem},
    json::{self, Kind, Member, join},
    version::Version,
};

use super::{CodePlace, Lock, LockedEvent, LockedField, LockedValue, PrivacyClass};

const FIELD_KEYS: [&str; 17] = [
    "file",
    "path",
    "sentinel",
    "default",
    "unit",
    "range",
    "bucketEdges",
    "labels",
    "values",
    "privacyClass",
    "reason",
    "why",
    "since",
    "retired",
    "maxItems",
    "fields",
    "$comment",
];

/// Reads the lock in a file.
///
/// # Errors
///
/// The file cannot be read, or [`read`] refuses its text.
pub fn load(path: impl AsRef<Path>) -> Result<Lock, InputError> {
    let path = path.as_ref();
    read(&path.display().to_string(), &bytes_of(path)?)
}

/// Reads a lock. `file` is its name in messages.
///
/// # Errors
///
/// The text is not JSON, is above a limit, or does not have the layout of a lock.
pub fn read(file: &str, bytes: &[u8]) -> Result<Lock, InputError> {
    let named = |problem: Problem| problem.in_file(file);
    let root = json::parse(bytes).map_err(named)?;
    let root = Section::new(&root, String::new()).map_err(named)?;
    lock(file, &root).map_err(named)
}

fn lock(file: &str, root: &Section<'_>) -> Result<Lock, Problem> {
    root.only(
        &["lockVersion", "schemaVersion", "disclosure", "events"],
        &["$comment"],
        "a lock",
    )?;
    if root.count("lockVersion")? != Some(1) {
        return Err(root.problem(
            "the layout of the lock is not known",
            "write \"lockVersion\": 1, or use the version of this tool that belongs to the lock",
        ));
    }
    let section = root.section("events")?;
    let events = section.members.iter();
    Ok(Lock {
        file: file.to_owned(),
        version: needed_version(root, "schemaVersion")?,
        disclosure: owned(root, "disclosure")?,
        disclosure_place: Place {
            pointer: root.pointer_of("disclosure"),
            position: root
                .get("disclosure")
                .map_or(json::Position::START, |node| node.position),
        },
        events: events
            .map(|member| event(&section, member))
            .collect::<Result<_, _>>()?,
    })
}

fn needed_version(section: &Section<'_>, key: &str) -> Result<Version, Problem> {
    version(section, key)?.ok_or_else(|| {
        section.problem(
            format!("the key `{key}` is missing"),
            "add the version, such as \"1.0\"",
        )
    })
}

fn owned(section: &Section<'_>, key: &str) -> Result<Option<String>, Problem> {
    Ok(section.optional_text(key)?.map(str::to_owned))
}

fn event(events: &Section<'_>, member: &Member) -> Result<LockedEvent, Problem> {
    let section = Section::new(&member.node, events.pointer_of(&member.key))?;
    section.only(
        &[
            "schema", "file", "path", "owner", "review", "expires", "limit", "fields",
        ],
        &["$comment"],
        "an event of a lock",
    )?;
    let file = section.optional_text("file")?;
    let mut fields = Vec::new();
    let schema = needed_version(&section, "schema")?;
    let around = Around { file, schema };
    read_fields(&section.section("fields")?, &around, &[], &mut fields)?;
    Ok(LockedEvent {
        name: member.key.clone(),
        schema,
        limit: owned(&section, "limit")?,
        notes: notes(&section, &["owner", "review", "expires"])?,
        code: code(&section, file)?,
        fields,
        place: Place {
            pointer: section.pointer,
            position: member.position,
        },
    })
}

/// Facts of an event that its fields refer to.
struct Around<'a> {
    file: Option<&'a str>,
    schema: Version,
}

fn notes(
    section: &Section<'_>,
    keys: &[&'static str],
) -> Result<Vec<(&'static str, Option<String>)>, Problem> {
    keys.iter()
        .map(|key| Ok((*key, owned(section, key)?)))
        .collect()
}

fn code(section: &Section<'_>, file: Option<&str>) -> Result<Option<CodePlace>, Problem> {
    let file = section.optional_text("file")?.or(file);
    let path = section.optional_text("path")?;
    Ok(file.zip(path).map(|(file, path)| CodePlace {
        file: file.to_owned(),
        path: path.to_owned(),
    }))
}

fn read_fields(
    fields: &Section<'_>,
    event: &Around<'_>,
    parents: &[String],
    found: &mut Vec<LockedField>,
) -> Result<(), Problem> {
    for member in fields.members {
        let section = Section::new(&member.node, fields.pointer_of(&member.key))?;
        section.only(&FIELD_KEYS, &[], "a field of a lock")?;
        let mut path = parents.to_vec();
        path.push(member.key.clone());
        let items = section.optional_section("fields")?;
        found.push(field(&section, event, path.clone(), member)?);
        if let Some(items) = items {
            if !parents.is_empty() {
                return Err(items.problem(
                    "the items of a list inside of a list have fields",
                    "write the fields of one list only",
                ));
            }
            read_fields(&items, event, &path, found)?;
        }
    }
    Ok(())
}

fn field(
    section: &Section<'_>,
    event: &Around<'_>,
    path: Vec<String>,
    member: &Member,
) -> Result<LockedField, Problem> {
    let value = |key: &str| section.get(key).map(json::Node::to_value);
    Ok(LockedField {
        path,
        sentinel: value("sentinel"),
        default: value("default"),
        unit: owned(section, "unit")?,
        range: value("range"),
        bucket_edges: value("bucketEdges"),
        labels: labels(section)?,
        values: values(section, event.schema)?,
        privacy_class: class(section)?,
        notes: notes(section, &["why", "reason"])?,
        since: version(section, "since")?,
        retired: version(section, "retired")?,
        max_items: section.count("maxItems")?,
        code: code(section, event.file)?,
        place: Place {
            pointer: section.pointer.clone(),
            position: member.position,
        },
    })
}

fn labels(section: &Section<'_>) -> Result<Option<Vec<String>>, Problem> {
    let Some(items) = section.list("labels")? else {
        return Ok(None);
    };
    let pointer = section.pointer_of("labels");
    let mut seen = std::collections::HashSet::new();
    let mut labels = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let place = join(&pointer, &at.to_string());
        let label = text(item, &place)?;
        if !seen.insert(label) {
            return Err(Problem::new(
                format!("the label `{label}` is listed twice"),
                "list each label once",
            )
            .at(item.position)
            .in_value(place));
        }
        labels.push(label.to_owned());
    }
    Ok(Some(labels))
}

fn values(section: &Section<'_>, schema: Version) -> Result<Option<Vec<LockedValue>>, Problem> {
    let Some(values) = section.optional_section("values")? else {
        return Ok(None);
    };
    let read = values.members.iter().map(|member| {
        let value = Section::new(&member.node, values.pointer_of(&member.key))?;
        value.only(&["since", "retired"], &["$comment"], "a value of a lock")?;
        Ok(LockedValue {
            name: member.key.clone(),
            since: version(&value, "since")?,
            retired: retired(&value, schema)?,
        })
    });
    read.collect::<Result<_, Problem>>().map(Some)
}

/// The declaration of a value may state that it is retired without the version that retired it. The version
/// of the event is the first one that is known to be without the value.
fn retired(value: &Section<'_>, schema: Version) -> Result<Option<Version>, Problem> {
    match value.get("retired").map(|node| &node.kind) {
        Some(Kind::Boolean(true)) => Ok(Some(schema)),
        _ => version(value, "retired"),
    }
}

fn class(section: &Section<'_>) -> Result<Option<PrivacyClass>, Problem> {
    let Some(node) = section.get("privacyClass") else {
        return Ok(None);
    };
    let Kind::Text(name) = &node.kind else {
        return Err(wrong_kind(
            node,
            &section.pointer_of("privacyClass"),
            "a string",
        ));
    };
    let found = PrivacyClass::ALL
        .into_iter()
        .find(|class| class.as_str() == name);
    match found {
        Some(class) => Ok(Some(class)),
        None => {
            let names = PrivacyClass::ALL.map(PrivacyClass::as_str);
            Err(Problem::new(
                format!("`{name}` is not a privacy class"),
                format!("write one of: {}", names.join(", ")),
            )
            .at(node.position)
            .in_value(section.pointer_of("privacyClass")))
        }
    }
}
