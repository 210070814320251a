//! The effects of an opt-out, and how soon each happens.

use super::*;

#[test]
fn row_64_opting_out_while_a_batch_is_in_flight_ends_everything_but_the_log() {
    let home = Home::new("row-64");
    let collector = Collector::script([Row::status(200).hold()]).unwrap();
    let log = Arc::new(AuditLog::new(home.0.join("usage.json")));
    let telemetry = home
        .builder(&PLAIN)
        .endpoint(collector.url())
        .audit(Arc::clone(&log))
        .policy(Policy::default().request_timeout(PATIENCE))
        .max_batch_events(2)
        .build();
    for number in 0..2 {
        telemetry.record(&run(number));
    }
    collector.wait_for_requests(1, PATIENCE).unwrap();
    // One request is in flight, more events are held, and a flush waits for all of them.
    for number in 2..7 {
        telemetry.record(&run(number));
    }
    let waiting = {
        let client = telemetry.client();
        thread::spawn(move || client.flush(PATIENCE))
    };
    telemetry.opt_out();
    assert_off(&telemetry, DecisionSource::Program, BY_PROGRAM);
    assert_eq!(telemetry.health().dropped_for(DropReason::OptedOut), 7);
    assert!(waiting.join().unwrap().is_complete());

    collector.release();
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    let health = telemetry.health();
    assert_eq!((health.delivered(), health.dropped()), (0, 7));
    assert_eq!(health.last_status(), None, "its answer does not count");
    assert_eq!(collector.requests().len(), 1);
    let logged = fs::read_to_string(log.path()).unwrap();
    let numbers = logged.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["parameters"]["number"].as_i64().unwrap()
    });
    assert!(numbers.eq(0..2), "{logged}");
    assert_off(&telemetry, DecisionSource::Program, BY_PROGRAM);
}

#[test]
fn row_65_a_refusal_by_another_process_is_seen_before_the_next_request() {
    for (name, refuse, source, sentence) in REFUSALS {
        let (home, memory) = agreed(&format!("row-65-{name}"));
        let builder = home.builder(&ASKING).transport(memory.clone());
        let telemetry = builder.build();
        telemetry.record(&run(1));
        assert!(telemetry.flush(PATIENCE).is_complete());
        telemetry.record(&run(2));
        refuse(&home);
        assert!(telemetry.flush(PATIENCE).is_complete());
        assert_off(&telemetry, source, sentence);
        assert_eq!(telemetry.health().dropped_for(DropReason::OptedOut), 1);
        assert_eq!(sent(&memory).0, [1], "{name}");

        // The end of a program behaves the same.
        let (home, memory) = agreed(&format!("row-65-{name}"));
        let builder = home.builder(&ASKING).transport(memory.clone());
        let telemetry = builder.exit_budget(PATIENCE).build();
        telemetry.record(&run(1));
        refuse(&home);
        drop(telemetry);
        assert!(memory.bodies().is_empty(), "{name}");
    }
}

#[test]
fn row_65_while_something_is_held_a_refusal_is_seen_within_a_minute() {
    for (name, refuse, source, sentence) in REFUSALS {
        let (home, memory) = agreed(&format!("row-65-held-{name}"));
        let clock = VirtualClock::new(UNIX_EPOCH);
        let (told, drops) = mpsc::channel();
        let telemetry = home
            .builder(&ASKING)
            .transport(memory.clone())
            .flush_interval(60 * MINUTE)
            .on_loss(move |report| told.send((report.loss, report.events)).unwrap())
            .clock(&clock)
            .build();
        clock.advance(10 * MINUTE);
        telemetry.record(&run(1));
        telemetry.record(&run(2));
        refuse(&home);
        clock.advance(MINUTE);
        let (loss, events) = drops.recv_timeout(PATIENCE).unwrap();
        assert_eq!((loss, events), (Loss::Dropped(DropReason::OptedOut), 2));
        assert_off(&telemetry, source, sentence);
        assert!(memory.bodies().is_empty(), "{name}");
    }
}

/// A transport, a hook and a heartbeat that refuse while the worker runs them.
#[test]
fn a_refusal_may_come_from_the_worker_itself() {
    struct Refusing(mpsc::Receiver<Client>);
    impl Transport for Refusing {
        fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
            if let Ok(client) = self.0.try_recv() {
                client.opt_out();
                assert!(!client.recheck().on);
            }
            Outcome::delivered()
        }
    }
    let home = Home::new("from-the-worker");
    let (hand_over, handed) = mpsc::channel();
    let builder = home.builder(&PLAIN).transport(Refusing(handed));
    let telemetry = builder.build();
    hand_over.send(telemetry.client()).unwrap();
    telemetry.record(&run(1));
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    assert_eq!(telemetry.health().panics(), 0);
    assert_eq!(telemetry.health().dropped_for(DropReason::OptedOut), 1);
    assert_off(&telemetry, DecisionSource::Program, BY_PROGRAM);

    let clock = VirtualClock::new(UNIX_EPOCH);
    let builder = home.builder(&PLAIN).transport(NullTransport).clock(&clock);
    let telemetry = builder.build();
    let (client, (ended, end)) = (telemetry.client(), mpsc::channel::<()>());
    let update = move |_: &mut ToolRun, _: &HeartbeatContext| {
        let _ = &ended;
        client.opt_out();
    };
    assert!(telemetry.heartbeat(MINUTE, run(0), update));
    clock.advance(2 * MINUTE);
    let ended = Err(mpsc::RecvTimeoutError::Disconnected);
    assert_eq!(end.recv_timeout(PATIENCE), ended);
    assert_off(&telemetry, DecisionSource::Program, BY_PROGRAM);
    assert_eq!(telemetry.health().accepted(), 0, "not even this beat");
}

/// The worker gets its thread only in the next session.
#[test]
fn row_64_without_a_thread_nothing_from_before_is_sent_either() {
    let (home, memory) = agreed("row-64-no-thread");
    let granted = Arc::new(AtomicBool::new(false));
    let system = Arc::clone(&granted);
    let telemetry = home
        .builder(&ASKING)
        .transport(memory.clone())
        .refuse_threads(60 * MINUTE, move |_| !system.load(Ordering::Relaxed))
        .build();
    telemetry.record(&run(1));
    assert_eq!(telemetry.flush(PATIENCE), FlushOutcome::Incomplete);
    telemetry.record(&run(2));
    telemetry.opt_out();
    assert_off(&telemetry, DecisionSource::Program, BY_PROGRAM);
    assert_eq!(telemetry.health().dropped_for(DropReason::OptedOut), 2);
    assert!(telemetry.flush(PATIENCE).is_complete());
    home.answer(Answer::Yes);
    assert!(telemetry.recheck().on);
    telemetry.record(&run(3));
    granted.store(true, Ordering::Relaxed);
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    let (numbers, sessions) = sent(&memory);
    assert_eq!(numbers, [3]);
    assert_eq!(sessions, [telemetry.session_id().as_str()]);
    assert_eq!(telemetry.health().delivered(), 1);
}
