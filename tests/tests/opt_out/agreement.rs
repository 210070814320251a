//! Turning telemetry on again, and the session that starts then.

use super::*;

#[test]
fn row_72_agreeing_again_starts_a_new_session_and_nothing_from_before_is_sent() {
    for (name, refuse, source, sentence) in REFUSALS {
        let (home, memory) = agreed(&format!("row-72-{name}"));
        let builder = home.builder(&ASKING).transport(memory.clone());
        let telemetry = builder
            .session_id(SessionId::parse_or_unknown("first"))
            .build();
        telemetry.record(&run(1));
        assert!(telemetry.flush(PATIENCE).is_complete());
        telemetry.record(&run(2));
        refuse(&home);
        assert!(!telemetry.recheck().on);
        assert_off(&telemetry, source, sentence);
        telemetry.record(&run(3));
        assert!(!telemetry.recheck().on);

        match source {
            DecisionSource::MarkerFile => fs::remove_file(home.marker()).unwrap(),
            DecisionSource::AdministratorFile => fs::remove_file(home.administrator()).unwrap(),
            _ => home.answer(Answer::Yes),
        }
        assert!(!telemetry.is_on(), "not checked yet");
        let decision = telemetry.recheck();
        assert_eq!(decision.to_string(), "on: you agreed to telemetry");
        assert_eq!(telemetry.decision(), decision);
        telemetry.record(&run(4));
        assert!(telemetry.flush(PATIENCE).is_complete());

        let (numbers, sessions) = sent(&memory);
        assert_eq!(numbers, [1, 4], "{name}");
        assert_eq!(sessions[0], "tool-first");
        assert_eq!(sessions[1], telemetry.session_id().as_str());
        assert!(sessions[1].starts_with("tool-") && sessions[1].len() == 41);
        let health = telemetry.health();
        assert_eq!((health.accepted(), health.delivered()), (3, 2));
        assert_eq!(health.dropped_for(DropReason::OptedOut), 1);
    }
}

#[test]
fn a_product_without_sessions_has_none_after_a_new_agreement() {
    static SILENT: Product = Product::new("silent")
        .requires_consent(ProductConsent::new("1.0", CONSENT))
        .no_session();
    let (home, memory) = agreed("no-session");
    let builder = home.builder(&SILENT).transport(memory.clone());
    let telemetry = builder
        .session_id(SessionId::parse_or_unknown("ignored"))
        .build();
    telemetry.record(&run(1));
    assert!(telemetry.flush(PATIENCE).is_complete());
    telemetry.record(&run(2));
    telemetry.opt_out();
    home.answer(Answer::Yes);
    assert!(telemetry.recheck().on);
    telemetry.record(&run(3));
    assert!(telemetry.flush(PATIENCE).is_complete());
    assert_eq!(telemetry.session_id(), SessionId::parse_or_unknown(""));
    let (numbers, sessions) = sent(&memory);
    assert_eq!(
        (numbers, sessions),
        (vec![1, 3], vec!["undefined".to_owned(); 2])
    );
    assert_eq!(telemetry.health().dropped_for(DropReason::OptedOut), 1);
}

#[test]
fn row_72_only_a_new_answer_of_the_user_undoes_the_programs_refusal() {
    let (home, memory) = agreed("row-72-program");
    let builder = home.builder(&ASKING).transport(memory.clone());
    let telemetry = builder.build();
    telemetry.record(&run(1));
    telemetry.opt_out();
    // The yes that is there is the one that was refused after.
    for _ in 0..3 {
        assert!(!telemetry.recheck().on);
        assert_off(&telemetry, DecisionSource::Program, BY_PROGRAM);
        telemetry.opt_out();
    }
    home.answer(Answer::No);
    assert_eq!(telemetry.recheck().to_string(), BY_ANSWER);
    home.answer(Answer::Yes);
    telemetry.opt_out();
    assert!(
        !telemetry.recheck().on,
        "the program refused after that yes"
    );
    home.answer(Answer::Yes);
    assert!(telemetry.recheck().on);
    telemetry.record(&run(2));
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    assert_eq!(sent(&memory).0, [2]);
}

#[test]
fn row_72_removing_the_marker_undoes_a_refusal_only_if_the_marker_was_seen() {
    let home = Home::new("row-72-marker-seen");
    let telemetry = home.builder(&PLAIN).transport(NullTransport).build();
    telemetry.opt_out();
    assert!(!telemetry.recheck().on, "no answer is stored");
    fs::write(home.marker(), "").unwrap();
    assert_eq!(telemetry.recheck().to_string(), BY_MARKER);
    fs::remove_file(home.marker()).unwrap();
    assert_eq!(telemetry.recheck().to_string(), "on: the default of plain");

    // A product that needs a yes is not turned on by a marker that is gone.
    let home = Home::new("row-72-marker-asking");
    home.answer(Answer::Yes);
    let telemetry = home.builder(&ASKING).transport(NullTransport).build();
    fs::write(home.marker(), "").unwrap();
    assert!(!telemetry.recheck().on);
    fs::remove_file(home.marker()).unwrap();
    fs::remove_file(home.0.join(CONSENT)).unwrap();
    let decision = telemetry.recheck();
    assert_eq!(
        (decision.on, decision.source),
        (false, DecisionSource::ProductDefault)
    );
    assert!(!telemetry.is_on());
}

#[test]
fn a_client_that_started_off_or_is_shut_down_stays_off() {
    let home = Home::new("off");
    let never_asked = home.builder(&ASKING).transport(NullTransport).build();
    let refused = home.builder(&PLAIN).transport(NullTransport).disabled();
    let (refused, before) = (refused.build(), never_asked.decision());
    let ended = home.builder(&PLAIN).transport(NullTransport).build();
    let ended_off = home.builder(&PLAIN).transport(NullTransport).build();
    fs::write(home.marker(), "").unwrap();
    assert!(!ended_off.recheck().on);
    fs::remove_file(home.marker()).unwrap();
    let _ = (ended.shutdown(PATIENCE), ended_off.shutdown(PATIENCE));
    home.answer(Answer::Yes);

    assert_eq!(never_asked.recheck(), before);
    never_asked.opt_out();
    assert_eq!(never_asked.decision(), before);
    assert_eq!(refused.recheck().source, DecisionSource::Program);
    assert_eq!(ended.recheck().to_string(), "on: the default of plain");
    assert_eq!(ended_off.recheck().to_string(), BY_MARKER);
    for client in [&never_asked, &refused, &ended, &ended_off] {
        assert!(!client.is_on());
    }
    // A refusal after the end still shows.
    ended.opt_out();
    assert_off(&ended, DecisionSource::Program, BY_PROGRAM);
}

/// Opting out and agreeing again while eight threads record: each event is of the session that it
/// was recorded in, or is not sent.
#[test]
fn row_72_no_event_ever_changes_its_session() {
    const EPOCHS: usize = 20;
    let (home, memory) = agreed("row-72-threads");
    let builder = home.builder(&ASKING).transport(memory.clone());
    let owner = builder.max_batch_events(1).build();
    let telemetry = owner.client();
    let mut sessions = vec![telemetry.session_id()];
    // The number that the threads record, and how many times they did.
    let (epoch, recorded) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while epoch.load(Ordering::SeqCst) < EPOCHS {
                    // Asked for while telemetry is on, and recorded a little later.
                    telemetry.record_with(|| {
                        recorded.fetch_add(1, Ordering::SeqCst);
                        run(epoch.load(Ordering::SeqCst) as i64)
                    });
                }
            });
        }
        for next in 1..=EPOCHS {
            let enough = recorded.load(Ordering::SeqCst) + 20;
            while recorded.load(Ordering::SeqCst) < enough {
                thread::yield_now();
            }
            // Something of each session leaves, however late the worker's turn comes.
            let _ = memory.wait_for(memory.bodies().len() + 1, PATIENCE);
            telemetry.opt_out();
            epoch.store(next, Ordering::SeqCst);
            home.answer(Answer::Yes);
            if !telemetry.recheck().on {
                // A panic here would wait for the threads.
                epoch.store(EPOCHS, Ordering::SeqCst);
                break;
            }
            sessions.push(telemetry.session_id());
        }
    });
    assert_eq!(sessions.len(), EPOCHS + 1, "a new yes turns it on again");
    let _ = telemetry.shutdown(PATIENCE);
    let mut seen = 0;
    for body in memory.bodies() {
        let envelope: serde_json::Value = serde_json::from_slice(&body).unwrap();
        for event in envelope["events"].as_array().unwrap() {
            let epoch = event["parameters"]["number"].as_u64().unwrap();
            let session = sessions[usize::try_from(epoch).unwrap()].as_str();
            assert_eq!(envelope["sessionId"], session, "{epoch}");
            seen += 1;
        }
    }
    let health = telemetry.health();
    assert_eq!(health.accepted(), health.delivered() + health.dropped());
    assert!(seen >= health.delivered() && seen > 0);
}
