//! The rows of the goal table. Each module measures one of them beside the other libraries.

pub(crate) mod backlog;
pub(crate) mod compile;
pub(crate) mod counted;
pub(crate) mod cpu;
pub(crate) mod encode;
pub(crate) mod exit;
pub(crate) mod loopback;
pub(crate) mod off;
pub(crate) mod paced;
pub(crate) mod python;
pub(crate) mod record;
pub(crate) mod start;
pub(crate) mod threads;

use crate::{measure::stats::Spread, peers::Peer};

/// How long to measure.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) quick: bool,
}

impl Plan {
    /// This number, or a tenth of it in the quick mode, at least three.
    pub(crate) fn rounds(self, full: usize) -> usize {
        if self.quick { (full / 10).max(3) } else { full }
    }
}

/// The figures of one contestant, one per round.
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) values: Vec<f64>,
    /// Events that were recorded and did not arrive.
    pub(crate) lost: u64,
    /// Further cells of its line.
    pub(crate) more: Vec<String>,
}

impl Series {
    pub(crate) fn new(name: &str, values: Vec<f64>) -> Self {
        Self {
            name: name.to_owned(),
            values,
            lost: 0,
            more: Vec::new(),
        }
    }

    pub(crate) fn spread(&self) -> Spread {
        Spread::of(self.values.clone())
    }

    /// Without losses there is a figure.
    pub(crate) fn is_valid(&self) -> bool {
        self.lost == 0 && !self.values.is_empty()
    }
}

/// Measures all contestants in turns, so that a slow moment of the machine affects all of them. Each round
/// begins with another one, so that none always follows the same one.
pub(crate) fn in_turns<T, F>(
    rounds: usize,
    contestants: &[T],
    mut measure: impl FnMut(&T) -> F,
) -> Vec<Vec<F>> {
    let mut values: Vec<_> = contestants
        .iter()
        .map(|_| Vec::with_capacity(rounds))
        .collect();
    for round in 0..rounds {
        for turn in 0..contestants.len() {
            let number = (round + turn) % contestants.len();
            values[number].push(measure(&contestants[number]));
        }
    }
    values
}

/// One series per library, with its losses.
pub(crate) fn series<'p>(
    peers: impl IntoIterator<Item = &'p Peer>,
    values: Vec<Vec<f64>>,
) -> Vec<Series> {
    let named = peers.into_iter().zip(values).map(|(peer, values)| Series {
        lost: peer.lost(),
        ..Series::new(peer.name, values)
    });
    named.collect()
}

/// Lines of a table: name, median with quartiles, the multiple of the first series, further cells.
pub(crate) fn lines(series: &[Series], digits: usize) -> Vec<Vec<String>> {
    let Some(first) = series.first() else {
        return Vec::new();
    };
    let line = |one: &Series| {
        let mut cells = vec![one.name.clone()];
        if one.is_valid() {
            cells.push(one.spread().show(digits));
            cells.push(format!(
                "{:.2}",
                Spread::ratio(&one.values, &first.values).median
            ));
        } else {
            cells.push(format!("lost {}, no figure", one.lost));
            cells.push("–".to_owned());
        }
        cells.extend(one.more.iter().cloned());
        cells
    };
    series.iter().map(line).collect()
}

/// The median ratio of two series, if neither lost events.
pub(crate) fn ratio(series: &[Series], above: &str, below: &str) -> Option<Spread> {
    let find = |name: &str| {
        let found = series.iter().find(|one| one.name.starts_with(name));
        found.filter(|one| one.is_valid())
    };
    Some(Spread::ratio(&find(above)?.values, &find(below)?.values))
}
