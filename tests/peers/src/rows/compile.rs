//! Compile time and generated code, from the benchmark `compile_cost` of the workspace.

use std::{env, path::Path, process::Command};

use crate::report::{Goal, Section};

/// Lines of the table of the benchmark, and the ratio of its last line.
struct Output {
    lines: Vec<Vec<String>>,
    cold: Option<f64>,
}

pub(crate) fn measure() -> Section {
    let mut section = Section::new(
        "Compile time",
        "50 events of 12 fields, from `cargo test -p telemetry-tests --bench compile_cost`, whose documentation \
         describes the columns. The goals are for events with the check against the registry.",
        &[
            "derive",
            "bytes per event",
            "without indentation",
            "`check` over no derive",
            "LLVM lines per event",
        ],
    );
    let output = run().unwrap_or_else(|reason| {
        println!("compile time was skipped: {reason}");
        Output {
            lines: Vec::new(),
            cold: None,
        }
    });
    section.goals = goals(&output);
    section.lines = output.lines;
    section
}

fn run() -> Result<Output, String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .current_dir(workspace)
        .args([
            "test",
            "-q",
            "-p",
            "telemetry-tests",
            "--bench",
            "compile_cost",
        ])
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(errors.lines().last().unwrap_or("no message").to_owned());
    }
    Ok(parse(&String::from_utf8_lossy(&output.stdout)))
}

fn parse(text: &str) -> Output {
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim_matches(['|', ' ']);
        line.split(" | ")
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    // The lines below the rule.
    let table = text
        .lines()
        .skip_while(|line| !line.starts_with("| ---"))
        .skip(1);
    let table = table.take_while(|line| line.starts_with('|'));
    let (_, after) = text
        .rsplit_once("Cold build of telemetry-derive: ")
        .unwrap_or_default();
    Output {
        lines: table.map(cells).collect(),
        cold: after.split(' ').next().and_then(|ratio| ratio.parse().ok()),
    }
}

fn goals(output: &Output) -> Vec<Goal> {
    let cell = |name: &str, column: usize| -> Option<f64> {
        let line = output
            .lines
            .iter()
            .find(|line| line.first().is_some_and(|it| it == name))?;
        line.get(column)?.split(' ').next()?.parse().ok()
    };
    const CHECKED: &str = "TelemetryEvent with registry check";
    let seconds = cell(CHECKED, 3).zip(cell("serde `Serialize`", 3));
    vec![
        Goal::of(
            "compile, LLVM lines",
            "at most 120 per event",
            cell(CHECKED, 4),
            f64::to_string,
            |lines| *lines <= 120.0,
        ),
        Goal::of(
            "compile, expansion",
            "at most 6,000 bytes per event, without indentation",
            cell(CHECKED, 2),
            f64::to_string,
            |bytes| *bytes <= 6000.0,
        ),
        Goal::of(
            "compile, `check` of 50 events",
            "at most 1.5 times serde's `Serialize` and 0.1 s",
            seconds,
            |(ours, serde)| format!("{ours:.2} s, `Serialize` {serde:.2} s"),
            |(ours, serde)| *ours <= 1.5 * serde + 0.1,
        ),
        Goal::of(
            "compile, cold build of the derive",
            "at most 1.4 times its dependencies",
            output.cold,
            |ratio| format!("{ratio:.2} times"),
            |ratio| *ratio <= 1.4,
        ),
    ]
}
