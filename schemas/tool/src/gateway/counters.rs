//! The counters of a gateway.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::live::Rule;

/// The statuses of answers.
pub(super) const STATUSES: [u16; 10] = [200, 400, 401, 404, 405, 408, 413, 415, 500, 503];
/// Upper bounds of the classes of times, in microseconds.
pub(super) const BOUNDS: [u64; 13] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000, 10_000_000,
];

/// A counter.
#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Times in classes.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// One for each bound, and one for longer times.
    pub(super) classes: [Count; BOUNDS.len() + 1],
    pub(super) microseconds: Count,
}

impl Times {
    pub(super) fn add(&self, time: Duration) {
        let time = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS.iter().position(|bound| time <= *bound);
        if let Some(class) = self.classes.get(class.unwrap_or(BOUNDS.len())) {
            class.add(1);
        }
        self.microseconds.add(time);
    }
}

/// The end of a request to the collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// 2xx.
    Accepted,
    /// 429, 502, 503 or 504.
    Busy,
    /// Another status.
    Refused,
    /// No answer in time.
    Late,
    /// No connection, or one that ended without an answer.
    Failed,
}

impl Delivery {
    pub(super) const ALL: [Self; 5] = [
        Self::Accepted,
        Self::Busy,
        Self::Refused,
        Self::Late,
        Self::Failed,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Busy => "busy",
            Self::Refused => "refused",
            Self::Late => "late",
            Self::Failed => "failed",
        }
    }
}

/// The counters of a gateway.
#[derive(Debug)]
pub(super) struct Counters {
    answers: [Count; STATUSES.len()],
    rules: Vec<Count>,
    deliveries: [Count; Delivery::ALL.len()],
    /// Connections that were accepted.
    pub(super) connections: Count,
    /// Connections that have ended.
    pub(super) ended: Count,
    /// Bytes of bodies as they arrived.
    pub(super) body_bytes: Count,
    /// Events of envelopes that were checked.
    pub(super) received: Count,
    pub(super) valid: Count,
    pub(super) invalid: Count,
    /// Events that the collector has accepted.
    pub(super) forwarded: Count,
    /// Events that the collector has rejected in an answer that accepts others.
    pub(super) rejected: Count,
    /// Events in the dead letter file.
    pub(super) kept: Count,
    /// Requests whose lines could not be written to the dead letter file.
    pub(super) unwritten: Count,
    pub(super) requests: Times,
    pub(super) forwards: Times,
}

impl Counters {
    pub(super) fn new() -> Self {
        Self {
            answers: Default::default(),
            rules: Rule::ALL.iter().map(|_| Count::default()).collect(),
            deliveries: Default::default(),
            connections: Count::default(),
            ended: Count::default(),
            body_bytes: Count::default(),
            received: Count::default(),
            valid: Count::default(),
            invalid: Count::default(),
            forwarded: Count::default(),
            rejected: Count::default(),
            kept: Count::default(),
            unwritten: Count::default(),
            requests: Times::default(),
            forwards: Times::default(),
        }
    }

    pub(super) fn answer(&self, status: u16) {
        let at = STATUSES.iter().position(|it| *it == status);
        if let Some(count) = at.and_then(|at| self.answers.get(at)) {
            count.add(1);
        }
    }

    pub(super) fn broken(&self, rule: Rule, times: u64) {
        let at = Rule::ALL.iter().position(|it| *it == rule);
        if let Some(count) = at.and_then(|at| self.rules.get(at)) {
            count.add(times);
        }
    }

    pub(super) fn delivery(&self, delivery: Delivery) {
        let at = Delivery::ALL.iter().position(|it| *it == delivery);
        if let Some(count) = at.and_then(|at| self.deliveries.get(at)) {
            count.add(1);
        }
    }

    /// Each status with its number of answers.
    pub(super) fn answers(&self) -> impl Iterator<Item = (u16, u64)> {
        STATUSES
            .into_iter()
            .zip(self.answers.iter().map(Count::get))
    }

    /// Each rule with the number of violations.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Rule::ALL
            .iter()
            .map(|rule| rule.id())
            .zip(self.rules.iter().map(Count::get))
    }

    /// Each end of a request to the collector with its number.
    pub(super) fn deliveries(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Delivery::ALL
            .into_iter()
            .map(Delivery::as_str)
            .zip(self.deliveries.iter().map(Count::get))
    }
}
