//! The first calls of a process: building a client, and recording one event.

use std::{env, io, process::Command, time::Instant};

use crate::{
    events::served,
    measure::stats::Spread,
    peers::ours::builder,
    report::{Goal, Section},
    rows::Plan,
};

/// The argument that makes this program one that starts.
pub(crate) const CHILD: &str = "child-start";

/// Prints the nanoseconds of both calls.
pub(crate) fn run() {
    let start = Instant::now();
    let client = builder().endpoint("http://127.0.0.1:9").build();
    let built = start.elapsed();
    let event = served(1);
    let start = Instant::now();
    client.record(&event);
    let recorded = start.elapsed();
    println!("{} {}", built.as_nanos(), recorded.as_nanos());
    // Without the drop: it would wait for the delivery.
    std::mem::forget(client);
}

pub(crate) fn measure(plan: Plan) -> io::Result<Section> {
    let (mut built, mut recorded) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds(100) {
        let output = Command::new(env::current_exe()?).arg(CHILD).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut nanos = text
            .split_whitespace()
            .map(|nanos| nanos.parse::<f64>().unwrap_or(0.0));
        built.push(nanos.next().unwrap_or(0.0) / 1e3);
        recorded.push(nanos.next().unwrap_or(0.0) / 1e3);
    }
    let mut section = Section::new(
        "Start",
        "Microseconds of the first calls in a new process, with the HTTPS transport. The first event starts the \
         worker's thread.",
        &["call", "microseconds"],
    );
    let calls = [
        (
            "build a client",
            "start, build a client",
            "at most 100 us",
            100.0,
            built,
        ),
        (
            "record the first event",
            "start, first record",
            "at most 300 us",
            300.0,
            recorded,
        ),
    ];
    for (call, name, goal, limit, micros) in calls {
        let spread = Spread::of(micros);
        section.lines.push(vec![call.to_owned(), spread.show(0)]);
        section.goals.push(Goal {
            name,
            goal,
            reached: format!("{} us", spread.show(0)),
            met: Some(spread.median <= limit),
        });
    }
    Ok(section)
}
