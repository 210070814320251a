//! The results: tables, goals and charts, as `BENCHMARKS.md`.

use std::{collections::BTreeMap, fmt::Write as _, fs, io, path::Path};

use crate::{
    chart::Chart,
    machine::{self, Run},
};

/// A measured goal.
pub(crate) struct Goal {
    /// Names the goal, and its reason in `reasons.txt`.
    pub(crate) name: &'static str,
    pub(crate) goal: &'static str,
    /// The median with its quartiles, or why there is none.
    pub(crate) reached: String,
    /// None without a figure.
    pub(crate) met: Option<bool>,
}

impl Goal {
    /// A goal for a figure that some runs do not have.
    pub(crate) fn of<T>(
        name: &'static str,
        goal: &'static str,
        figure: Option<T>,
        show: impl Fn(&T) -> String,
        met: impl Fn(&T) -> bool,
    ) -> Self {
        Self {
            name,
            goal,
            reached: figure.as_ref().map_or("no figure".to_owned(), show),
            met: figure.as_ref().map(met),
        }
    }
}

/// One section of the report.
#[derive(Default)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) about: String,
    pub(crate) head: Vec<String>,
    pub(crate) lines: Vec<Vec<String>>,
    pub(crate) goals: Vec<Goal>,
    pub(crate) charts: Vec<Chart>,
}

impl Section {
    /// A section with a table of these columns.
    pub(crate) fn new(title: &'static str, about: impl Into<String>, head: &[&str]) -> Self {
        Self {
            title,
            about: about.into(),
            head: head.iter().map(|&cell| cell.to_owned()).collect(),
            ..Self::default()
        }
    }

    /// The title and the table, for the terminal and for the page.
    pub(crate) fn show(&self) -> String {
        let mut text = format!("## {}\n\n{}\n\n", self.title, wrapped(&self.about));
        text.push_str(&table(&self.head, &self.lines));
        for chart in &self.charts {
            let (name, title) = (chart.name, &chart.title);
            let _ = write!(text, "\n![{title}](tests/peers/charts/{name}.svg)\n");
        }
        text
    }
}

pub(crate) fn table(head: &[String], lines: &[Vec<String>]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule = vec!["---".to_owned(); head.len()];
    let lines: String = lines.iter().map(|line| row(line)).collect();
    format!("{}{}{lines}", row(head), row(&rule))
}

/// Lines of at most 110 characters.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        if length > 0 && length + word.len() + 1 > 110 {
            lines.push('\n');
            length = 0;
        } else if length > 0 {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += word.len();
    }
    lines
}

/// Writes the page at the top of the repository, and the charts.
pub(crate) fn write(package: &Path, sections: &[Section], run: &Run) -> io::Result<()> {
    let folder = package.join("charts");
    fs::create_dir_all(&folder)?;
    for chart in sections.iter().flat_map(|section| &section.charts) {
        fs::write(folder.join(format!("{}.svg", chart.name)), chart.svg())?;
    }
    let reasons = reasons(&fs::read_to_string(package.join("reasons.txt"))?);
    let page = page(package, sections, &reasons, run)?;
    fs::write(package.join("../../BENCHMARKS.md"), page)
}

fn page(
    package: &Path,
    sections: &[Section],
    reasons: &BTreeMap<String, String>,
    run: &Run,
) -> io::Result<String> {
    let mut page = format!(
        "# Benchmarks\n\n{}\n\n",
        fs::read_to_string(package.join("about.txt"))?.trim()
    );
    let _ = write!(page, "{}\n\n## Goals\n\n", machine::describe(package, run)?);
    let head = ["goal", "required", "reached (quartiles)", "result"].map(str::to_owned);
    let goals = sections.iter().flat_map(|section| &section.goals);
    let lines: Vec<_> = goals.clone().map(goal_line).collect();
    page.push_str(&table(&head, &lines));
    page.push_str("\n### Reasons for missed goals, and what was tried\n\n");
    let mut missed = 0;
    for goal in goals.filter(|goal| goal.met != Some(true)) {
        missed += 1;
        let reason = reasons
            .get(goal.name)
            .map_or("No reason is recorded yet.", String::as_str);
        let _ = writeln!(page, "- **{}**: {}", goal.name, reason);
    }
    if missed == 0 {
        page.push_str("Every goal is met.\n");
    }
    if let Some(more) = reasons.get("Rows without a measurement here") {
        let _ = write!(page, "\n### Rows without a measurement here\n\n{more}\n");
    }
    for section in sections {
        let _ = write!(page, "\n{}", section.show());
    }
    Ok(page)
}

fn goal_line(goal: &Goal) -> Vec<String> {
    let result = match goal.met {
        Some(true) => "met",
        Some(false) => "**missed**",
        None => "no figure",
    };
    [goal.name, goal.goal, &goal.reached, result]
        .map(str::to_owned)
        .to_vec()
}

/// The paragraphs below each heading of `reasons.txt`.
fn reasons(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for part in text.split("\n## ").skip(1) {
        let (name, reason) = part.split_once('\n').unwrap_or((part, ""));
        if !reason.trim().is_empty() {
            found.insert(name.trim().to_owned(), reason.trim().to_owned());
        }
    }
    found
}
