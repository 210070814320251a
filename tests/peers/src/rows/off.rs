//! A call while telemetry is off.

use std::{
    hint::black_box,
    sync::atomic::{AtomicU8, Ordering::Relaxed},
    time::Instant,
};

use telemetry_runtime::Client;

use crate::{
    events::served,
    peers::ours::builder,
    report::{Goal, Section},
    rows::{Plan, Series, in_turns, lines},
};

const BURST: u32 = 2000;

pub(crate) fn measure(plan: Plan) -> Section {
    let off = builder().disabled().build();
    let client: &Client = &off;
    let event = served(1);
    let state = AtomicU8::new(0);
    let timed = |work: &dyn Fn()| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e9 / f64::from(BURST)
    };
    type Calls<'c> = Box<dyn Fn() + 'c>;
    let contestants: [(&str, Calls<'_>); 4] = [
        (
            "`record` of an event that exists",
            Box::new(|| (0..BURST).for_each(|_| client.record(black_box(&event)))),
        ),
        (
            "`record_with`, which does not build the event",
            Box::new(|| (0..BURST).for_each(|n| client.record_with(|| served(black_box(n))))),
        ),
        (
            "one relaxed load",
            Box::new(|| (0..BURST).for_each(|_| _ = black_box(black_box(&state).load(Relaxed)))),
        ),
        (
            "an empty loop",
            Box::new(|| (0..BURST).for_each(|n| _ = black_box(n))),
        ),
    ];
    let values = in_turns(plan.rounds(1000), &contestants, |(_, work)| timed(work));
    let named = contestants.iter().zip(values);
    let series: Vec<_> = named
        .map(|((name, _), values)| Series::new(name, values))
        .collect();
    let mut section = Section::new(
        "Record while telemetry is off",
        "Nanoseconds of one call on one thread.",
        &["call", "ns per call", "times the first line"],
    );
    section.lines = lines(&series, 2);
    let spread = series.first().map(Series::spread);
    section.goals.push(Goal::of(
        "record, off",
        "at most 3 ns (0.5 to 2.7 today)",
        spread,
        |spread| format!("{} ns", spread.show(2)),
        |spread| spread.median <= 3.0,
    ));
    section
}
