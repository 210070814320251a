//! Encoding one event, compared with `serde_json::to_vec` and a copy of the same bytes.

use std::{hint::black_box, time::Instant};

use serde::Serialize;
use telemetry_runtime::TelemetryEvent;

use crate::{
    events::encoded,
    measure::stats::Spread,
    report::{Goal, Section},
    rows::Plan,
};

/// Encodes an event this number of times, and returns the nanoseconds.
type Encode = Box<dyn FnMut(u32) -> f64>;

const TIMES: u32 = 500;

fn timed(mut encode: impl FnMut() -> usize + 'static) -> Encode {
    Box::new(move |times| {
        let start = Instant::now();
        for _ in 0..times {
            black_box(encode());
        }
        start.elapsed().as_secs_f64() * 1e9
    })
}

/// This library, `to_vec` and the copy.
fn encoders<E: TelemetryEvent + Serialize + 'static>(make: fn() -> E) -> (usize, [Encode; 3]) {
    let (one, two) = (make(), make());
    let bytes = serde_json::to_vec(&one).unwrap_or_default();
    let mut buffer = vec![0; 4096];
    let written = one.parameters().write(&mut buffer).unwrap_or_default();
    assert_eq!(
        buffer.get(..written),
        Some(&*bytes),
        "both encoders write the same bytes"
    );
    let mut copy = bytes.clone();
    let length = bytes.len();
    let encoders = [
        timed(move || {
            let written = black_box(&one)
                .parameters()
                .write(&mut buffer)
                .unwrap_or_default();
            black_box(&buffer);
            written
        }),
        timed(move || {
            serde_json::to_vec(black_box(&two))
                .unwrap_or_default()
                .len()
        }),
        timed(move || {
            black_box(&mut copy).copy_from_slice(black_box(&bytes));
            length
        }),
    ];
    (length, encoders)
}

pub(crate) fn measure(plan: Plan) -> Section {
    let mut section = Section::new(
        "Encode one event",
        "Nanoseconds to encode the parameters of an event of 8 (C), 19 (G) and 38 fields (A). All encoders \
         write the same bytes, into a buffer that is reused except by `to_vec`. The instructions are counted \
         by `cargo bench -p telemetry-runtime --bench encode -- instructions`.",
        &[
            "event",
            "bytes",
            "this library",
            "`serde_json::to_vec`",
            "copy of the bytes",
            "times faster than `to_vec`",
        ],
    );
    let subjects = [
        (
            "C",
            "encode C",
            "at least 10 times `to_vec`",
            10.0,
            encoders(encoded::command),
        ),
        (
            "G",
            "encode G",
            "at least 6.5 times `to_vec`",
            6.5,
            encoders(encoded::usage),
        ),
        (
            "A",
            "encode A",
            "at least 9 times `to_vec`",
            9.0,
            encoders(encoded::run),
        ),
    ];
    for (event, name, goal, required, (bytes, mut encoders)) in subjects {
        let mut values = [const { Vec::new() }; 3];
        for _ in 0..plan.rounds(1000) {
            for (encode, values) in encoders.iter_mut().zip(&mut values) {
                values.push(encode(TIMES) / f64::from(TIMES));
            }
        }
        let [ours, serde, copy] = values;
        let faster = Spread::ratio(&serde, &ours);
        section.lines.push(vec![
            event.to_owned(),
            bytes.to_string(),
            Spread::of(ours).show(1),
            Spread::of(serde).show(0),
            Spread::of(copy).show(1),
            faster.show(1),
        ]);
        section.goals.push(Goal {
            name,
            goal,
            reached: format!("{} times", faster.show(1)),
            met: Some(faster.median >= required),
        });
    }
    section
}
