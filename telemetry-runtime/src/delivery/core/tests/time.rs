//! The core over hours of simulated time.

use super::*;
use crate::delivery::{
    clock::Clock,
    epoch::Epoch,
    queue::{Queue, QueueConfig, recorded::Recorded, worker_side::WaitFor},
};

const MILLISECOND: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn row_13_a_paused_partition_waits_alone_until_its_events_expire() {
    let mut core = core();
    fill(&mut core, MonoTime::START, "1.0", 0..8);
    let mut now = MonoTime::START;
    for hour in 0..=24 {
        assert_eq!(core.due(), Some(at(HOUR * hour)));
        now = at(HOUR * hour);
        assert_eq!(exchange(&mut core, now, &[401]).len(), 1);
        assert_eq!((core.held_events(), dropped(&core)), (8, 0));
    }
    fill(&mut core, now, "1.1", 8..16);
    assert_eq!(exchange(&mut core, now, &[]).len(), 1);
    let expiry = core.due().unwrap();
    assert_eq!(expiry, at(HOUR * 24 + Duration::from_nanos(1)));
    assert!(core.next(expiry).is_none());
    assert_eq!((core.held_events(), dropped(&core)), (0, 8));
}

#[test]
fn row_31_an_hour_of_a_flapping_network_causes_no_duplicates() {
    let mut core = core();
    let mut random = fastrand::Rng::with_seed(31);
    let (mut delivered, mut steps, mut requests) = (Vec::new(), 0, 0);
    let (mut now, mut recorded) = (MonoTime::START, 0);
    while now < at(HOUR) || core.held_events() > 0 {
        // Events arrive every 100 ms on average; the loop also runs when the core is due.
        let next = now + MILLISECOND * random.u32(1..200);
        let is_due = |core: &Rig| core.due().is_some_and(|due| due <= next);
        while is_due(&core) {
            steps += 1;
            now = now.max(core.due().unwrap());
            let Some(names) = sent(&mut core, now) else {
                continue;
            };
            requests += 1;
            now = now + MILLISECOND * random.u32(1..100);
            if now.since(MonoTime::START).as_millis() / 200 % 2 == 0 {
                core.on_outcome(now, &not_sent());
            } else {
                core.on_outcome(now, &Outcome::delivered());
                delivered.extend(names);
            }
        }
        now = now.max(next);
        if now < at(HOUR) {
            fill(&mut core, now, "1.0", [recorded]);
            recorded += 1;
        }
    }
    let all: Vec<_> = (0..recorded).map(|name| format!("e{name}")).collect();
    assert_eq!(delivered, all, "each event once, in order");
    assert!(recorded > 30_000);
    // Batches of 8; about half of the requests fail.
    assert!(
        requests < recorded / 2 && steps < recorded,
        "{requests} {steps}"
    );
}

/// Neither `Retry-After: 0` nor a setting of zero makes retries immediate.
#[test]
fn failed_batches_never_return_at_once() {
    let hasty = Policy::default().backoff(Duration::ZERO, Duration::ZERO);
    let policies = [Policy::default(), hasty.pause(Duration::ZERO)];
    let cases = policies.map(|policy| [302, 401, 429, 503].map(|status| (policy, status)));
    for (policy, status) in cases.into_iter().flatten() {
        let mut core = core_with(policy);
        fill(&mut core, MonoTime::START, "1.0", 0..8);
        let mut requests = 0;
        while let Some(now) = core.due().filter(|due| *due < at(SECOND * 60)) {
            assert!(sent(&mut core, now).is_some());
            let at_once = Response::new(status).with_retry_after(Duration::ZERO);
            core.on_outcome(now, &at_once.into());
            requests += 1;
            // 50 ms on average.
            assert!(requests < 60 * 40, "{status}");
        }
    }
}

#[test]
fn row_46_times_that_jump_or_go_back_neither_panic_nor_lose_events() {
    let mut core = core();
    let mut accepted = 0;
    for now in [
        HOUR,
        Duration::ZERO,
        Duration::MAX,
        HOUR,
        HOUR * 87_600,
        SECOND,
        Duration::MAX,
    ]
    .map(at)
    {
        fill(&mut core, now, "1.0", 0..9);
        accepted += 9;
        for _ in 0..3 {
            core.begin_round(now);
            exchange(&mut core, now, &[503, 413, 401]);
            let resolved = core.resolved();
            let sum = resolved.delivered + resolved.dropped() + core.held_events();
            assert_eq!(sum, accepted);
        }
    }
}

/// The queue and the core with a collector that takes 2 s per request, and 1,000 events per second.
#[test]
fn row_82_with_a_slow_collector_memory_is_bounded_and_the_newest_events_are_lost() {
    const BYTES: usize = 256 * 1024;
    let bounds = QueueConfig {
        bytes: BYTES,
        batches: BatchConfig {
            batch_events: 50,
            batch_bytes: 64 * 1024,
        },
        flush_interval: INTERVAL,
        reports_loss: false,
    };
    let random = fastrand::Rng::with_seed(82);
    let mut core = Core::new(INTERVAL, Policy::default(), random);
    let queue = Queue::new(bounds, Clock::default());
    let mut taken = VecDeque::new();
    let key = PartitionKey::new("1.0");
    let (mut accepted, mut delivered) = (Vec::new(), Vec::new());
    for request in 0..150 {
        let now = at(SECOND * 2 * request);
        for event in 0..2000 {
            let name = format!("e{:0100}", request * 2000 + event);
            if queue
                .enqueue(Epoch::FIRST, key, &Recorded::in_memory(name.as_bytes(), 0))
                .0
                .is_ok()
            {
                accepted.push(name);
            }
        }
        let wait_for = WaitFor::new(Epoch::FIRST, &core.report());
        let takes_at = |open: &Batch| core.takes_at(open);
        queue.next_work(|| now, wait_for, takes_at, &mut taken);
        for batch in taken.drain(..) {
            core.ingest(batch);
        }
        delivered.extend(core.next(now).iter().flat_map(|batch| texts(batch)));
        let memory = core.report().memory;
        assert!(memory <= BYTES, "{memory}");
        core.on_outcome(now + SECOND * 2, &Outcome::delivered());
        let spent = core.take_spent();
        let _ = queue.publish(Epoch::FIRST, &core.report(), &taken, spent, None);
    }
    let health = queue.health();
    assert_eq!(
        (health.accepted(), health.dropped()),
        (accepted.len() as u64, 0)
    );
    assert_eq!(health.accepted() + health.refused(), 300_000);
    assert_eq!(health.accepted(), health.delivered() + health.held());
    assert_eq!(
        delivered,
        accepted[..delivered.len()],
        "the oldest events in order"
    );
    // The batch that is open when memory is full for the first time may be smaller.
    assert!(delivered.len() > 149 * 50);
}
