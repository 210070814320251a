//! Gaps in the recorded events.

use super::{Choice, Contracts, FieldPlan, FieldTally, Outcome, Plan, Tally, choices::ChoiceKind};

/// The coverage of an event of a document.
#[derive(Debug, Clone)]
pub struct Coverage<'a> {
    /// The event.
    pub plan: &'a Plan,
    /// Its counters.
    pub tally: &'a Tally,
    /// Fields that occurred.
    pub fields_seen: usize,
    /// Fields of the event and of its list items.
    pub fields: usize,
    /// Enum values, labels and buckets that occurred.
    pub values_seen: usize,
    /// Enum values, labels and buckets.
    pub values: usize,
    /// Fields that did not occur.
    pub unseen_fields: Vec<&'a FieldPlan>,
    /// Fields whose values did not all occur, with the missing values.
    pub unseen_values: Vec<(&'a FieldPlan, Vec<&'a Choice>)>,
    /// Fields that always had their sentinel.
    pub always_sentinel: Vec<(&'a FieldPlan, &'a FieldTally)>,
    /// Boolean fields that always had one value.
    pub always_boolean: Vec<(&'a FieldPlan, &'a Choice)>,
}

impl<'a> Coverage<'a> {
    fn new(plan: &'a Plan, tally: &'a Tally) -> Self {
        let mut found = Self {
            plan,
            tally,
            fields_seen: 0,
            fields: plan.all_fields().len(),
            values_seen: 0,
            values: 0,
            unseen_fields: Vec::new(),
            unseen_values: Vec::new(),
            always_sentinel: Vec::new(),
            always_boolean: Vec::new(),
        };
        for (field, counts) in plan.all_fields().iter().zip(&tally.fields) {
            found.field(field, counts);
        }
        found
    }

    fn field(&mut self, field: &'a FieldPlan, counts: &'a FieldTally) {
        let choices = || field.choices.iter().zip(&counts.choices);
        let required = || choices().filter(|(choice, _)| choice.is_required);
        let unseen: Vec<&Choice> = required()
            .filter(|(_, count)| **count == 0)
            .map(|(choice, _)| choice)
            .collect();
        let values = required().count();
        self.values += values;
        self.values_seen += values - unseen.len();
        if counts.seen == 0 {
            self.unseen_fields.push(field);
            return;
        }
        self.fields_seen += 1;
        let version = self.plan.version();
        // A retired field has its sentinel on purpose.
        let is_retired = field.retired.is_some_and(|retired| retired <= version);
        if counts.sentinel == counts.seen && !is_retired {
            self.always_sentinel.push((field, counts));
        }
        if !unseen.is_empty() {
            self.unseen_values.push((field, unseen));
        }
        let mut seen = choices().filter(|(_, count)| **count > 0);
        if field.kind == ChoiceKind::Boolean
            && let (Some((choice, _)), None) = (seen.next(), seen.next())
        {
            self.always_boolean.push((field, choice));
        }
    }

    /// Whether every field and value of a current event occurred.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let is_seen = self.tally.events > 0;
        let has_all = self.unseen_fields.is_empty() && self.unseen_values.is_empty();
        !self.plan.is_current || (is_seen && has_all)
    }
}

/// The coverage of every current event, and of earlier ones that occurred.
#[must_use]
pub fn coverage<'a>(contracts: &'a Contracts, outcome: &'a Outcome) -> Vec<Coverage<'a>> {
    let all = contracts.plans().iter().zip(&outcome.tallies);
    all.filter(|(plan, tally)| plan.is_current || tally.events > 0)
        .map(|(plan, tally)| Coverage::new(plan, tally))
        .collect()
}

/// The fields and values of current events that occurred, in percent, rounded down. It is 100 if there are
/// none.
#[must_use]
pub fn percent(all: &[Coverage<'_>]) -> u8 {
    let current = || all.iter().filter(|event| event.plan.is_current);
    let seen: usize = current().map(|it| it.fields_seen + it.values_seen).sum();
    let total: usize = current().map(|it| it.fields + it.values).sum();
    let percent = (seen * 100).checked_div(total).unwrap_or(100);
    u8::try_from(percent).unwrap_or(100)
}

/// `412 events`, or `3 items` for a field of list items.
#[must_use]
pub fn objects(field: &FieldPlan, count: u64) -> String {
    let noun = if field.path.len() > 1 {
        "item"
    } else {
        "event"
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// The sentence about a field that always had its sentinel.
#[must_use]
pub fn sentinel_sentence(field: &FieldPlan, counts: &FieldTally) -> String {
    let value = field.sentinels.first().map(ToString::to_string);
    format!(
        "{} was {} in 100 % of {}",
        field.path.join("/"),
        value.unwrap_or_default(),
        objects(field, counts.seen)
    )
}
