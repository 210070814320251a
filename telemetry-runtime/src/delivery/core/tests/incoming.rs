//! Batches as they are formed, taken and used again.

use super::{place::Place, *};

const KEYS: [&str; 3] = ["1.0", "1.1", "2.0"];

fn limits(batch_events: usize, batch_bytes: usize) -> BatchConfig {
    BatchConfig {
        batch_events,
        batch_bytes,
    }
}

/// Takes the closed batches, and the open ones of all partitions for whose batches `also` is true.
fn take(
    incoming: &mut Incoming,
    shards: &mut [OpenBatches],
    limit: usize,
    also: impl Fn(&Batch) -> bool,
) -> VecDeque<Batch> {
    let before = incoming.memory();
    incoming.begin_gathering();
    for open in &mut *shards {
        incoming.count(open);
        incoming.want(open, &also);
    }
    let closed = incoming.closed();
    for open in shards {
        incoming.withdraw(limit, open);
    }
    incoming.join_closed(closed, limit, limit / 4);
    let mut taken = VecDeque::new();
    let (len, stored) = (incoming.len(), incoming.stored());
    let Taken {
        events,
        memory,
        stored: of_taken,
    } = incoming.take(&mut taken);
    let sum: u64 = taken.iter().map(Batch::stored_len).sum();
    assert_eq!((of_taken, stored), (sum, incoming.stored() + sum));
    let sum: usize = taken.iter().map(Batch::len).sum();
    assert_eq!((events, len), (sum, incoming.len() + sum));
    assert!(incoming.memory() + memory <= before.max(limit));
    taken
}

/// Random events in shards, limits, takes and returned batches: memory stays within the limit, and the bytes
/// of a shard and their order do not change.
#[test]
fn batches_keep_bytes_order_and_bounds() {
    for seed in 0..300 {
        let mut random = fastrand::Rng::with_seed(seed);
        let config = limits(random.usize(1..30), random.usize(1..3000));
        let limit = random.usize(..50_000);
        let mut incoming = Incoming::new(config);
        let mut shards: Vec<_> = (0..random.usize(1..5))
            .map(|_| OpenBatches::default())
            .collect();
        let none = || vec![vec![Vec::new(); 3]; shards.len()];
        let (mut put, mut got) = (none(), none());
        let (places, mut stored, mut found) = (random.bool(), Vec::new(), Vec::new());
        let mut refused = 0;
        let mut keep = |taken: &Batch| {
            assert!(taken.len() <= config.batch_events && taken.len() > 0);
            assert!(taken.len() == 1 || taken.byte_len() <= config.batch_bytes);
            found.extend(taken.stored());
            let mut keys = KEYS.iter();
            let key = keys.position(|key| *key == taken.key.schema_version());
            for event in taken.events() {
                got[usize::from(event[0])][key.unwrap()].push(event.to_vec());
            }
        };
        for step in 0..1000_u32 {
            let (which, number) = (random.usize(..KEYS.len()), random.usize(..shards.len()));
            let mut event = vec![step as u8; random.usize(1..200)];
            event[0] = number as u8;
            let now = at(SECOND * step);
            let (key, open) = (PartitionKey::new(KEYS[which]), &mut shards[number]);
            let before = incoming.memory();
            if random.bool() && open.join(key, &event) {
                assert_eq!(incoming.memory(), before);
                put[number][which].push(event);
            } else {
                incoming.count(open);
                let place = Place::new(1, step.into()).filter(|_| places && random.bool());
                match incoming.push(open, limit, key, &event, place, || now) {
                    Some(_) => {
                        put[number][which].push(event);
                        stored.extend(place);
                    }
                    None => refused += 1,
                }
            }
            assert!(incoming.memory() <= limit, "{seed} {step}");
            if random.u8(..50) == 0 {
                let all = random.bool();
                for batch in take(&mut incoming, &mut shards, limit, |_| all) {
                    keep(&batch);
                    if incoming.memory() + batch.memory() <= limit {
                        incoming.recycle(batch, limit / 4);
                    }
                }
            }
        }
        for batch in take(&mut incoming, &mut shards, limit, |_| true) {
            keep(&batch);
        }
        assert_eq!(got, put, "{seed}");
        stored.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, stored, "{seed}");
        assert!(incoming.is_empty() && shards.iter().all(OpenBatches::is_empty));
        assert!(refused > 0 || limit > 5000, "{seed}");
        incoming.free_spare();
        assert_eq!(incoming.memory(), 0);
    }
}

#[test]
fn a_batch_that_comes_back_needs_no_new_memory() {
    let mut incoming = Incoming::new(limits(50, 20_000));
    let mut open = [OpenBatches::default()];
    let mut memory = Vec::new();
    for round in 0..5 {
        for _ in 0..50 {
            let key = PartitionKey::new("1.0");
            let change = incoming.push(&mut open[0], 1 << 20, key, &[b'x'; 300], None, || {
                MonoTime::START
            });
            assert!(change.is_some());
        }
        let mut taken = take(&mut incoming, &mut open, 1 << 20, |_| false);
        assert_eq!(taken.len(), 1, "{round}");
        memory.push(taken[0].memory());
        incoming.recycle(taken.remove(0).unwrap(), 1 << 18);
        assert_eq!(incoming.memory(), memory[round]);
    }
    assert!(
        memory[1..].iter().all(|one| *one == memory[1]),
        "{memory:?}"
    );
}

/// Small batches of several shards become one request, large ones are not copied.
#[test]
fn batches_of_shards_are_joined_within_the_limits() {
    let take_all = |config, events: &[usize], bytes| -> Vec<usize> {
        let mut incoming = Incoming::new(config);
        let mut shards: Vec<_> = events.iter().map(|_| OpenBatches::default()).collect();
        for (number, (open, events)) in (0..).zip(shards.iter_mut().zip(events)) {
            for _ in 0..*events {
                let (key, event) = (PartitionKey::new("1.0"), vec![b'x'; bytes]);
                let since = at(SECOND * number);
                let change = incoming.push(open, 1 << 20, key, &event, None, || since);
                assert!(change.is_some());
            }
        }
        let taken = take(&mut incoming, &mut shards, 1 << 20, |_| true);
        assert!(taken.iter().is_sorted_by_key(|batch| batch.since));
        taken.iter().map(Batch::len).collect()
    };
    assert_eq!(take_all(limits(50, 10_000), &[3, 4, 5], 10), [12]);
    assert_eq!(take_all(limits(10, 10_000), &[3, 4, 5], 10), [7, 5]);
    assert_eq!(take_all(limits(50, 1000), &[3, 4, 5], 100), [7, 5]);
    assert_eq!(take_all(limits(50, 1 << 18), &[3, 30, 3], 1000), [3, 33]);
}

/// An event joins without the queue's lock until its lease ends. The sum of the shards then closes the batches.
#[test]
fn a_lease_bounds_the_events_that_were_not_counted() {
    let key = PartitionKey::new("1.0");
    let mut incoming = Incoming::new(limits(40, 100_000));
    let mut shards = <[OpenBatches; 4]>::default();
    let mut events = 0;
    let gathered = loop {
        let open = &mut shards[events % 4];
        events += 1;
        if open.join(key, b"event") {
            continue;
        }
        incoming.count(open);
        match incoming.push(open, 1 << 20, key, b"event", None, || MonoTime::START) {
            Some(Change::Gathered) => break events,
            change => assert!(change.is_some()),
        }
    };
    assert!((40..=80).contains(&gathered), "{gathered}");
    assert!(incoming.has_gathered());
    let taken = take(&mut incoming, &mut shards, 1 << 20, |_| false);
    assert_eq!(taken.iter().map(Batch::len).sum::<usize>(), gathered);
    // A shard alone asks only for the first event and the last.
    let open = &mut shards[0];
    let asked = (0..40).filter(|_| {
        let asks = !open.join(key, b"event");
        if asks {
            incoming.count(open);
            let change = incoming.push(open, 1 << 20, key, b"event", None, || MonoTime::START);
            assert!(change.is_some());
        }
        asks
    });
    // And when the memory of its batch is full.
    assert!((2..=4).contains(&asked.count()));
}

#[test]
fn an_added_event_reports_what_it_changed() {
    let mut incoming = Incoming::new(limits(3, 100));
    let mut open = OpenBatches::default();
    let mut push = |name: &'static str, bytes: usize| {
        let key = PartitionKey::new(name);
        incoming.push(&mut open, 10_000, key, &vec![b'x'; bytes], None, || {
            at(SECOND)
        })
    };
    assert_eq!(push("1.0", 10), Some(Change::Opened(at(SECOND))));
    assert_eq!(push("1.0", 10), Some(Change::Joined));
    assert_eq!(push("1.1", 10), Some(Change::Opened(at(SECOND))));
    assert_eq!(push("1.0", 10), Some(Change::Closed));
    assert_eq!(push("1.1", 95), Some(Change::Closed));
    assert_eq!(push("1.1", 20_000), None);
    assert_eq!(push("1.1", 5), Some(Change::Closed));
    assert_eq!(push("2.0", 200), Some(Change::Closed));
}
