//! Counters of a plan.

use super::plan::Plan;

/// The coverage of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events that were checked.
    pub events: u64,
    /// Events with a violation.
    pub violating: u64,
    /// The fields, at the index of their plan.
    pub fields: Vec<FieldTally>,
}

/// The coverage of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldTally {
    /// Objects with the field.
    pub seen: u64,
    /// Objects in which the field has its sentinel.
    pub sentinel: u64,
    /// Occurrences of each choice, at the index of the plan.
    pub choices: Vec<u64>,
}

impl Tally {
    pub(super) fn new(plan: &Plan) -> Self {
        let fields = plan.all_fields();
        Self {
            fields: fields
                .iter()
                .map(|field| FieldTally {
                    choices: vec![0; field.choices.len()],
                    ..FieldTally::default()
                })
                .collect(),
            ..Self::default()
        }
    }
}
