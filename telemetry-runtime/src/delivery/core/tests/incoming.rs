//! Batches as they are formed, taken and used again.

use super::*;

const KEYS: [&str; 3] = ["1.0", "1.1", "2.0"];

fn limits(batch_events: usize, batch_bytes: usize) -> BatchConfig {
    BatchConfig {
        batch_events,
        batch_bytes,
    }
}

/// Random events, limits, takes and returned batches: memory stays within the limit, and the bytes and
/// their order do not change.
#[test]
fn batches_keep_bytes_order_and_bounds() {
    for seed in 0..300 {
        let mut random = fastrand::Rng::with_seed(seed);
        let config = limits(random.usize(1..30), random.usize(1..3000));
        let limit = random.usize(..50_000);
        let mut incoming = Incoming::new(config);
        let (mut put, mut got) = (vec![Vec::new(); 3], vec![Vec::new(); 3]);
        let mut refused = 0;
        for step in 0..1000_u32 {
            let which = random.usize(..KEYS.len());
            let event = vec![step as u8; random.usize(..200)];
            let now = at(SECOND * step);
            let key = PartitionKey::new(KEYS[which]);
            match incoming.push(limit, key, &event, None, || now) {
                Some(_) => put[which].push(event),
                None => refused += 1,
            }
            assert!(incoming.memory() <= limit, "{seed} {step}");
            if random.u8(..50) == 0 {
                let all = random.bool();
                let mut taken = VecDeque::new();
                let before = (incoming.len(), incoming.memory());
                let Taken { events, memory, .. } = incoming.take(limit, |_| all, &mut taken);
                let sum: usize = taken.iter().map(Batch::len).sum();
                assert_eq!((events, before.0), (sum, incoming.len() + sum));
                assert!(incoming.memory() + memory <= before.1);
                for batch in taken {
                    assert!(batch.len() <= config.batch_events && batch.len() > 0);
                    assert!(batch.len() == 1 || batch.byte_len() <= config.batch_bytes);
                    let index = KEYS
                        .iter()
                        .position(|key| *key == batch.key.schema_version());
                    got[index.unwrap()].extend(batch.events().map(<[u8]>::to_vec));
                    if incoming.memory() + batch.memory() <= limit {
                        incoming.recycle(batch, limit / 4);
                    }
                }
            }
        }
        let mut taken = VecDeque::new();
        incoming.take(limit, |_| true, &mut taken);
        for batch in taken {
            let index = KEYS
                .iter()
                .position(|key| *key == batch.key.schema_version());
            got[index.unwrap()].extend(batch.events().map(<[u8]>::to_vec));
        }
        assert_eq!(got, put, "{seed}");
        assert!(
            incoming.is_empty() && (refused > 0 || limit > 5000),
            "{seed}"
        );
        incoming.free_spare();
        assert_eq!(incoming.memory(), 0);
    }
}

#[test]
fn a_batch_that_comes_back_needs_no_new_memory() {
    let mut incoming = Incoming::new(limits(50, 20_000));
    let mut memory = Vec::new();
    for round in 0..5 {
        for _ in 0..50 {
            let key = PartitionKey::new("1.0");
            let change = incoming.push(1 << 20, key, &[b'x'; 300], None, || MonoTime::START);
            assert!(change.is_some());
        }
        let mut taken = VecDeque::new();
        incoming.take(1 << 20, |_| false, &mut taken);
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

#[test]
fn an_added_event_reports_what_it_changed() {
    let mut incoming = Incoming::new(limits(3, 100));
    let mut push = |name: &'static str, bytes: usize| {
        let key = PartitionKey::new(name);
        incoming.push(10_000, key, &vec![b'x'; bytes], None, || at(SECOND))
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
