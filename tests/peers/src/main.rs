//! Measures every goal of the framework beside other libraries, and writes `BENCHMARKS.md`.
//!
//! `cargo bench --manifest-path tests/peers/Cargo.toml` runs all rows and writes the page and its charts.
//! `-- --without-compile` leaves out the minutes of compiling. `-- --quick` takes a tenth of the rounds and
//! writes nothing. `-- record cpu` runs these rows only and writes nothing. `-- --list` prints the names of
//! the rows.

mod chart;
mod collector;
mod curves;
mod events;
mod machine;
mod measure;
mod peers;
mod report;
mod rows;
mod senders;

use std::{env, error::Error, path::Path, sync::Arc, time::Instant};

use collector::Collector;
use report::Section;
use rows::Plan;

const ROWS: [&str; 14] = [
    "encode", "record", "off", "paced", "cpu", "threads", "loopback", "backlog", "python", "exit",
    "start", "counted", "compile", "curves",
];

/// A tenth of the rounds; writes nothing.
const QUICK: &str = "--quick";
/// Leaves out the row that compiles generated crates for minutes.
const WITHOUT_COMPILE: &str = "--without-compile";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).filter(|it| it != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match &*words {
        [collector::CHILD, marker] => collector::run(marker)?,
        [rows::exit::CHILD, library, url] => rows::exit::run(library, url),
        [rows::start::CHILD] => rows::start::run(),
        _ => measure_all(&words)?,
    }
    Ok(())
}

/// The names of all rows and of the single curves.
fn names() -> impl Iterator<Item = &'static str> {
    ROWS.into_iter().chain(curves::CURVES.map(|(name, _)| name))
}

fn measure_all(words: &[&str]) -> Result<(), Box<dyn Error>> {
    if words.contains(&"--list") {
        names().for_each(|name| println!("{name}"));
        return Ok(());
    }
    let quick = words.contains(&QUICK);
    let chosen: Vec<_> = words
        .iter()
        .filter(|word| !word.starts_with("--"))
        .collect();
    let options = words.iter().filter(|word| word.starts_with("--"));
    if let Some(unknown) = options
        .into_iter()
        .find(|word| ![QUICK, WITHOUT_COMPILE].contains(word))
    {
        return Err(format!(
            "unknown option `{unknown}`; the options are {QUICK} and {WITHOUT_COMPILE}"
        )
        .into());
    }
    if let Some(unknown) = chosen
        .iter()
        .find(|name| !names().any(|known| known == ***name))
    {
        let known: Vec<_> = names().collect();
        return Err(format!("unknown row `{unknown}`; the rows are {}", known.join(", ")).into());
    }
    events::check()?;
    let plan = Plan { quick };
    let wanted = |row: &str| chosen.is_empty() || chosen.iter().any(|name| **name == row);
    let arguments = words.iter().map(|word| format!(" {word}"));
    let run = machine::Run {
        arguments: if words.is_empty() {
            String::new()
        } else {
            format!(" --{}", arguments.collect::<String>())
        },
        load: machine::load(),
    };
    let mut sections = Vec::new();
    let mut show = |row: &'static str, section: Section| {
        println!("{}", section.show());
        for goal in &section.goals {
            println!(
                "  {}: {} (required: {})",
                goal.name, goal.reached, goal.goal
            );
        }
        println!();
        sections.push((row, section));
    };
    let start = Instant::now();
    // Programs first: a process with many threads takes longer to start another one.
    if wanted("start") {
        show("start", rows::start::measure(plan)?);
    }
    if wanted("exit") {
        show("exit", rows::exit::measure(plan)?);
    }
    if wanted("encode") {
        show("encode", rows::encode::measure(plan));
    }
    if wanted("off") {
        show("off", rows::off::measure(plan));
    }
    if ["record", "paced", "cpu", "threads"]
        .into_iter()
        .any(wanted)
    {
        let collector = Arc::new(Collector::start(events::NAME)?);
        let peers = peers::all(&collector);
        for (row, measure) in [
            (
                "record",
                rows::record::measure as fn(Plan, &[peers::Peer]) -> Section,
            ),
            ("paced", rows::paced::measure),
            ("cpu", rows::cpu::measure),
            ("threads", rows::threads::measure),
        ] {
            if wanted(row) {
                show(row, measure(plan, &peers));
            }
        }
    }
    if wanted("loopback") {
        let collector = Collector::start(events::NAME)?;
        show("loopback", rows::loopback::measure(plan, &collector));
    }
    if wanted("backlog") {
        show("backlog", rows::backlog::measure());
    }
    if wanted("python") {
        show("python", rows::python::measure(plan));
    }
    if names().skip(ROWS.len() - 1).any(wanted) {
        let all = wanted("curves");
        show("curves", curves::measure(plan, |name| all || wanted(name)));
    }
    if wanted("counted") {
        show("counted", rows::counted::read());
    }
    // Minutes of compiling.
    let compiles = chosen.is_empty() && !quick && !words.contains(&WITHOUT_COMPILE);
    if compiles || chosen.iter().any(|name| **name == "compile") {
        show("compile", rows::compile::measure());
    }
    sections.sort_by_key(|(row, _)| ROWS.iter().position(|name| name == row));
    let sections: Vec<_> = sections.into_iter().map(|(_, section)| section).collect();
    println!("{} seconds", start.elapsed().as_secs());
    if quick || !chosen.is_empty() {
        println!("nothing was written: this was not a full run");
        return Ok(());
    }
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    report::write(package, &sections, &run)?;
    println!("wrote BENCHMARKS.md and tests/peers/charts");
    Ok(())
}
