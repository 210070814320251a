//! A median with its quartiles.

/// Median and quartiles of the values of all rounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Spread {
    /// Zeros without values.
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self {
            low: part(&values, 0.25),
            median: part(&values, 0.5),
            high: part(&values, 0.75),
        }
    }

    /// The ratios of two series that were measured in the same rounds.
    pub(crate) fn ratio(above: &[f64], below: &[f64]) -> Self {
        Self::of(
            above
                .iter()
                .zip(below)
                .map(|(above, below)| above / below)
                .collect(),
        )
    }

    /// `12.3 (11.9 to 12.8)`, with this many digits after the point.
    pub(crate) fn show(&self, digits: usize) -> String {
        let Self { low, median, high } = self;
        format!("{median:.digits$} ({low:.digits$} to {high:.digits$})")
    }
}

/// The value below which this part of the sorted values is.
pub(crate) fn part(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((last as f64 * part).round() as usize)
        .copied()
        .unwrap_or_default()
}
