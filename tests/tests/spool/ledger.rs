//! A collector that keeps the numbers of all events that it accepted.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering},
    },
};

use telemetry_runtime::testing::{Collector, ScriptedResponse};
use telemetry_tests::client::numbers;

/// The answer of the collector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Answer {
    Accept,
    /// 503, so that the events were certainly not accepted.
    Unavailable,
    /// No answer. The events count as received.
    Silence,
}

pub(crate) struct Ledger {
    pub(crate) collector: Collector,
    answer: Arc<AtomicU8>,
    received: Arc<Mutex<Vec<i64>>>,
}

impl Ledger {
    pub(crate) fn start(answer: Answer) -> Self {
        let answer = Arc::new(AtomicU8::new(answer as u8));
        let received = Arc::new(Mutex::new(Vec::new()));
        let (current, ledger) = (Arc::clone(&answer), Arc::clone(&received));
        let collector = Collector::with_handler(move |request| {
            let answer = current.load(Ordering::SeqCst);
            if answer != Answer::Unavailable as u8 {
                ledger.lock().unwrap().extend(numbers(&request.text()));
            }
            match answer {
                0 => ScriptedResponse::status(200),
                1 => ScriptedResponse::status(503),
                _ => ScriptedResponse::silence(),
            }
        });
        Self {
            collector: collector.unwrap(),
            answer,
            received,
        }
    }

    pub(crate) fn url(&self) -> String {
        self.collector.url()
    }

    pub(crate) fn answers(&self, answer: Answer) {
        self.answer.store(answer as u8, Ordering::SeqCst);
    }

    /// The numbers of the received events, in their order.
    pub(crate) fn received(&self) -> Vec<i64> {
        self.received.lock().unwrap().clone()
    }

    /// The numbers of the received events, sorted.
    pub(crate) fn sorted(&self) -> Vec<i64> {
        let mut received = self.received();
        received.sort_unstable();
        received
    }

    /// The numbers of the received events, sorted, each one once.
    pub(crate) fn unique(&self) -> Vec<i64> {
        self.times().into_keys().collect()
    }

    /// How often each event was received.
    pub(crate) fn times(&self) -> BTreeMap<i64, usize> {
        let mut times = BTreeMap::new();
        for number in self.received() {
            *times.entry(number).or_default() += 1;
        }
        times
    }
}
