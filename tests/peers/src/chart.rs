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

/// Points over a logarithmic axis.
pub(crate) struct Lines {
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
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.soft { fill: #9198a1; }
.page { fill: #0d1117; }
.axis { stroke: #3d444d; }
.fill0 { fill: #4493f8; } .fill1 { fill: #6e7681; }
.line0 { stroke: #4493f8; } .line1 { stroke: #f0883e; }
.dot0 { fill: #4493f8; } .dot1 { fill: #f0883e; }
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
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}")
}

fn draw_lines(lines: &Lines) -> (f64, String) {
    const LEFT: f64 = 70.0;
    const RIGHT: f64 = WIDTH - 30.0;
    const TOP: f64 = 80.0;
    const BOTTOM: f64 = 300.0;
    let points = || lines.series.iter().flat_map(|(_, points)| points);
    let first = points().map(|point| point.0).fold(f64::MAX, f64::min);
    let last = points()
        .map(|point| point.0)
        .fold(f64::MIN_POSITIVE, f64::max);
    let step = step(
        points()
            .map(|point| point.1)
            .fold(f64::MIN_POSITIVE, f64::max),
    );
    let highest = step * 5.0;
    let span = (last / first).ln().max(f64::MIN_POSITIVE);
    let across = |x: f64| LEFT + (x / first).ln() / span * (RIGHT - LEFT);
    let up = |y: f64| BOTTOM - y / highest * (BOTTOM - TOP);

    let mut content = String::new();
    for tick in 0..=5 {
        let value = step * f64::from(tick);
        let (y, value) = (up(value), number(value));
        let _ = writeln!(
            content,
            "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\n\
             <text class=\"soft\" x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
            LEFT - 8.0,
            y + 4.0,
        );
    }
    let mut ticks: Vec<f64> = points().map(|point| point.0).collect();
    ticks.sort_by(f64::total_cmp);
    ticks.dedup();
    for tick in ticks {
        let x = across(tick);
        let _ = writeln!(
            content,
            "<text class=\"soft\" x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            BOTTOM + 20.0,
            if tick >= 1e4 {
                format!("{}k", (tick / 1e3).round())
            } else {
                format!("{tick}")
            }
        );
    }
    for (number, (name, points)) in lines.series.iter().enumerate() {
        let path: Vec<_> = points
            .iter()
            .map(|(x, y)| format!("{:.1},{:.1}", across(*x), up(*y)))
            .collect();
        let _ = writeln!(
            content,
            "<polyline class=\"line line{number}\" points=\"{}\"/>",
            path.join(" ")
        );
        for (x, y) in points {
            let _ = writeln!(
                content,
                "<circle class=\"dot{number}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\"/>",
                across(*x),
                up(*y)
            );
        }
        let x = 20.0 + number as f64 * 360.0;
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
