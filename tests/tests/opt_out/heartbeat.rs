//! The heartbeat and refusals, together.

use super::*;

/// Says when it is dropped.
struct Ended(mpsc::Sender<&'static str>);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.send("ended");
    }
}

fn start_heartbeat(telemetry: &TelemetryGuard) -> mpsc::Receiver<&'static str> {
    let (told, heard) = mpsc::channel();
    let ended = Arc::new(Ended(told));
    let update = move |_: &mut ToolRun, _: &HeartbeatContext| ended.0.send("beat").unwrap();
    assert!(telemetry.heartbeat(10 * MINUTE, run(0), update));
    heard
}

#[test]
fn row_81_a_heartbeat_ends_with_telemetry_and_never_bursts() {
    type End = fn(&Home, &TelemetryGuard);
    let ends: [(&str, bool, End); 4] = [
        ("program", true, |_, telemetry| telemetry.opt_out()),
        ("marker", true, |home, _| {
            fs::write(home.marker(), "").unwrap();
        }),
        ("answer", true, |home, _| home.answer(Answer::No)),
        ("shutdown", false, |_, telemetry| {
            let _ = telemetry.shutdown(PATIENCE);
        }),
    ];
    for (name, comes_back, end) in ends {
        let (home, memory) = agreed(&format!("row-81-{name}"));
        let clock = VirtualClock::new(UNIX_EPOCH);
        clock.set_jitter(1.0);
        let builder = home.builder(&ASKING).transport(memory.clone());
        let telemetry = builder.flush_interval(Duration::ZERO).clock(&clock).build();
        let beats = start_heartbeat(&telemetry);
        // The machine sleeps; an opt-out of another process meanwhile is seen before the beat.
        clock.advance(8 * 60 * MINUTE);
        assert_eq!(beats.recv_timeout(PATIENCE), Ok("beat"), "{name}");
        assert!(memory.wait_for(1, PATIENCE));
        end(&home, &telemetry);
        clock.advance(8 * 60 * MINUTE);
        assert_eq!(beats.recv_timeout(PATIENCE), Ok("ended"), "{name}");
        assert!(!telemetry.is_on());
        assert_eq!(memory.bodies().len(), 1, "{name}");
        assert!(!telemetry.heartbeat(MINUTE, run(0), |_, _| {}));
        if comes_back {
            let _ = fs::remove_file(home.marker());
            home.answer(Answer::Yes);
            assert!(telemetry.recheck().on, "{name}");
            clock.advance(8 * 60 * MINUTE);
            let beats = start_heartbeat(&telemetry);
            clock.advance(11 * MINUTE);
            assert_eq!(beats.recv_timeout(PATIENCE), Ok("beat"), "{name}");
            assert!(memory.wait_for(2, PATIENCE));
            assert!(telemetry.flush(PATIENCE).is_complete());
            assert_eq!(beats.try_recv().ok(), None);
            let (_, sessions) = sent(&memory);
            assert_ne!(sessions[0], sessions[1]);
        }
    }
}

#[test]
fn a_running_heartbeat_sees_a_refusal_within_a_minute() {
    let (home, memory) = agreed("heartbeat-minute");
    let clock = VirtualClock::new(UNIX_EPOCH);
    let builder = home.builder(&ASKING).transport(memory.clone());
    let telemetry = builder.clock(&clock).build();
    let beats = start_heartbeat(&telemetry);
    for _ in 0..3 {
        clock.advance(MINUTE);
    }
    home.answer(Answer::No);
    clock.advance(MINUTE);
    assert_eq!(beats.recv_timeout(PATIENCE), Ok("ended"));
    assert_off(&telemetry, DecisionSource::Consent, BY_ANSWER);
    assert!(memory.bodies().is_empty());
}
