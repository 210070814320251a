//! The reader of types: shared types, properties, items of lists.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use crate::{
    error::Problem,
    json::{Kind, Node, join},
};

use super::{
    Bound, Field, Object, Place, Range, Shape, Type,
    keywords::{NOTES, Section, listed, text, wrong_kind},
    references::{TYPES, reference},
};

/// Parts of a type or an event after every `$ref` was followed.
const MAX_PARTS: usize = 20_000;
/// Types inside of each other after every `$ref` was followed.
const MAX_NESTED: usize = 16;

/// The extent of a type after every `$ref` was followed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    parts: usize,
    nested: usize,
}

impl Size {
    const ONE: Self = Self {
        parts: 1,
        nested: 1,
    };

    fn check(self, section: &Section<'_>) -> Result<(), Problem> {
        let wrong = if self.parts > MAX_PARTS {
            format!("the type has more than {MAX_PARTS} parts after each `$ref` is followed")
        } else if self.nested > MAX_NESTED {
            format!("more than {MAX_NESTED} types are inside of each other")
        } else {
            return Ok(());
        };
        Err(section.problem(wrong, "write a smaller type; an event is flat"))
    }
}

/// The shared types, which are read when a `$ref` needs them.
pub(super) struct Types<'a> {
    sections: BTreeMap<&'a str, Section<'a>>,
    done: BTreeMap<&'a str, (Arc<Shape>, Size)>,
    /// The types that are being read, outermost first.
    open: Vec<&'a str>,
    /// Calls of `ty` inside of each other.
    depth: usize,
}

impl<'a> Types<'a> {
    pub(super) fn new(types: Option<&Section<'a>>) -> Result<Self, Problem> {
        let mut sections = BTreeMap::new();
        if let Some(types) = types {
            for member in types.members {
                let section = Section::new(&member.node, types.pointer_of(&member.key))?;
                sections.insert(member.key.as_str(), section);
            }
        }
        Ok(Self {
            sections,
            done: BTreeMap::new(),
            open: Vec::new(),
            depth: 0,
        })
    }

    /// The shape of a shared type. `user` is the place of the `$ref`.
    pub(super) fn shared(
        &mut self,
        name: &str,
        user: &Section<'_>,
    ) -> Result<(Arc<Shape>, Size), Problem> {
        if let Some((shape, size)) = self.done.get(name) {
            return Ok((Arc::clone(shape), *size));
        }
        let Some((&name, section)) = self.sections.get_key_value(name) else {
            return Err(user.problem(
                format!("the shared type `{name}` does not exist"),
                format!("add it below `{TYPES}`, or correct the name"),
            ));
        };
        if let Some(from) = self.open.iter().position(|open| *open == name) {
            let mut circle: Vec<_> = self.open.iter().skip(from).copied().collect();
            circle.push(name);
            return Err(user.problem(
                format!("the shared types form a cycle: {}", circle.join(" -> ")),
                "write one of them without `$ref`",
            ));
        }
        let section = section.clone();
        self.open.push(name);
        let ty = self.ty(&section, "a shared type");
        self.open.pop();
        let (ty, size) = ty?;
        self.done.insert(name, (Arc::clone(&ty.shape), size));
        Ok((ty.shape, size))
    }

    /// The type of a section with its size.
    fn ty(&mut self, section: &Section<'a>, place: &str) -> Result<(Type, Size), Problem> {
        let nested = self.depth + 1;
        Size { parts: 1, nested }.check(section)?;
        self.depth += 1;
        let read = self.ty_inside(section, place);
        self.depth -= 1;
        let (ty, size) = read?;
        size.check(section)?;
        Ok((ty, size))
    }

    fn ty_inside(&mut self, section: &Section<'a>, place: &str) -> Result<(Type, Size), Problem> {
        if let Some(name) = reference(section)? {
            let (shape, size) = self.shared(&name, section)?;
            let reference = Some(name);
            return Ok((Type { reference, shape }, size));
        }
        let (shape, size) = self.inline(section, place)?;
        let shape = Arc::new(shape);
        Ok((
            Type {
                reference: None,
                shape,
            },
            size,
        ))
    }

    fn inline(&mut self, section: &Section<'a>, place: &str) -> Result<(Shape, Size), Problem> {
        let name = match section.get("type") {
            Some(node) => match &node.kind {
                Kind::Text(name) => name.as_str(),
                Kind::List(_) => {
                    return Err(Problem::new(
                        "`type` is a list of types",
                        "write one type, and a sentinel such as -1 or \"undefined\" instead of null",
                    )
                    .at(node.position)
                    .in_value(section.pointer_of("type")));
                }
                _ => return Err(wrong_kind(node, &section.pointer_of("type"), "a string")),
            },
            None => return Err(section.problem("the type is missing", "add `type` or `$ref`")),
        };
        let known: &[&str] = match name {
            "boolean" => &["type"],
            "integer" | "number" => &["type", "minimum", "maximum"],
            "string" if section.get("enum").is_some() => &["type", "enum"],
            "string" => &["type", "minLength", "maxLength", "enum"],
            "array" => &["type", "items", "minItems", "maxItems"],
            "object" => &["type", "properties", "additionalProperties", "required"],
            other => {
                return Err(section.problem(
                    format!("the type `{other}` is not supported"),
                    "write boolean, integer, number, string, array or object; a sentinel instead of null",
                ));
            }
        };
        section.only(known, &NOTES, &format!("{place} of type `{name}`"))?;
        match name {
            "boolean" => Ok((Shape::Boolean, Size::ONE)),
            "integer" => match range(section)?.whole() {
                Some(range) => Ok((Shape::Integer(range), Size::ONE)),
                None => Err(section.problem(
                    "no value is valid: there is no whole number between the bounds",
                    "write bounds with a whole number between them",
                )),
            },
            "number" => Ok((Shape::Number(range(section)?), Size::ONE)),
            "string" => match values(section)? {
                Some(values) => Ok((Shape::Enum(values), Size::ONE)),
                None => {
                    let (min, max) = counts(section, "minLength", "maxLength")?;
                    Ok((Shape::Text { min, max }, Size::ONE))
                }
            },
            "array" => {
                let (items, mut size) = self.ty(&section.section("items")?, "an item")?;
                size.parts += 1;
                size.nested += 1;
                let (min, max) = counts(section, "minItems", "maxItems")?;
                let items = Box::new(items);
                Ok((Shape::List { items, min, max }, size))
            }
            _ => {
                let (object, size) = self.object(section)?;
                Ok((Shape::Object(object), size))
            }
        }
    }

    /// The fields of an event or of an item. Their number is limited.
    pub(super) fn object(&mut self, section: &Section<'a>) -> Result<(Object, Size), Problem> {
        let properties = section.section("properties")?;
        let required = required(section, &properties)?;
        let mut fields = Vec::with_capacity(properties.members.len());
        let mut size = Size::ONE;
        for member in properties.members {
            let field = Section::new(&member.node, properties.pointer_of(&member.key))?;
            let (ty, more) = self.ty(&field, "a field")?;
            size.parts += more.parts;
            size.nested = size.nested.max(more.nested + 1);
            size.check(section)?;
            fields.push(Field {
                name: member.key.clone(),
                description: field
                    .optional_text("description")?
                    .unwrap_or_default()
                    .to_owned(),
                comment: field.optional_text("$comment")?.map(str::to_owned),
                required: required.contains(member.key.as_str()),
                ty,
                place: Place {
                    pointer: field.pointer,
                    position: member.position,
                },
            });
        }
        let closed = match section
            .get("additionalProperties")
            .map(|node| (node, &node.kind))
        {
            None | Some((_, Kind::Boolean(true))) => false,
            Some((_, Kind::Boolean(false))) => true,
            Some((node, _)) => {
                let pointer = section.pointer_of("additionalProperties");
                return Err(wrong_kind(node, &pointer, "`true` or `false`"));
            }
        };
        Ok((Object { fields, closed }, size))
    }
}

fn required<'a>(
    section: &Section<'a>,
    properties: &Section<'a>,
) -> Result<HashSet<&'a str>, Problem> {
    let names: HashSet<_> = properties
        .members
        .iter()
        .map(|it| it.key.as_str())
        .collect();
    let mut required = HashSet::new();
    let pointer = section.pointer_of("required");
    for (at, item) in section
        .list("required")?
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        let place = join(&pointer, &at.to_string());
        let name = text(item, &place)?;
        let wrong = if !names.contains(name) {
            format!("the required field `{name}` is not in `properties`")
        } else if !required.insert(name) {
            format!("the required field `{name}` is listed twice")
        } else {
            continue;
        };
        return Err(Problem::new(wrong, "list each field of `properties` once")
            .at(item.position)
            .in_value(place));
    }
    Ok(required)
}

fn values(section: &Section<'_>) -> Result<Option<Vec<String>>, Problem> {
    let Some(items) = section.list("enum")? else {
        return Ok(None);
    };
    let pointer = section.pointer_of("enum");
    let mut seen = HashSet::new();
    let mut values = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let place = join(&pointer, &at.to_string());
        let value = text(item, &place)?;
        if !seen.insert(value) {
            return Err(Problem::new(
                format!("the value `{value}` is listed twice"),
                "list each value once",
            )
            .at(item.position)
            .in_value(place));
        }
        values.push(value.to_owned());
    }
    if values.is_empty() {
        return Err(section.problem("`enum` has no values", "list at least one value"));
    }
    Ok(Some(values))
}

fn counts(section: &Section<'_>, min: &str, max: &str) -> Result<(u64, Option<u64>), Problem> {
    let least = section.count(min)?.unwrap_or(0);
    let most = section.count(max)?;
    if most.is_some_and(|most| most < least) {
        return Err(empty_range(section, min, max));
    }
    Ok((least, most))
}

fn empty_range(section: &Section<'_>, min: &str, max: &str) -> Problem {
    section.problem(
        format!("no value is valid: `{min}` is greater than `{max}`"),
        format!("exchange {}", listed(&[min, max])),
    )
}

fn range(section: &Section<'_>) -> Result<Range, Problem> {
    let bound = |key: &str| match section.get(key) {
        None => Ok(None),
        Some(Node {
            kind: Kind::Integer(value),
            ..
        }) => Ok(Some(Bound::Integer(*value))),
        Some(Node {
            kind: Kind::Float(value),
            ..
        }) => Ok(Some(Bound::Float(*value))),
        Some(node) => Err(wrong_kind(node, &section.pointer_of(key), "a number")),
    };
    let range = Range {
        min: bound("minimum")?,
        max: bound("maximum")?,
    };
    if let (Some(min), Some(max)) = (range.min, range.max)
        && max.is_below(min)
    {
        return Err(empty_range(section, "minimum", "maximum"));
    }
    Ok(range)
}

impl Range {
    /// The range of the whole numbers in this range; `None` if there is none.
    #[must_use]
    pub fn whole(self) -> Option<Self> {
        let rounded = |bound: Option<Bound>, round: fn(f64) -> f64| {
            bound.map(|bound| match bound {
                Bound::Float(value) if value.abs() < LARGEST_WHOLE =>
                {
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "it is below the limit of i128"
                    )]
                    Bound::Integer(round(value) as i128)
                }
                other => other,
            })
        };
        let whole = Self {
            min: rounded(self.min, f64::ceil),
            max: rounded(self.max, f64::floor),
        };
        let is_empty = whole
            .min
            .zip(whole.max)
            .is_some_and(|(min, max)| max.is_below(min));
        Some(whole).filter(|_| !is_empty)
    }
}

/// A float below it is converted to an integer without loss.
const LARGEST_WHOLE: f64 = 1e30;

impl Bound {
    /// Whether the bound is a smaller number. Whole numbers compare exactly.
    #[must_use]
    pub fn is_below(self, other: Self) -> bool {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => one < other,
            (one, other) => one.as_float() < other.as_float(),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "only beside a number that is a float anyway"
    )]
    pub(crate) const fn as_float(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}
