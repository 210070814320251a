//! Cost as work grows: no curve may bend upward.

mod load;
mod shape;

use crate::{
    chart::{Chart, Lines},
    report::{Goal, Section},
    rows::Plan,
};

/// Costs over a growing amount of work.
pub(crate) struct Curve {
    title: &'static str,
    across: &'static str,
    up: &'static str,
    growth: Growth,
    series: Vec<(&'static str, Vec<(f64, f64)>)>,
    /// Events that were recorded and did not arrive: a lost event is cheaper.
    lost: u64,
}

/// How a curve that does not bend upward looks.
enum Growth {
    /// The cost of one more unit does not grow.
    Straight,
    /// The cost per unit is the same or falls.
    Flat,
}

/// Tolerance for the noise of the machine.
const TOLERANCE: f64 = 1.3;

impl Growth {
    /// True for points that bend upward.
    fn is_exceeded(&self, points: &[(f64, f64)]) -> bool {
        match self {
            Growth::Flat => rise(points) > TOLERANCE,
            Growth::Straight => sag(points) > TOLERANCE,
        }
    }
}

/// The last cost as a multiple of the median cost.
fn rise(points: &[(f64, f64)]) -> f64 {
    let mut costs: Vec<f64> = points.iter().map(|point| point.1).collect();
    let last = costs.last().copied().unwrap_or_default();
    costs.sort_by(f64::total_cmp);
    last / costs.get(costs.len() / 2).copied().unwrap_or(last)
}

/// The straight line from the first to the last point as a multiple of the costs below it, at most.
fn sag(points: &[(f64, f64)]) -> f64 {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return 0.0;
    };
    let slope = (last.1 - first.1) / (last.0 - first.0);
    let line = |amount: f64| first.1 + (amount - first.0) * slope;
    points
        .iter()
        .map(|(amount, cost)| line(*amount) / cost)
        .fold(0.0, f64::max)
}

type Measure = fn(Plan) -> Curve;

/// The curves by name.
pub(crate) const CURVES: [(&str, Measure); 7] = [
    ("curve-size", shape::size),
    ("curve-fields", shape::fields),
    ("curve-threads", load::threads),
    ("curve-backlog", load::backlog),
    ("curve-batch", load::batch),
    ("curve-registry", shape::registry),
    ("curve-clients", load::clients),
];

/// The curves whose names are wanted.
pub(crate) fn measure(plan: Plan, wanted: impl Fn(&str) -> bool) -> Section {
    let curves = CURVES.into_iter().filter(|(name, _)| wanted(name));
    let mut section = Section::new(
        "Cost as work grows",
        format!(
            "Medians. A curve over bytes or fields bends upward if the straight line from its first to its last \
             value is more than {TOLERANCE} times a value between them. Any other curve shows a cost per call or \
             event, and bends upward if its last value is more than {TOLERANCE} times its median."
        ),
        &["curve", "unit", "values", "result"],
    );
    let mut bent = Vec::new();
    for (name, measure) in curves {
        let curve = measure(plan);
        if curve.lost > 0 {
            let lost = format!("lost {}, no figure", curve.lost);
            section.lines.push(
                [curve.across, curve.up, &lost, "–"]
                    .map(str::to_owned)
                    .to_vec(),
            );
            bent.push(curve.across.to_owned());
            continue;
        }
        for (line, points) in &curve.series {
            let bends = curve.growth.is_exceeded(points);
            if bends {
                bent.push(format!("{}, {line}", curve.across));
            }
            let values: Vec<_> = points.iter().map(|(x, y)| format!("{x}: {y:.0}")).collect();
            section.lines.push(vec![
                format!("{}, {line}", curve.across),
                curve.up.to_owned(),
                values.join(", "),
                if bends {
                    "**bends upward**"
                } else {
                    "straight, flat or falling"
                }
                .to_owned(),
            ]);
        }
        let lines = Lines {
            logarithmic: matches!(curve.growth, Growth::Flat),
            across: curve.across,
            up: curve.up,
            series: curve.series,
        };
        section.charts.push(Chart::lines(name, curve.title, lines));
    }
    section.goals.push(Goal {
        name: "cost as work grows",
        goal: "no curve bends upward",
        reached: if bent.is_empty() {
            "none".to_owned()
        } else {
            bent.join("; ")
        },
        met: Some(bent.is_empty()),
    });
    section
}
