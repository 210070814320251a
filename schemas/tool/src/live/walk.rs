//! The walk over a payload: violations and counters in one pass.

use crate::{
    document::{Shape, Type},
    json::{Kind, Member, Node, join},
    version::Version,
};

use super::{
    findings::{Place, Rule, Violations, shortened},
    plan::{FieldPlan, Fields, Plan},
    tally::Tally,
    values::{display, display_lengths, display_range, is_in, is_sentinel, is_whole, number},
};

pub(super) struct Walk<'w> {
    plan: &'w Plan,
    version: Version,
    /// First line of the record.
    line: usize,
    tally: &'w mut Tally,
    violations: &'w mut Violations,
    /// Steps from the parameters to the current value.
    path: Vec<Step<'w>>,
}

#[derive(Clone, Copy)]
enum Step<'w> {
    Key(&'w str),
    Item(usize),
}

impl<'w> Walk<'w> {
    pub(super) const fn new(
        plan: &'w Plan,
        version: Version,
        line: usize,
        tally: &'w mut Tally,
        violations: &'w mut Violations,
    ) -> Self {
        Self {
            plan,
            version,
            line,
            tally,
            violations,
            path: Vec::new(),
        }
    }

    /// Checks the parameters of an event. `pointer` is their place in the record.
    pub(super) fn payload(mut self, node: &'w Node, pointer: &str) {
        let plan = self.plan;
        self.object(&plan.payload, node, pointer);
    }

    fn object(&mut self, fields: &'w Fields, node: &'w Node, base: &str) {
        let Kind::Object(members) = &node.kind else {
            self.wrong_type(node, "an object", base);
            return;
        };
        let plan = self.plan;
        let all = plan.all_fields();
        let declared = fields.at.iter().filter_map(|at| Some((*at, all.get(*at)?)));
        // Payloads have the order of the document, so the search usually ends at the first member.
        let mut next = 0;
        for (at, field) in declared {
            let found = find(members, field.name(), &mut next);
            match found {
                Some(member) => {
                    self.path.push(Step::Key(&member.key));
                    self.field(at, field, &member.node, base);
                    self.path.pop();
                }
                None if field.required => {
                    let name = field.name();
                    let place = join(&self.pointer(base), name);
                    let path = self.field_path(Some(name));
                    self.push_at(Rule::MissingField, node, place, &path, || {
                        "the required field is missing".to_owned()
                    });
                }
                None => {}
            }
        }
        if fields.closed {
            self.unknown_fields(fields, members, base);
        }
    }

    fn unknown_fields(&mut self, fields: &'w Fields, members: &'w [Member], base: &str) {
        let plan = self.plan;
        let all = plan.all_fields();
        let mut known = fields.at.iter().filter_map(|at| all.get(*at)).peekable();
        for member in members {
            if known.next_if(|field| field.name() == member.key).is_some() {
                continue;
            }
            let mut others = fields.at.iter().filter_map(|at| all.get(*at));
            if others.any(|field| field.name() == member.key) {
                continue;
            }
            let name = shortened(&member.key);
            let place = join(&self.pointer(base), &name);
            let path = self.field_path(Some(&name));
            self.push_at(Rule::UnknownField, &member.node, place, &path, || {
                "the document does not have the field".to_owned()
            });
        }
    }

    fn field(&mut self, at: usize, field: &'w FieldPlan, node: &'w Node, base: &str) {
        let is_sentinel = is_sentinel(node, &field.sentinels);
        if let Some(tally) = self.tally.fields.get_mut(at) {
            tally.seen += 1;
            tally.sentinel += u64::from(is_sentinel);
        }
        self.value(at, field, &field.ty, node, base);
        if let Some(since) = field.since.filter(|since| self.version < *since) {
            self.push(Rule::EarlyField, node, base, || {
                format!("the field exists since version {since}")
            });
        }
        if is_sentinel {
            return;
        }
        if let Some(retired) = field.retired.filter(|retired| *retired <= self.version) {
            self.push(Rule::RetiredField, node, base, || {
                format!("the field is retired since version {retired}")
            });
        }
        if let (Some(range), Some(value)) = (field.range, number(node))
            && !is_in(value, range)
        {
            self.push(Rule::OutOfLockedRange, node, base, || {
                let allowed = display_range(range);
                format!(
                    "{} is outside of the lock's range: {allowed}",
                    display(value)
                )
            });
        }
        if let (Some(max), Kind::List(items)) = (field.max_items, &node.kind)
            && length(items.len()) > max
        {
            self.push(Rule::TooManyItems, node, base, || {
                let items = items.len();
                format!("the list has {items} items, the lock allows {max}")
            });
        }
    }

    fn value(&mut self, at: usize, field: &'w FieldPlan, ty: &'w Type, node: &'w Node, base: &str) {
        match (&*ty.shape, &node.kind) {
            (Shape::Boolean, Kind::Boolean(value)) => self.count(at, usize::from(*value)),
            (Shape::Boolean, _) => self.wrong_type(node, "a boolean", base),
            (Shape::Integer(range) | Shape::Number(range), _) => {
                let whole = matches!(&*ty.shape, Shape::Integer(_));
                match number(node) {
                    Some(value) if whole && !is_whole(value) => {
                        self.push(Rule::WrongType, node, base, || {
                            format!("{} is not a whole number", display(value))
                        });
                    }
                    Some(value) if !is_in(value, *range) => {
                        self.push(Rule::OutOfRange, node, base, || {
                            let allowed = display_range(*range);
                            format!("{} is outside of the range: {allowed}", display(value))
                        });
                    }
                    Some(_) => {}
                    None => self.wrong_type(node, "a number", base),
                }
            }
            (Shape::Text { min, max }, Kind::Text(text)) => {
                self.text_length(text, *min, *max, node, base);
                self.label(at, field, text, node, base);
            }
            (Shape::Enum(_), Kind::Text(text)) => self.enum_value(at, field, ty, text, node, base),
            (Shape::Text { .. } | Shape::Enum(_), _) => self.wrong_type(node, "a string", base),
            (Shape::List { items, min, max }, Kind::List(found)) => {
                let count = length(found.len());
                if count < *min || max.is_some_and(|max| count > max) {
                    self.push(Rule::WrongLength, node, base, || {
                        let allowed = display_lengths(*min, *max);
                        format!("the list has {count} items, allowed are {allowed}")
                    });
                }
                for (position, item) in found.iter().enumerate() {
                    self.path.push(Step::Item(position));
                    self.value(at, field, items, item, base);
                    self.path.pop();
                }
            }
            (Shape::List { .. }, _) => self.wrong_type(node, "an array", base),
            (Shape::Object(_), _) => self.object(&field.inner, node, base),
        }
    }

    fn text_length(&mut self, text: &str, min: u64, max: Option<u64>, node: &Node, base: &str) {
        if min == 0 && max.is_none() {
            return;
        }
        let count = length(text.chars().count());
        if count < min || max.is_some_and(|max| count > max) {
            self.push(Rule::WrongLength, node, base, || {
                let allowed = display_lengths(min, max);
                format!("the string has {count} characters, allowed are {allowed}")
            });
        }
    }

    fn label(&mut self, at: usize, field: &FieldPlan, text: &str, node: &Node, base: &str) {
        if field.choices.is_empty() {
            return;
        }
        match field.choices.iter().position(|it| it.value == text) {
            Some(choice) => self.count(at, choice),
            None if is_sentinel(node, &field.sentinels) => {}
            None => self.push(Rule::NotALabel, node, base, || {
                format!(
                    "`{}` is not a {} of the lock",
                    shortened(text),
                    field.kind.as_str()
                )
            }),
        }
    }

    fn enum_value(
        &mut self,
        at: usize,
        field: &FieldPlan,
        ty: &Type,
        text: &str,
        node: &Node,
        base: &str,
    ) {
        let found = field.choices.iter().position(|it| it.value == text);
        let Some((position, choice)) = found.and_then(|at| Some((at, field.choices.get(at)?)))
        else {
            self.push(Rule::NotInEnum, node, base, || {
                let name = ty.reference.as_deref().unwrap_or("the enum");
                format!("`{}` is not a value of {name}", shortened(text))
            });
            return;
        };
        self.count(at, position);
        if !choice.is_declared && !is_sentinel(node, &field.sentinels) {
            self.push(Rule::NotDeclared, node, base, || {
                format!("the product does not declare `{}`", shortened(text))
            });
        }
        if let Some(since) = choice.since.filter(|since| self.version < *since) {
            self.push(Rule::EarlyValue, node, base, || {
                format!("`{}` exists since version {since}", shortened(text))
            });
        }
        if let Some(retired) = choice.retired.filter(|retired| *retired <= self.version) {
            self.push(Rule::RetiredValue, node, base, || {
                format!("`{}` is retired since version {retired}", shortened(text))
            });
        }
    }

    fn count(&mut self, at: usize, choice: usize) {
        let field = self.tally.fields.get_mut(at);
        if let Some(count) = field.and_then(|field| field.choices.get_mut(choice)) {
            *count += 1;
        }
    }

    fn wrong_type(&mut self, node: &Node, expected: &str, base: &str) {
        self.push(Rule::WrongType, node, base, || {
            format!("the value is {}, expected is {expected}", node.kind_name())
        });
    }

    fn push(&mut self, rule: Rule, node: &Node, base: &str, wrong: impl FnOnce() -> String) {
        let pointer = self.pointer(base);
        let path = self.field_path(None);
        self.push_at(rule, node, pointer, &path, wrong);
    }

    fn push_at(
        &mut self,
        rule: Rule,
        node: &Node,
        pointer: String,
        path: &str,
        wrong: impl FnOnce() -> String,
    ) {
        let place = Place {
            line: self.line + node.position.line - 1,
            pointer,
        };
        let version = Some(self.version);
        let violations = &mut *self.violations;
        violations.push(rule, &self.plan.event, version, path, place, wrong);
    }

    fn pointer(&self, base: &str) -> String {
        self.path
            .iter()
            .fold(base.to_owned(), |pointer, step| match step {
                Step::Key(key) => join(&pointer, key),
                Step::Item(at) => join(&pointer, &at.to_string()),
            })
    }

    /// The wire names of the current field, without the positions of items.
    fn field_path(&self, last: Option<&str>) -> String {
        let keys = self.path.iter().filter_map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Item(_) => None,
        });
        keys.chain(last).collect::<Vec<_>>().join("/")
    }
}

fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The member with a key. The search begins at `next`, behind the last one that was found.
fn find<'n>(members: &'n [Member], key: &str, next: &mut usize) -> Option<&'n Member> {
    let (before, after) = members.split_at_checked(*next)?;
    let later = after.iter().position(|member| member.key == key);
    let at = match later {
        Some(at) => before.len() + at,
        None => before.iter().position(|member| member.key == key)?,
    };
    *next = at + 1;
    members.get(at)
}
