//! Random operations from several threads: every call returns and the counters balance.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use telemetry_runtime::{
    Policy,
    transport::{Failure, FailureKind, Response},
};

use super::*;

/// Delivers, fails, panics and delays at random.
struct Moody(fastrand::Rng, Slot);

/// The client, once it is built.
type Slot = Arc<Mutex<Option<Client>>>;

impl Transport for Moody {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let client = self.1.lock().unwrap().clone();
        match self.0.u8(..16) {
            0 => scripted_panic(),
            1 => Outcome::NotSent(Failure::new(FailureKind::Connect)),
            2 => Outcome::Ambiguous(Failure::new(FailureKind::Timeout)),
            3 => Outcome::status(503),
            4 => Outcome::status(413),
            5 => Outcome::status(400),
            6 => Response::new(429).with_retry_after(Duration::ZERO).into(),
            7 => {
                if let Some(client) = client {
                    client.record(&Run(-1));
                    let _ = client.flush(PATIENCE);
                }
                Outcome::delivered()
            }
            8 => {
                thread::yield_now();
                Outcome::delivered()
            }
            _ => Outcome::delivered(),
        }
    }
}

#[test]
fn random_operations_all_return_and_the_counters_balance() {
    for seed in 0..200 {
        let mut random = fastrand::Rng::with_seed(seed);
        let asked = AtomicUsize::new(0);
        let k = random.usize(1..5);
        let policy = Policy::new().backoff(Duration::ZERO, Duration::from_millis(1));
        let slot = Slot::default();
        let of_hook = Arc::clone(&slot);
        let telemetry = builder()
            .transport(Moody(random.fork(), Arc::clone(&slot)))
            .policy(policy)
            .flush_interval(Duration::from_millis(random.u64(..3)))
            .max_batch_events(random.usize(..6))
            .max_batch_bytes(random.usize(..400))
            .queue_bytes(random.usize(..3000))
            .on_loss(move |_| {
                let client = of_hook.lock().unwrap().clone();
                if let Some(client) = client {
                    client.record(&Run(-2));
                }
            })
            .refuse_threads(Duration::ZERO, move |_| {
                k < 4 && asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(k + 1)
            })
            .build();
        *slot.lock().unwrap() = Some(telemetry.client());
        let summary = telemetry.summary::<Run>(Duration::ZERO);
        thread::scope(|scope| {
            for _ in 0..4 {
                let (client, summary) = (telemetry.client(), summary.clone());
                let mut random = random.fork();
                scope.spawn(move || {
                    for step in 0..60 {
                        let timeout = Duration::from_micros(random.u64(..2000));
                        match random.u8(..40) {
                            0 => drop(client.flush(timeout)),
                            1 => drop(client.flush_async(timeout)),
                            2 => drop(block_on(client.flush_async(timeout))),
                            3 => drop(client.heartbeat(Duration::ZERO, Run(9), |_, _| {})),
                            4 if step > 40 => client.opt_out(),
                            5 if step > 50 => drop(client.shutdown(timeout)),
                            6 if step > 50 => drop(client.shutdown_async(timeout)),
                            7 if step > 50 => drop(block_on(client.shutdown_async(timeout))),
                            8 => drop(client.recheck()),
                            9..15 => summary.update(|run| {
                                run.0 += 1;
                                if step % 7 == 0 {
                                    let _ = client.flush(timeout);
                                    summary.update(|run| run.0 += 1);
                                }
                            }),
                            _ => client.record(&Run(1)),
                        }
                        assert_conserved(&client);
                    }
                });
            }
        });
        let _ = telemetry.shutdown(PATIENCE);
        let health = telemetry.health();
        assert_eq!(health.held(), 0, "{seed} {health:?}");
        assert_conserved(&telemetry);
    }
}
