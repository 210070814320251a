//! Leaving a program, measured from outside: from the moment at which its `main` returns to its end.

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use telemetry_runtime::testing::{Collector, ScriptedResponse, UnreachableEndpoint};

use crate::{
    events::served,
    measure::stats::{Spread, part},
    peers::{
        Recorder,
        opentelemetry::OpenTelemetry,
        ours::{builder, flush},
    },
    report::{Goal, Section},
    rows::Plan,
};

/// The argument that makes this program one that leaves.
pub(crate) const CHILD: &str = "child-exit";

/// The exit budget of the programs.
const BUDGET: Duration = Duration::from_millis(100);

/// A program with one event, or without, that leaves.
pub(crate) fn run(library: &str, url: &str) {
    let leave = || {
        println!("leaving");
        let _ = io::stdout().flush();
    };
    if library == "otlp" {
        let otlp = OpenTelemetry::sending(&format!("{url}/v1/logs"), 512, 2048);
        otlp.record(1);
        leave();
        otlp.shutdown();
        return;
    }
    let client = builder().endpoint(url).exit_budget(BUDGET).build();
    if library == "held" || library == "sent" {
        client.record(&served(1));
    }
    if library == "sent" {
        flush(&client);
    }
    // The connection and the request are under way before the program leaves.
    if library == "held" {
        let _ = client.flush(Duration::from_millis(20));
    }
    leave();
}

/// Milliseconds from the line that the program prints to its end.
fn leave(library: &str, url: &str) -> io::Result<f64> {
    let mut program = Command::new(env::current_exe()?)
        .args([CHILD, library, url])
        .stdout(Stdio::piped())
        .spawn()?;
    let output = program.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let start = Instant::now();
    program.wait()?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

pub(crate) fn measure(plan: Plan) -> io::Result<Section> {
    let refusing = UnreachableEndpoint::refusing()?;
    let silent = Collector::with_handler(|_| ScriptedResponse::silence())?;
    let drip = || ScriptedResponse::status(200).drip(1, Duration::from_millis(50));
    let dripping = Collector::with_handler(move |_| drip())?;
    let healthy = Collector::start()?;
    let hole = UnreachableEndpoint::black_hole();

    let mut cases = vec![
        ("refused connection", "held", refusing.url()),
        ("no answer", "held", silent.url()),
        ("dripping answer", "held", dripping.url()),
        ("no event recorded", "none", silent.url()),
        ("all events delivered", "sent", healthy.url()),
    ];
    match &hole {
        Ok(hole) => cases.insert(1, ("black hole: a full accept backlog", "held", hole.url())),
        Err(error) => println!("the black hole was skipped: {error}"),
    }
    let mut section = Section::new(
        "Leave a program",
        format!(
            "Milliseconds from the end of `main` to the end of the process, seen by its parent. The exit budget \
             is {} ms. opentelemetry-otlp has its default budgets.",
            BUDGET.as_millis()
        ),
        &["endpoint", "ms (quartiles)", "longest"],
    );
    let mut times = vec![Vec::new(); cases.len()];
    for _ in 0..plan.rounds(30) {
        for ((_, library, url), times) in cases.iter().zip(&mut times) {
            times.push(leave(library, url)?);
        }
    }
    let (mut dead, mut idle) = (Vec::new(), Vec::new());
    for ((name, library, _), times) in cases.iter().zip(times) {
        if *library == "held" {
            &mut dead
        } else {
            &mut idle
        }
        .extend(&times);
        section.lines.push(line(name, times));
    }
    for (name, url) in [
        ("refused connection", refusing.url()),
        ("no answer", silent.url()),
    ] {
        let rounds = if plan.quick { 1 } else { 3 };
        let times: io::Result<_> = (0..rounds).map(|_| leave("otlp", &url)).collect();
        section
            .lines
            .push(line(&format!("opentelemetry-otlp, {name}"), times?));
    }
    let budget = BUDGET.as_secs_f64() * 1e3;
    section.goals.push(longest(
        "exit, dead endpoints",
        "at most the exit budget and 10 ms",
        dead,
        budget + 10.0,
    ));
    section
        .goals
        .push(longest("exit, nothing held", "less than 10 ms", idle, 10.0));
    Ok(section)
}

fn line(name: &str, mut times: Vec<f64>) -> Vec<String> {
    times.sort_by(f64::total_cmp);
    let longest = format!("{:.1}", part(&times, 1.0));
    vec![name.to_owned(), Spread::of(times).show(1), longest]
}

fn longest(name: &'static str, goal: &'static str, mut times: Vec<f64>, limit: f64) -> Goal {
    times.sort_by(f64::total_cmp);
    let longest = part(&times, 1.0);
    let median = Spread::of(times).show(1);
    Goal {
        name,
        goal,
        reached: format!("longest {longest:.1} ms, {median}"),
        met: Some(longest <= limit),
    }
}
