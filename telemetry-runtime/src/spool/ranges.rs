//! Sets of numbers as sorted ranges.
//!
//! **Invariants.** The ranges of a set do not overlap or touch. A set that is filled and emptied in order
//! stays small.

/// Numbers from `first` to `last`, both included. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl Range {
    /// `None` if `last` is less than `first`.
    pub(crate) fn new(first: u64, last: u64) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    pub(crate) const fn of_one(number: u64) -> Self {
        Self {
            first: number,
            last: number,
        }
    }

    fn count(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }

    fn touches(self, other: Self) -> bool {
        self.first <= other.last.saturating_add(1) && other.first <= self.last.saturating_add(1)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ranges(Vec<Range>);

impl Ranges {
    pub(crate) fn iter(&self) -> impl Iterator<Item = Range> {
        self.0.iter().copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many numbers the set has.
    pub(crate) fn count(&self) -> u64 {
        let add = |sum: u64, range: &Range| sum.saturating_add(range.count());
        self.0.iter().fold(0, add)
    }

    pub(crate) fn contains(&self, number: u64) -> bool {
        let after = self.0.partition_point(|range| range.last < number);
        self.0.get(after).is_some_and(|range| range.first <= number)
    }

    pub(crate) fn insert(&mut self, mut range: Range) {
        // Most ranges continue the last one.
        let from = self
            .0
            .partition_point(|known| known.last.saturating_add(1) < range.first);
        let to = from
            + (self.0.iter().skip(from))
                .take_while(|known| known.touches(range))
                .count();
        for known in self.0.get(from..to).unwrap_or_default() {
            range.first = range.first.min(known.first);
            range.last = range.last.max(known.last);
        }
        self.0.splice(from..to, [range]);
    }

    /// The parts of `range` that the set does not have.
    pub(crate) fn missing_of(&self, range: Range) -> Self {
        let mut missing = Self(vec![range]);
        let from = self.0.partition_point(|known| known.last < range.first);
        let known = self.0.iter().skip(from);
        for known in known.take_while(|known| known.first <= range.last) {
            missing.remove(*known);
        }
        missing
    }

    /// Removes the numbers of `range`. Returns how many of them the set had.
    pub(crate) fn remove(&mut self, range: Range) -> u64 {
        let before = self.count();
        let from = self.0.partition_point(|known| known.last < range.first);
        let to = self.0.partition_point(|known| known.first <= range.last);
        let mut left = Vec::new();
        for known in self.0.get(from..to).unwrap_or_default() {
            if known.first < range.first {
                left.extend(Range::new(known.first, range.first - 1));
            }
            if known.last > range.last {
                left.extend(Range::new(range.last + 1, known.last));
            }
        }
        if from < to {
            self.0.splice(from..to, left);
        }
        before - self.count()
    }
}
