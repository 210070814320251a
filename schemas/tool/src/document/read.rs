//! The reader of a document: the root, `schemaMeta` and the events.

use std::{collections::HashSet, fs::File, io::Read, path::Path};

use crate::{
    error::{InputError, Problem},
    json::{self, MAX_BYTES, Node, join},
};

use super::{
    Document, Event, Gdpr, Meta, Place, SharedType,
    keywords::{NOTES, Section, text, version, wrong_kind},
    references::{EVENTS, name_in},
    shapes::Types,
};

const DRAFT_07: &str = "http://json-schema.org/draft-07/schema";

/// The bytes of a file. A longer file than the limit of the parser is not read to its end.
pub(crate) fn bytes_of(path: &Path) -> Result<Vec<u8>, InputError> {
    let name = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        Problem::new(
            format!("the file cannot be read: {error}"),
            "check the path and the permissions",
        )
        .in_file(&name)
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

/// Reads the document in a file.
///
/// # Errors
///
/// The file cannot be read, or [`read`] refuses its text.
pub fn load(path: impl AsRef<Path>) -> Result<Document, InputError> {
    let path = path.as_ref();
    read(&path.display().to_string(), &bytes_of(path)?)
}

/// Reads a document. `file` is its name in messages.
///
/// # Errors
///
/// The text is not JSON, is above a limit, is not a schema of draft-07, or has a keyword or a structure
/// that a registry document does not have. The error has the place and the correction.
///
/// ```
/// let error = telemetry_tool::document::read("a.json", b"{\n  \"a\": 1,\n  \"a\": 2\n}").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "a.json:3:3: the key `a` occurs twice in one object, first in line 2\nhelp: remove one of them"
/// );
/// ```
pub fn read(file: &str, bytes: &[u8]) -> Result<Document, InputError> {
    let named = |problem: Problem| problem.in_file(file);
    let root = json::parse(bytes).map_err(named)?;
    document(file, &root).map_err(named)
}

fn document(file: &str, root: &Node) -> Result<Document, Problem> {
    let root = Section::new(root, String::new())?;
    check_draft(&root)?;
    root.only(
        &[
            "$schema",
            "description",
            "schemaMeta",
            "definitions",
            "oneOf",
            "$ref",
        ],
        &["$comment", "title"],
        "a registry document",
    )?;
    let (meta, meta_place) = meta(&root.section("schemaMeta")?)?;
    let definitions = root.section("definitions")?;
    definitions.only(&["types", "events"], &["$comment"], "`definitions`")?;
    let type_section = definitions.optional_section("types")?;
    let mut types = Types::new(type_section.as_ref())?;
    let mut shared = Vec::new();
    for member in type_section.iter().flat_map(|section| section.members) {
        let section = Section::new(&member.node, join("/definitions/types", &member.key))?;
        let (shape, _) = types.shared(&member.key, &section)?;
        shared.push(SharedType {
            name: member.key.clone(),
            description: section
                .optional_text("description")?
                .unwrap_or_default()
                .to_owned(),
            shape,
            place: Place {
                pointer: section.pointer,
                position: member.position,
            },
        });
    }
    let event_section = definitions.section("events")?;
    let mut events = Vec::new();
    for member in event_section.members {
        let section = Section::new(&member.node, event_section.pointer_of(&member.key))?;
        let place = Place {
            pointer: section.pointer.clone(),
            position: member.position,
        };
        events.push(event(&member.key, &section, place, &mut types)?);
    }
    check_listed(&root, &events)?;
    Ok(Document {
        file: file.to_owned(),
        description: root
            .optional_text("description")?
            .unwrap_or_default()
            .to_owned(),
        meta,
        meta_place,
        types: shared,
        events,
        json: root.node.to_value(),
    })
}

fn check_draft(root: &Section<'_>) -> Result<(), Problem> {
    let draft = root.optional_text("$schema")?;
    let Some(draft) = draft else {
        return Err(root.problem(
            "the key `$schema` is missing",
            format!("add \"$schema\": \"{DRAFT_07}#\""),
        ));
    };
    if draft.trim_end_matches('#') == DRAFT_07 {
        return Ok(());
    }
    let position = root
        .get("$schema")
        .map_or(root.node.position, |it| it.position);
    Err(Problem::new(
        format!("the schema language `{draft}` is not supported"),
        format!("write the document in draft-07: \"$schema\": \"{DRAFT_07}#\""),
    )
    .at(position)
    .in_value("/$schema"))
}

fn meta(section: &Section<'_>) -> Result<(Meta, Place), Problem> {
    section.only(
        &[
            "clientName",
            "clientId",
            "definitionVersion",
            "schemaVersion",
            "personalization",
            "requireWhySince",
        ],
        &["$comment"],
        "`schemaMeta`",
    )?;
    let owned = |key: &str| section.optional_text(key).map(|it| it.map(str::to_owned));
    let Some(schema) = version(section, "schemaVersion")? else {
        return Err(section.problem(
            "the key `schemaVersion` is missing",
            "add the version of the document, such as \"1.0\"",
        ));
    };
    let meta = Meta {
        client_name: owned("clientName")?,
        client_id: owned("clientId")?,
        definition_version: owned("definitionVersion")?,
        version: schema,
        personalization: owned("personalization")?,
        require_why_since: version(section, "requireWhySince")?,
    };
    let place = Place {
        pointer: section.pointer.clone(),
        position: section.node.position,
    };
    Ok((meta, place))
}

fn event<'a>(
    name: &str,
    section: &Section<'a>,
    place: Place,
    types: &mut Types<'a>,
) -> Result<Event, Problem> {
    section.only(
        &[
            "type",
            "eventMeta",
            "properties",
            "additionalProperties",
            "required",
        ],
        &NOTES,
        "an event",
    )?;
    if section.text("type")? != "object" {
        return Err(section.problem("an event is an object", "write \"type\": \"object\""));
    }
    let meta = section.section("eventMeta")?;
    meta.only(&["service", "gdpr"], &["$comment"], "`eventMeta`")?;
    let gdpr = meta.section("gdpr")?;
    gdpr.only(
        &["category", "description", "personalization"],
        &["$comment"],
        "`gdpr`",
    )?;
    let (payload, _) = types.object(section)?;
    Ok(Event {
        name: name.to_owned(),
        description: section
            .optional_text("description")?
            .unwrap_or_default()
            .to_owned(),
        service: meta
            .optional_text("service")?
            .unwrap_or_default()
            .to_owned(),
        gdpr: Gdpr {
            category: gdpr.text("category")?.to_owned(),
            description: gdpr
                .optional_text("description")?
                .unwrap_or_default()
                .to_owned(),
            personalization: gdpr
                .optional_text("personalization")?
                .unwrap_or_default()
                .to_owned(),
        },
        payload,
        place,
    })
}

/// Every event must be an alternative of the root, or validators refuse its payloads.
fn check_listed(root: &Section<'_>, events: &[Event]) -> Result<(), Problem> {
    let mut listed = HashSet::new();
    let items = root.list("oneOf")?;
    let single = root.get("$ref");
    if let (Some(_), Some(node)) = (items, single) {
        return Err(Problem::new(
            "validators ignore `oneOf` beside `$ref`",
            "remove `$ref` or `oneOf`",
        )
        .at(node.position)
        .in_value("/$ref"));
    }
    let names: HashSet<&str> = events.iter().map(|event| event.name.as_str()).collect();
    let mut list = |node: &Node, pointer: &str| {
        let target = text(node, pointer)?;
        let wrong = match name_in(target, EVENTS).filter(|name| names.contains(name.as_str())) {
            None => format!("`$ref` to `{target}` is not an event of this document"),
            Some(name) if listed.contains(&name) => format!("the event `{name}` is listed twice"),
            Some(name) => {
                listed.insert(name);
                return Ok(());
            }
        };
        Err(
            Problem::new(wrong, format!("list each event once as `{EVENTS}NAME`"))
                .at(node.position)
                .in_value(pointer),
        )
    };
    if let Some(node) = single {
        list(node, "/$ref")?;
    }
    for (at, item) in items.unwrap_or_default().iter().enumerate() {
        let pointer = join("/oneOf", &at.to_string());
        let section = Section::new(item, pointer.clone())?;
        section.only(&["$ref"], &[], "`oneOf`")?;
        match section.get("$ref") {
            Some(node) => list(node, &join(&pointer, "$ref"))?,
            None => return Err(wrong_kind(item, &pointer, "an object with `$ref`")),
        }
    }
    match events.iter().find(|event| !listed.contains(&event.name)) {
        None => Ok(()),
        Some(event) => Err(Problem::new(
            format!("the event `{}` is not in `oneOf`", event.name),
            format!(
                "add {{\"$ref\": \"{EVENTS}{}\"}} to `oneOf`; without it, each payload is invalid",
                event.name
            ),
        )
        .at(event.place.position)
        .in_value(&event.place.pointer)),
    }
}
