//! A refusal while the program runs, and a person's way back: nothing leaves in between.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support functions of tests"
)]

use std::{
    ffi::OsString,
    fs::{self, OpenOptions},
    path::PathBuf,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use telemetry_runtime::{
    AuditLog, Beat, Client, ClientBuilder, DropReason, Loss, NotRecorded, Product, Source,
    Telemetry, TelemetryEvent,
    consent::{Answer, ConsentFile, ProductConsent},
    testing::{Answer as Row, Collector, VirtualClock},
    transport::{MemoryTransport, NullTransport},
};
use telemetry_tests::scratch::Scratch;

/// Only fails a test.
const PATIENCE: Duration = Duration::from_secs(60);
const MINUTE: Duration = Duration::from_secs(60);

const CONSENT: &str = ".config/tool/telemetry.toml";
const MARKER: &str = ".config/tool/do_not_track";

/// Runs with consent only.
static ASKING: Product = Product::new("asking")
    .needs_consent(ProductConsent::new("1.0", CONSENT))
    .marker_file(MARKER)
    .session_prefix("tool-");

/// Runs unless it is refused.
static PLAIN: Product = Product::new("plain").marker_file(MARKER).default_on(true);

/// One run.
#[derive(TelemetryEvent)]
#[event(name = "tool_run", schema = "1.0")]
struct ToolRun {
    /// Number of the run.
    #[event(required)]
    number: i64,
}

fn run(number: i64) -> ToolRun {
    ToolRun::builder().number(number).build()
}

/// A person's home directory.
struct Home(Scratch);

impl Home {
    fn new(name: &str) -> Self {
        let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("opt-out-{name}"));
        fs::create_dir_all(scratch.join(".config/tool")).unwrap();
        Self(scratch)
    }

    fn marker(&self) -> PathBuf {
        self.0.join(MARKER)
    }

    /// Stores an answer, as another process does. Each is younger than the one before, however
    /// coarse the file system's clock is.
    fn answer(&self, answer: Answer) {
        let path = self.0.join(CONSENT);
        let before = fs::metadata(&path).and_then(|found| found.modified());
        let file = ConsentFile::new(&path, "1.0");
        file.write(answer, SystemTime::now()).unwrap();
        if let Ok(before) = before {
            let file = OpenOptions::new().write(true).open(&path).unwrap();
            file.set_modified(before + Duration::from_secs(1)).unwrap();
        }
    }

    fn builder(&self, product: &'static Product) -> ClientBuilder {
        let home = OsString::from(self.0.path());
        let lookup = move |name: &str| {
            ["HOME", "USERPROFILE"]
                .contains(&name)
                .then(|| home.clone())
        };
        Client::builder(product).environment(lookup)
    }
}

/// The numbers of the events that were sent, and the session of each envelope.
fn sent(memory: &MemoryTransport) -> (Vec<i64>, Vec<String>) {
    let (mut numbers, mut sessions) = (Vec::new(), Vec::new());
    for body in memory.bodies() {
        let envelope: serde_json::Value = serde_json::from_slice(&body).unwrap();
        sessions.push(envelope["sessionId"].as_str().unwrap().to_owned());
        for event in envelope["events"].as_array().unwrap() {
            numbers.push(event["parameters"]["number"].as_i64().unwrap());
        }
    }
    (numbers, sessions)
}

#[track_caller]
fn assert_off(client: &Client, source: Source, sentence: &str) {
    let decision = client.decision();
    assert_eq!((decision.on, decision.source), (false, source));
    assert_eq!(decision.to_string(), sentence);
    assert!(!client.is_on());
    assert_eq!(client.try_record(&run(-1)), Err(NotRecorded::Off));
    client.record(&run(-1));
    client.record_with(|| -> ToolRun { panic!("nobody asks for the event") });
    let health = client.health();
    assert_eq!((health.held, health.refused()), (0, 0));
    let sum = health.delivered() + health.dropped();
    assert_eq!(health.accepted(), sum, "{health:?}");
}

const BY_PROGRAM: &str = "off: opted out while the program was running";
const BY_MARKER: &str = "off: the file ~/.config/tool/do_not_track is there";
const BY_ANSWER: &str = "off: you declined telemetry";

#[test]
fn row_64_opting_out_while_a_batch_is_in_flight_ends_everything_but_the_log() {
    let home = Home::new("row-64");
    let collector = Collector::script([Row::status(200).hold()]).unwrap();
    let log = Arc::new(AuditLog::new(home.0.join("usage.json")));
    let telemetry = home
        .builder(&PLAIN)
        .endpoint(collector.url())
        .audit(Arc::clone(&log))
        .max_batch_events(2)
        .build();
    for number in 0..2 {
        telemetry.record(&run(number));
    }
    collector.wait_for_requests(1, PATIENCE).unwrap();
    // Now that one is under way, more is held, and somebody waits for all of it.
    for number in 2..7 {
        telemetry.record(&run(number));
    }
    let waiting = {
        let client = telemetry.client();
        thread::spawn(move || client.flush(PATIENCE))
    };
    telemetry.opt_out();
    assert_off(&telemetry, Source::Program, BY_PROGRAM);
    assert_eq!(telemetry.health().dropped_for(DropReason::OptedOut), 7);
    assert!(waiting.join().unwrap().is_complete());

    collector.release();
    assert!(telemetry.shutdown(PATIENCE).is_complete());
    let health = telemetry.health();
    assert_eq!((health.delivered(), health.dropped()), (0, 7));
    assert_eq!(health.last_status, None, "its answer does not count");
    assert_eq!(collector.requests().len(), 1);
    let logged = fs::read_to_string(log.path()).unwrap();
    assert_eq!(logged, "{\"number\":0}\n{\"number\":1}\n");
    assert_off(&telemetry, Source::Program, BY_PROGRAM);
}

/// What a refusal by another process looks like.
type Refusal = (&'static str, fn(&Home), Source, &'static str);

const REFUSALS: [Refusal; 2] = [
    (
        "marker",
        |home| fs::write(home.marker(), "").unwrap(),
        Source::MarkerFile,
        BY_MARKER,
    ),
    (
        "answer",
        |home| home.answer(Answer::No),
        Source::Consent,
        BY_ANSWER,
    ),
];

fn agreed(name: &str) -> (Home, MemoryTransport) {
    let home = Home::new(name);
    home.answer(Answer::Yes);
    (home, MemoryTransport::new())
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

        // At the end of a program it is no different.
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
            .on_drop(move |report| told.send((report.loss, report.events)).unwrap())
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

#[test]
fn row_72_agreeing_again_starts_a_new_session_and_nothing_from_before_is_sent() {
    for (name, refuse, source, sentence) in REFUSALS {
        let (home, memory) = agreed(&format!("row-72-{name}"));
        let builder = home.builder(&ASKING).transport(memory.clone());
        let telemetry = builder.session_id("first").build();
        telemetry.record(&run(1));
        assert!(telemetry.flush(PATIENCE).is_complete());
        telemetry.record(&run(2));
        refuse(&home);
        assert!(!telemetry.recheck().on);
        assert_off(&telemetry, source, sentence);
        telemetry.record(&run(3));
        assert!(!telemetry.recheck().on);

        match source {
            Source::MarkerFile => fs::remove_file(home.marker()).unwrap(),
            _ => home.answer(Answer::Yes),
        }
        assert!(!telemetry.is_on(), "nobody has looked yet");
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
fn row_72_only_a_persons_new_word_undoes_the_programs_refusal() {
    let (home, memory) = agreed("row-72-program");
    let builder = home.builder(&ASKING).transport(memory.clone());
    let telemetry = builder.build();
    telemetry.record(&run(1));
    telemetry.opt_out();
    // The yes that is there is the one that was refused after.
    for _ in 0..3 {
        assert!(!telemetry.recheck().on);
        assert_off(&telemetry, Source::Program, BY_PROGRAM);
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
fn row_72_taking_the_marker_away_counts_where_it_was_seen() {
    let home = Home::new("row-72-marker");
    let telemetry = home.builder(&PLAIN).transport(NullTransport).build();
    telemetry.opt_out();
    assert!(!telemetry.recheck().on, "nobody has agreed to anything");
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
        (false, Source::ProductDefault)
    );
    assert!(!telemetry.is_on());
}

#[test]
fn what_was_off_from_the_start_or_is_shut_down_stays_off() {
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
    assert_eq!(refused.recheck().source, Source::Program);
    assert_eq!(ended.recheck().to_string(), "on: the default of plain");
    assert_eq!(ended_off.recheck().to_string(), BY_MARKER);
    for client in [&never_asked, &refused, &ended, &ended_off] {
        assert!(!client.is_on());
    }
    // A refusal after the end still shows.
    ended.opt_out();
    assert_off(&ended, Source::Program, BY_PROGRAM);
}

/// Opting out and agreeing again while eight threads record: each event is of the session that it
/// was recorded in, or is not sent.
#[test]
fn row_72_no_event_ever_changes_its_session() {
    let (home, memory) = agreed("row-72-threads");
    let builder = home.builder(&ASKING).transport(memory.clone());
    let telemetry = builder.max_batch_events(1).build();
    // Which number was given out in which session.
    let (given, epochs) = (std::sync::RwLock::new(0), 20_i64);
    let mut sessions = vec![telemetry.session_id()];
    let recorded = std::sync::atomic::AtomicI64::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let epoch = *given.read().unwrap();
                    if epoch == epochs {
                        break;
                    }
                    // Made now, recorded a little later, perhaps in another session.
                    let event = telemetry.client();
                    event.record_with(|| {
                        recorded.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        run(*given.read().unwrap())
                    });
                }
            });
        }
        for epoch in 1..=epochs {
            let enough = recorded.load(std::sync::atomic::Ordering::Relaxed) + 20;
            while recorded.load(std::sync::atomic::Ordering::Relaxed) < enough {
                thread::yield_now();
            }
            telemetry.opt_out();
            *given.write().unwrap() = epoch;
            home.answer(Answer::Yes);
            assert!(telemetry.recheck().on);
            sessions.push(telemetry.session_id());
        }
    });
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
    assert!(seen >= health.delivered());
}

/// Says when it is dropped.
struct Ended(mpsc::Sender<&'static str>);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.send("ended");
    }
}

fn start_heartbeat(telemetry: &Telemetry) -> mpsc::Receiver<&'static str> {
    let (told, heard) = mpsc::channel();
    let ended = Ended(told);
    let update = move |_: &mut ToolRun, _: &Beat| ended.0.send("beat").unwrap();
    assert!(telemetry.heartbeat(10 * MINUTE, run(0), update));
    heard
}

#[test]
fn row_81_a_heartbeat_ends_with_telemetry_and_never_bursts() {
    type End = fn(&Home, &Telemetry);
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
        clock.fix_jitter(1.0);
        let builder = home.builder(&ASKING).transport(memory.clone());
        let telemetry = builder.flush_interval(Duration::ZERO).clock(&clock).build();
        let beats = start_heartbeat(&telemetry);
        // A machine's sleep, then what another process said meanwhile counts before the beat.
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
    assert_off(&telemetry, Source::Consent, BY_ANSWER);
    assert!(memory.bodies().is_empty());
}
