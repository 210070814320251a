//! Curves over the shape of events: bytes, fields, and the events of a product.

use std::{hint::black_box, time::Instant};

use telemetry_runtime::{
    Client, Product, TelemetryEvent, TelemetryGuard, descriptor::EventDescriptor,
};

use crate::{
    curves::{Curve, Growth},
    measure::stats::Spread,
    peers::{
        LARGE,
        ours::{Discard, flush},
    },
    rows::{Plan, in_turns},
};

mod generated {
    use telemetry_runtime::{TelemetryEvent, descriptor::EventDescriptor};

    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

/// A text of any length.
#[derive(TelemetryEvent)]
#[event(name = "text", schema = "1.0")]
struct Text {
    #[event(free_text = "text without a meaning")]
    text: String,
}

/// A client of a product with these events, whose worker sleeps.
fn client(events: Vec<&'static EventDescriptor>) -> TelemetryGuard {
    let events: &'static [_] = Box::leak(events.into_boxed_slice());
    let lists: &'static [_] = Box::leak(Box::new([events]));
    let product = Box::leak(Box::new(
        Product::new("curves").events(lists).default_on(true),
    ));
    let builder = Client::builder(product)
        .env(|_| None)
        .transport(Discard::default());
    builder
        .max_batch_events(LARGE)
        .queue_bytes(64 << 20)
        .build()
}

/// A point of a curve: the amount of work, and what records one event.
type Point = (f64, TelemetryGuard, Box<dyn Fn(&Client, i64)>);

fn point<E: TelemetryEvent>(x: usize, make: impl Fn(i64) -> E + 'static) -> Point {
    let record = move |client: &Client, value: i64| client.record(&make(black_box(value)));
    (x as f64, client(vec![E::DESCRIPTOR]), Box::new(record))
}

/// Events that were refused by the clients.
fn lost<'p>(points: impl IntoIterator<Item = &'p Point>) -> u64 {
    points
        .into_iter()
        .map(|(_, client, _)| client.health().refused())
        .sum()
}

/// Nanoseconds per call of `record`, by point.
fn per_call(plan: Plan, points: &[Point]) -> Vec<(f64, f64)> {
    const BURST: i64 = 50;
    // The first ones run with the caches of another point.
    const BURSTS: usize = 10;
    let values = in_turns(plan.rounds(100), points, |(_, client, record)| {
        let bursts = (0..BURSTS).map(|_| {
            let start = Instant::now();
            (0..BURST).for_each(|value| record(client, value));
            let nanos = start.elapsed().as_secs_f64() * 1e9 / BURST as f64;
            flush(client);
            nanos
        });
        Spread::of(bursts.collect()).median
    });
    let medians = values.into_iter().map(|values| Spread::of(values).median);
    points
        .iter()
        .zip(medians)
        .map(|((x, ..), median)| (*x, median))
        .collect()
}

pub(crate) fn size(plan: Plan) -> Curve {
    let points: Vec<_> = [64, 256, 1024, 4096, 8192, 16384, 32768]
        .map(|bytes| {
            let event = Text {
                text: "x".repeat(bytes),
            };
            let record = move |client: &Client, _: i64| client.record(black_box(&event));
            let point: Point = (
                bytes as f64,
                client(vec![Text::DESCRIPTOR]),
                Box::new(record),
            );
            point
        })
        .into();
    Curve {
        title: "Record, by the bytes of a text field",
        across: "bytes of text",
        up: "ns per call",
        growth: Growth::Straight,
        series: vec![("record", per_call(plan, &points))],
        lost: lost(&points),
    }
}

pub(crate) fn fields(plan: Plan) -> Curve {
    use generated::{Fields4, Fields8, Fields16, Fields32, Fields64, Fields128};
    let points = [
        point(4, Fields4::of),
        point(8, Fields8::of),
        point(16, Fields16::of),
        point(32, Fields32::of),
        point(64, Fields64::of),
        point(128, Fields128::of),
    ];
    Curve {
        title: "Record, by the number of integer fields",
        across: "fields",
        up: "ns per call",
        growth: Growth::Straight,
        series: vec![("record", per_call(plan, &points))],
        lost: lost(&points),
    }
}

pub(crate) fn registry(plan: Plan) -> Curve {
    let all = &generated::DESCRIPTORS;
    // The last events of the list, so that the recorded ones are the last of each product.
    let points = |record: fn(&Client, i64)| -> Vec<Point> {
        let products = [2, 4, 16, 64, 256];
        let point = |events| -> Point {
            let listed = all[all.len() - events..].to_vec();
            (events as f64, client(listed), Box::new(record))
        };
        products.map(point).into()
    };
    let same = points(|client, value| client.record(&generated::last(value)));
    let alternating = points(|client, value| match value % 2 {
        0 => client.record(&generated::last(value)),
        _ => client.record(&generated::before(value)),
    });
    Curve {
        title: "Record the last events of a product, by its number of events",
        across: "events of the product",
        up: "ns per call",
        growth: Growth::Flat,
        series: vec![
            ("the same event", per_call(plan, &same)),
            ("two events in turns", per_call(plan, &alternating)),
        ],
        lost: lost(same.iter().chain(&alternating)),
    }
}
