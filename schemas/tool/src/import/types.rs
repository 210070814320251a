//! Fields and their types: the declaration of each, or the reason why there is none.

use std::collections::{BTreeMap, HashSet};

use crate::{
    document::{Document, Object, Place, Shape, Type},
    error::Problem,
};

use super::{
    checks::{
        Use, check_field, check_text, check_values, contains_sentinel, integer_range, number_range,
        problem,
    },
    names::{self, Names},
    plan::{Docs, Enum, EnumValue, FieldPlan, INTEGER, Kind, Part, is_flat},
};

/// Longest name of an enum.
const MAX_NAME: usize = 64;
/// The greatest `max_items` of the derive.
const MOST_ITEMS: u64 = 1000;
/// The sentinel of text, in characters.
const SENTINEL_CHARACTERS: u64 = 9;
/// Values that mean "unknown", in the order of preference.
const FALLBACKS: [&str; 2] = ["undefined", "unknown"];

/// The types that the declarations need.
pub(super) struct Types<'a> {
    document: &'a Document,
    /// Names of types in Rust.
    idents: Names,
    /// Indices of `enums` by the name in the document.
    by_name: BTreeMap<String, usize>,
    pub(super) enums: Vec<Enum>,
    pub(super) parts: Vec<Part>,
}

impl<'a> Types<'a> {
    pub(super) fn new(document: &'a Document, idents: Names) -> Self {
        Self {
            document,
            idents,
            by_name: BTreeMap::new(),
            enums: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Checks every shared type and declares the used enums. Returns the list for the registry.
    pub(super) fn shared(
        &mut self,
        used: &HashSet<&str>,
        problems: &mut Vec<Problem>,
    ) -> Vec<Option<usize>> {
        let mut listed = Vec::new();
        for ty in &self.document.types {
            let is_used = used.contains(ty.name.as_str());
            let mut report = |wrong: String, instead: &str| {
                problems.push(problem(&ty.place, "", wrong, instead));
            };
            let json = self.document.json.pointer(&ty.place.pointer);
            if json.is_some_and(|json| json.get("$ref").is_some()) {
                report(
                    "a shared type that is a `$ref` cannot be declared".to_owned(),
                    "write the type itself, or use the other name in the events",
                );
                continue;
            }
            match &*ty.shape {
                Shape::Enum(_) if !names::is_pascal_case(&ty.name) || ty.name.len() > MAX_NAME => {
                    report(
                        format!("an enum with the name `{}` cannot be declared", ty.name),
                        "write at most 64 letters and digits, beginning with a capital letter",
                    );
                }
                Shape::Enum(values) => {
                    check_values(values, &ty.place, problems);
                    if is_used {
                        let docs = Docs::of(&ty.description, "this enum");
                        listed.push(Some(self.declare(&ty.name, values, docs)));
                    }
                }
                Shape::Integer(_) if ty.name == INTEGER => listed.extend(is_used.then_some(None)),
                Shape::List { .. } | Shape::Object(_) => report(
                    format!("a shared type `{}` cannot be declared", ty.shape.kind()),
                    "write it at each field that uses it",
                ),
                _ if ty.name == INTEGER => report(
                    format!("`{INTEGER}` is the name of the runtime's integer type"),
                    "give the type another name",
                ),
                _ => {}
            }
        }
        listed
    }

    fn declare(&mut self, name: &str, values: &[String], docs: Docs) -> usize {
        let stripped = name.strip_suffix("Enum").filter(|it| !it.is_empty());
        let with_suffix = format!("{name}Enum");
        let wanted = stripped.into_iter().chain([name, &with_suffix]);
        let wanted: Vec<_> = wanted.map(str::to_owned).collect();
        let fallback = FALLBACKS
            .into_iter()
            .find(|fallback| values.iter().any(|value| value == fallback));
        let mut variants = Names::default();
        let index = self.enums.len();
        self.by_name.insert(name.to_owned(), index);
        self.enums.push(Enum {
            name: name.to_owned(),
            ident: self.idents.of_type(&wanted),
            docs,
            values: values
                .iter()
                .map(|wire| EnumValue {
                    wire: wire.clone(),
                    ident: variants.of_variant(wire),
                    is_fallback: fallback == Some(wire),
                })
                .collect(),
        });
        index
    }

    /// The declarations of an object's fields. `event` is the name in Rust of the event.
    pub(super) fn fields(
        &mut self,
        object: &Object,
        event: &str,
        is_named: bool,
        problems: &mut Vec<Problem>,
    ) -> Vec<FieldPlan> {
        let mut idents = Names::default();
        let mut plans = Vec::new();
        for field in &object.fields {
            let user = Use {
                field,
                event,
                is_named,
            };
            let name = idents.of_field(&field.name);
            check_field(self.document, &user, problems);
            match self.field(&user, name, problems) {
                Ok(plan) => plans.push(plan),
                Err(found) => problems.push(found),
            }
        }
        plans
    }

    fn field(
        &mut self,
        user: &Use<'_>,
        name: String,
        problems: &mut Vec<Problem>,
    ) -> Result<FieldPlan, Problem> {
        let field = user.field;
        let mut plan = FieldPlan {
            wire: field.name.clone(),
            name,
            docs: Docs::of(&field.description, "this field"),
            kind: Kind::Boolean,
            is_required: false,
            range: [None, None],
            max_len: None,
            max_items: None,
            why: field.comment.clone().filter(|it| !it.trim().is_empty()),
        };
        match &*field.ty.shape {
            Shape::Boolean => {}
            Shape::Integer(range) => {
                plan.kind = Kind::Integer;
                plan.range = integer_range(*range, user)?;
                plan.is_required = !contains_sentinel(*range);
            }
            Shape::Number(range) => {
                plan.kind = Kind::Number;
                plan.range = number_range(*range, user)?;
                plan.is_required = !contains_sentinel(*range);
            }
            Shape::Text { min, max } => {
                plan.kind = Kind::Text;
                check_text(*min, *max, user)?;
                plan.is_required = max.is_some_and(|max| max < SENTINEL_CHARACTERS);
                plan.max_len = *max;
            }
            Shape::Enum(values) => {
                let index = self.enumeration(&field.ty, values, user, "", problems)?;
                plan.kind = Kind::Enum(index);
                let declared = self.enums.get(index);
                plan.is_required = declared.is_some_and(|it| !it.has_fallback());
            }
            Shape::List { items, min, max } => {
                if *min > 0 {
                    return Err(user.problem(
                        "/minItems",
                        "a list that cannot be empty cannot be declared",
                        "remove `minItems`; an empty list is the sentinel",
                    ));
                }
                if *max == Some(0) {
                    return Err(user.problem(
                        "/maxItems",
                        "a list without items cannot be declared",
                        "write a `maxItems` from 1, or remove the field",
                    ));
                }
                plan.max_items = max.map(|max| max.min(MOST_ITEMS));
                plan.kind = self.list(items, user, problems)?;
                if matches!(plan.kind, Kind::Objects(_)) {
                    plan.max_items = plan.max_items.or(Some(MOST_ITEMS));
                }
            }
            Shape::Object(_) => {
                return Err(user.problem(
                    "",
                    format!("the object `{}` cannot be declared", field.name),
                    "write its fields as fields of the event, such as `modelName` for `name` of `model`",
                ));
            }
        }
        Ok(plan)
    }

    fn list(
        &mut self,
        items: &Type,
        user: &Use<'_>,
        problems: &mut Vec<Problem>,
    ) -> Result<Kind, Problem> {
        match &*items.shape {
            Shape::Text { min: 0, max: None } => Ok(Kind::Texts),
            Shape::Text { .. } => Err(user.problem(
                "/items",
                "bounds for the length of texts in a list cannot be declared",
                "remove `minLength` and `maxLength` of the items",
            )),
            Shape::Enum(values) => Ok(Kind::Enums(
                self.enumeration(items, values, user, "/items", problems)?,
            )),
            Shape::Object(object) if is_flat(object) => {
                if !object.closed {
                    problems.push(user.problem(
                        "/items/additionalProperties",
                        "an object with unknown fields cannot be declared",
                        "write \"additionalProperties\": false, and list each field in `properties`",
                    ));
                }
                let fields = self.fields(object, user.event, user.is_named, problems);
                if !user.is_named {
                    return Ok(Kind::Objects(0));
                }
                let wire = names::pascal_case(&user.field.name);
                let wanted = [format!("{wire}Item"), format!("{}{wire}Item", user.event)];
                let pointer = format!("{}/items/description", user.field.place.pointer);
                let description = self.document.json.pointer(&pointer);
                let description = description
                    .and_then(|text| text.as_str())
                    .unwrap_or_default();
                let docs = match Docs::of(description, "") {
                    docs if docs.is_placeholder => format!("One item of `{}`.", user.field.name),
                    docs => docs.text,
                };
                self.parts.push(Part {
                    ident: self.idents.of_type(&wanted),
                    docs,
                    fields,
                });
                Ok(Kind::Objects(self.parts.len().saturating_sub(1)))
            }
            Shape::Object(_) => Err(user.problem(
                "/items",
                "a list of objects that contain lists or objects cannot be declared",
                "write single values in the objects, or several lists",
            )),
            other => Err(user.problem(
                "/items",
                format!(
                    "a list of values of type {} cannot be declared",
                    other.kind()
                ),
                "write a list of objects with this value as a field, or the sum as one field",
            )),
        }
    }

    /// The enum of a field or of the items of a list. One without a name becomes a shared type.
    fn enumeration(
        &mut self,
        ty: &Type,
        values: &[String],
        user: &Use<'_>,
        below: &str,
        problems: &mut Vec<Problem>,
    ) -> Result<usize, Problem> {
        if let Some(name) = &ty.reference {
            // An enum that was not declared has been reported, or its event is not named.
            return Ok(self.by_name.get(name).copied().unwrap_or(usize::MAX));
        }
        let place = Place {
            pointer: format!("{}{below}", user.field.place.pointer),
            position: user.field.place.position,
        };
        check_values(values, &place, problems);
        if !user.is_named {
            return Ok(usize::MAX);
        }
        let wire = names::pascal_case(&user.field.name);
        let numbered = (2_u32..).map(|number| format!("{}{wire}{number}Enum", user.event));
        let wanted = [format!("{wire}Enum"), format!("{}{wire}Enum", user.event)];
        for name in wanted.into_iter().chain(numbered) {
            if name.len() > MAX_NAME {
                break;
            }
            let declared = self.by_name.get(&name).copied();
            if declared.is_some_and(|index| self.has_values(index, values)) {
                return Ok(declared.unwrap_or_default());
            }
            if self.document.shared_type(&name).is_none() && declared.is_none() {
                return Ok(self.declare(
                    &name,
                    values,
                    Docs::of(&user.field.description, "this enum"),
                ));
            }
        }
        Err(user.problem(
            below,
            "the name of the enum would be longer than 64 characters",
            "move the enum to `definitions/types`, under a shorter name",
        ))
    }

    fn has_values(&self, index: usize, values: &[String]) -> bool {
        self.enums
            .get(index)
            .is_some_and(|it| it.values.iter().map(|value| &value.wire).eq(values))
    }
}
