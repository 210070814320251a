//! Charts as SVG, legible on light and on dark pages.

use std::fmt::Write as _;

/// A chart and the name of its file.
pub(crate) struct Chart {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    kind: Kind,
}

enum Kind {
    Bars(Vec<Bar>),
    Lines(Lines),
}

/// One bar of a chart.
pub(crate) struct Bar {
    label: String,
    value: f64,
}

impl Bar {
    pub(crate) fn new(label: &str, value: f64) -> Self {
        Self {
            label: label.replace('`', ""),
            value,
        }
    }
}

/// Points joined by lines.
pub(crate) struct Lines {
    /// True for a logarithmic axis of the amounts of work, and of costs that differ much. Straight curves are
    /// straight on linear axes only.
    pub(crate) logarithmic: bool,
    pub(crate) across: &'static str,
    pub(crate) up: &'static str,
    pub(crate) series: Vec<(&'static str, Vec<(f64, f64)>)>,
}

/// Colours of a light page, then of a dark one. The first series is this library's.
const STYLE: &str = "
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 15px; }
.soft { fill: #59636e; }
.page { fill: #ffffff; }
.axis { stroke: #d1d9e0; }
.fill0 { fill: #0969da; } .fill1 { fill: #8c959f; }
.line { fill: none; stroke-width: 2; }
.line0 { stroke: #0969da; } .line1 { stroke: #bc4c00; }
.dot0 { fill: #0969da; } .dot1 { fill: #bc4c00; }
.line2 { stroke: #1a7f37; } .dot2 { fill: #1a7f37; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.soft { fill: #9198a1; }
.page { fill: #0d1117; }
.axis { stroke: #3d444d; }
.fill0 { fill: #4493f8; } .fill1 { fill: #6e7681; }
.line0 { stroke: #4493f8; } .line1 { stroke: #f0883e; }
.dot0 { fill: #4493f8; } .dot1 { fill: #f0883e; }
.line2 { stroke: #3fb950; } .dot2 { fill: #3fb950; }
}
";

const WIDTH: f64 = 760.0;

impl Chart {
    pub(crate) fn bars(name: &'static str, title: &str, bars: Vec<Bar>) -> Self {
        Self {
            name,
            title: title.to_owned(),
            kind: Kind::Bars(bars),
        }
    }

    pub(crate) fn lines(name: &'static str, title: &str, lines: Lines) -> Self {
        Self {
            name,
            title: title.to_owned(),
            kind: Kind::Lines(lines),
        }
    }

    pub(crate) fn svg(&self) -> String {
        let (height, content) = match &self.kind {
            Kind::Bars(bars) => draw_bars(bars),
            Kind::Lines(lines) => draw_lines(lines),
        };
        let title = escaped(&self.title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<style>{STYLE}</style>\n\
             <rect class=\"page\" width=\"100%\" height=\"100%\" rx=\"6\"/>\n\
             <text class=\"title\" x=\"20\" y=\"30\">{title}</text>\n{content}</svg>\n"
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn draw_bars(bars: &[Bar]) -> (f64, String) {
    const LENGTH: f64 = WIDTH - 130.0;
    let largest = bars
        .iter()
        .map(|bar| bar.value)
        .fold(f64::MIN_POSITIVE, f64::max);
    let mut content = String::new();
    let mut top = 50.0;
    for bar in bars {
        let class = if bar.label.starts_with("this library") {
            "fill0"
        } else {
            "fill1"
        };
        let length = (bar.value / largest * LENGTH).max(1.0);
        let (label, value) = (escaped(&bar.label), number(bar.value));
        let _ = writeln!(
            content,
            "<text x=\"20\" y=\"{:.0}\">{label}</text>\n\
             <rect class=\"{class}\" x=\"20\" y=\"{:.0}\" width=\"{length:.1}\" height=\"14\" rx=\"2\"/>\n\
             <text class=\"soft\" x=\"{:.1}\" y=\"{:.0}\">{value}</text>",
            top + 12.0,
            top + 18.0,
            length + 27.0,
            top + 30.0,
        );
        top += 42.0;
    }
    (top + 10.0, content)
}

/// A number with at most three digits that matter.
fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        return format!("{value}");
    }
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}")
}

/// An axis from a range of values to a range of pixels.
struct Axis {
    values: (f64, f64),
    pixels: (f64, f64),
    logarithmic: bool,
}

impl Axis {
    fn at(&self, value: f64) -> f64 {
        let scale = |value: f64| if self.logarithmic { value.ln() } else { value };
        let (low, high) = (scale(self.values.0), scale(self.values.1));
        let part = (scale(value) - low) / (high - low).max(f64::MIN_POSITIVE);
        self.pixels.0 + part * (self.pixels.1 - self.pixels.0)
    }
}

const LEFT: f64 = 70.0;
const RIGHT: f64 = WIDTH - 40.0;
const TOP: f64 = 80.0;
const BOTTOM: f64 = 300.0;

/// The axis of the costs, and its ticks.
fn axis_up(costs: &[f64], may_be_logarithmic: bool) -> (Axis, Vec<f64>) {
    let lowest = costs.iter().copied().fold(f64::MAX, f64::min);
    let highest = costs.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let logarithmic = may_be_logarithmic && highest > lowest * 15.0;
    let ticks: Vec<f64> = if logarithmic {
        let power = 10.0_f64.powf(lowest.log10().floor());
        let ticks = (0..)
            .flat_map(|digits| [1.0, 2.0, 5.0].map(|digit| digit * power * 10.0_f64.powi(digits)));
        let mut ticks: Vec<f64> = ticks.take_while(|tick| *tick < highest * 5.0).collect();
        let end = ticks
            .iter()
            .position(|tick| *tick >= highest)
            .unwrap_or(ticks.len() - 1);
        ticks.truncate(end + 1);
        let start = ticks.iter().rposition(|tick| *tick <= lowest).unwrap_or(0);
        ticks.split_off(start)
    } else {
        let step = step(highest);
        (0..=5).map(|tick| step * f64::from(tick)).collect()
    };
    let values = (
        ticks.first().copied().unwrap_or(0.0),
        ticks.last().copied().unwrap_or(1.0),
    );
    let axis = Axis {
        values,
        pixels: (BOTTOM, TOP),
        logarithmic,
    };
    (axis, ticks)
}

fn draw_lines(lines: &Lines) -> (f64, String) {
    let points = || lines.series.iter().flat_map(|(_, points)| points);
    let mut amounts: Vec<f64> = points().map(|point| point.0).collect();
    amounts.sort_by(f64::total_cmp);
    amounts.dedup();
    let first = amounts.first().copied().unwrap_or(1.0);
    let across = Axis {
        values: (
            if lines.logarithmic { first } else { 0.0 },
            amounts.last().copied().unwrap_or(1.0),
        ),
        pixels: (LEFT, RIGHT),
        logarithmic: lines.logarithmic,
    };
    let costs: Vec<f64> = points().map(|point| point.1).collect();
    let (up, ticks) = axis_up(&costs, lines.logarithmic);

    let mut content = String::new();
    for tick in ticks {
        let (y, value) = (up.at(tick), number(tick));
        let _ = writeln!(
            content,
            "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\n\
             <text class=\"soft\" x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
            LEFT - 8.0,
            y + 4.0,
        );
    }
    let mut free = 0.0;
    for amount in amounts {
        let x = across.at(amount);
        if x < free {
            continue;
        }
        free = x + 40.0;
        let _ = writeln!(
            content,
            "<text class=\"soft\" x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{amount}</text>",
            BOTTOM + 20.0,
        );
    }
    for (number, (name, points)) in lines.series.iter().enumerate() {
        let points: Vec<_> = points
            .iter()
            .map(|(x, y)| (across.at(*x), up.at(*y)))
            .collect();
        let path: Vec<_> = points
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let path = path.join(" ");
        let _ = writeln!(
            content,
            "<polyline class=\"line line{number}\" points=\"{path}\"/>"
        );
        for (x, y) in points {
            let _ = writeln!(
                content,
                "<circle class=\"dot{number}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>"
            );
        }
        let x = 20.0 + number as f64 * 240.0;
        let _ = writeln!(
            content,
            "<rect class=\"dot{number}\" x=\"{x}\" y=\"45\" width=\"12\" height=\"12\" rx=\"2\"/>\n\
             <text x=\"{:.0}\" y=\"56\">{}</text>",
            x + 18.0,
            escaped(name)
        );
    }
    let _ = writeln!(
        content,
        "<text class=\"soft\" x=\"{RIGHT}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>\n\
         <text class=\"soft\" x=\"{RIGHT}\" y=\"30\" text-anchor=\"end\">{}</text>",
        BOTTOM + 42.0,
        escaped(lines.across),
        escaped(lines.up)
    );
    (BOTTOM + 56.0, content)
}

/// A fifth of the axis: a round number, at least a fifth of the largest value.
fn step(largest: f64) -> f64 {
    let least = largest / 5.0;
    let power = 10.0_f64.powf(least.log10().floor());
    let round = [1.0, 2.0, 2.5, 5.0, 10.0].map(|digit| digit * power);
    round
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or(least)
}
