//! Events that a client sends for processes which have ended.

use std::{fs, sync::Arc, time::Duration};

use telemetry_runtime::{
    AuditLog, Client, ClientBuilder, Durability, Policy, Product, TelemetryEvent,
    consent::ProductConsent,
    health::{DropReason, FlushOutcome},
    policy::OnAmbiguous,
    testing::{Collector, ScriptedResponse, VirtualClock},
};
use telemetry_tests::{
    client::{PATIENCE, Run, assert_conserved, numbers},
    scratch::Scratch,
};

use super::{builder, contain, end, files, store, until};

/// The longest pause before a client searches for events of earlier runs.
const DELAY: Duration = Duration::from_secs(2);

/// The pause after a search that found nothing.
const AGAIN: Duration = Duration::from_secs(60);

const DAY: Duration = Duration::from_secs(24 * 3600);

fn clock() -> VirtualClock {
    let clock = VirtualClock::new(std::time::SystemTime::now());
    clock.set_jitter(1.0);
    clock
}

/// The numbers of all events that the collector received.
fn received(collector: &Collector) -> Vec<i64> {
    let requests = collector.requests();
    requests.iter().flat_map(|it| numbers(&it.text())).collect()
}

/// A client that has sent its first event, so that its worker runs.
fn running(builder: ClientBuilder, first: i64) -> telemetry_runtime::TelemetryGuard {
    let client = builder.build();
    client.record(&Run(first));
    assert!(client.flush(PATIENCE).is_complete());
    client
}

/// Waits until the client has delivered this number of events.
fn wait_for_delivered(client: &Client, events: u64) {
    until(client, || client.health().delivered() >= events);
}

#[test]
fn row_76_adopted_events_keep_their_session_version_and_times() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-adopted");
    let collector = Collector::start().unwrap();
    let clock = clock();
    let log = scratch.join("audit.jsonl");
    let logged = |builder: ClientBuilder| builder.audit(Arc::new(AuditLog::new(&log)));
    let build = || logged(builder(&scratch, collector.url())).clock(&clock);
    let first = build().client_version("1.0.0").build();
    let session = first.session_id();
    first.record(&Run(1));
    first.record(&Run(2));
    let recorded = clock.wall();
    end(&first);
    assert_eq!(first.health().stored(), 2);

    clock.advance(Duration::from_secs(3600));
    let second = running(build().client_version("2.0.0"), 3);
    assert_ne!(second.session_id(), session);
    clock.advance(DELAY);
    wait_for_delivered(&second, 3);
    assert_eq!(received(&collector), [3, 1, 2]);
    let requests = collector.requests();
    let adopted = requests[1].text();
    let timestamp = |at| telemetry_runtime::envelope::Timestamp::from(at).to_string();
    for part in [
        format!("\"sessionId\":\"{session}\""),
        "\"clientVer\":\"1.0.0\"".to_owned(),
        format!("\"ts\":\"{}\"", timestamp(recorded)),
        format!("\"sentTs\":\"{}\"", timestamp(clock.wall())),
    ] {
        assert!(adopted.contains(&part), "{part}: {adopted}");
    }
    assert!(requests[0].text().contains("\"clientVer\":\"2.0.0\""));
    assert_eq!(second.health().adopted(), 2);
    end(&second);
    assert_conserved(&second);
    assert_eq!(files(scratch.path()).len(), 0);
    let lines = fs::read_to_string(&log).unwrap();
    assert_eq!(lines.lines().count(), 3, "each event is logged once");
}

#[test]
fn row_74_events_that_their_process_has_not_logged_are_logged_by_the_run_that_sends_them() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-not-logged");
    let collector = Collector::start().unwrap();
    let clock = clock();
    let log = scratch.join("audit.jsonl");
    let build = || builder(&scratch, collector.url()).clock(&clock);
    // A process that is killed has not written its lines, either.
    store(build, scratch.path(), [1, 2]);
    let second = running(build().audit(Arc::new(AuditLog::new(&log))), 3);
    clock.advance(DELAY);
    wait_for_delivered(&second, 3);
    end(&second);
    let lines = fs::read_to_string(&log).unwrap();
    let version = format!(
        "\"eventSchemaVer\":\"{}\"",
        <Run as TelemetryEvent>::SCHEMA_VERSION
    );
    assert_eq!(lines.matches(&version).count(), 3, "{lines}");
    let mut runs = numbers(&lines);
    runs.sort_unstable();
    assert_eq!(runs, [1, 2, 3]);
}

#[test]
fn row_74_a_line_of_the_audit_log_is_not_repeated_by_later_runs() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-logged-once");
    let busy = || ScriptedResponse::status(503);
    let ok = || ScriptedResponse::status(200);
    let collector = Collector::script([ok(), busy(), ok(), busy(), ok()]).unwrap();
    let clock = clock();
    let log = scratch.join("audit.jsonl");
    let first = || builder(&scratch, collector.url()).clock(&clock);
    store(first, scratch.path(), [1, 2]);
    let build = || {
        let log = Arc::new(AuditLog::new(&log));
        builder(&scratch, collector.url()).clock(&clock).audit(log)
    };
    // Two runs log them and fail to send them, and the third one delivers them.
    for (run, delivered) in [(3, false), (4, false), (5, true)] {
        let client = running(build(), run);
        clock.advance(DELAY);
        match delivered {
            false => until(&client, || client.health().last_status() == Some(503)),
            true => wait_for_delivered(&client, 3),
        }
        end(&client);
    }
    let mut runs = numbers(&fs::read_to_string(&log).unwrap());
    runs.sort_unstable();
    assert_eq!(runs, [1, 2, 3, 4, 5]);
}

#[test]
fn row_47_requests_with_adopted_events_are_paced() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-paced");
    let collector = Collector::start().unwrap();
    let clock = clock();
    let build = || builder(&scratch, collector.url()).clock(&clock);
    for run in 1..=3 {
        store(build, scratch.path(), [run]);
        // The names of the files contain the time.
        clock.advance(Duration::from_millis(1));
    }
    let client = running(build(), 4);
    clock.advance(DELAY);
    for done in 1..=3 {
        wait_for_delivered(&client, done + 1);
        clock.advance(Duration::from_millis(499));
        assert!(client.flush(PATIENCE).is_complete());
        assert_eq!(client.health().delivered(), done + 1);
        clock.advance(Duration::from_millis(1));
    }
    assert_eq!(received(&collector), [4, 1, 2, 3]);
    end(&client);
}

#[test]
fn segments_of_runs_that_end_meanwhile_are_adopted_within_a_minute() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-meanwhile");
    let collector = Collector::start().unwrap();
    let clock = clock();
    let build = || builder(&scratch, collector.url()).clock(&clock);
    let client = running(build(), 1);
    clock.advance(DELAY);
    let other = build().build();
    other.record(&Run(2));
    client.record(&Run(3));
    clock.advance(AGAIN);
    assert!(client.flush(PATIENCE).is_complete());
    assert_eq!(received(&collector), [1, 3], "the other client runs");
    end(&other);
    clock.advance(AGAIN);
    wait_for_delivered(&client, 3);
    assert_eq!(received(&collector), [1, 3, 2]);
    end(&client);
    assert_eq!(files(scratch.path()).len(), 0);
}

#[test]
fn adopted_events_take_a_part_of_the_queue_and_are_all_sent() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-parts");
    let collector = Collector::start().unwrap();
    let clock = clock();
    let build = || builder(&scratch, collector.url()).clock(&clock);
    // No batch is full, so the first client sends nothing.
    store(|| build().max_batch_events(1000), scratch.path(), 0..500);
    let small = build().queue_bytes(16 * 1024).max_batch_events(10);
    let client = running(small, 500);
    clock.advance(DELAY);
    let mut most = 0;
    loop {
        // The worker loads the next part after it has sent the last one.
        until(&client, || {
            client.health().held() > 0 || client.health().delivered() == 501
        });
        let before = client.health().delivered();
        if before == 501 {
            break;
        }
        most = client.health().held().max(most);
        clock.advance(Duration::from_millis(500));
        until(&client, || client.health().delivered() > before);
    }
    assert!((1..=100).contains(&most), "{most} events were held");
    let mut numbers = received(&collector);
    numbers.sort_unstable();
    assert_eq!(numbers, (0..=500).collect::<Vec<_>>());
    end(&client);
    assert_eq!(files(scratch.path()).len(), 0);
}

#[test]
fn events_of_an_unanswered_request_are_sent_again_only_if_the_policy_says_so() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-ambiguous");
    for (ambiguous, expected) in [
        (OnAmbiguous::AtMostOnce, vec![3, 2]),
        (OnAmbiguous::AtLeastOnce, vec![3, 1, 2]),
    ] {
        let silent = [ScriptedResponse::silence()];
        let collector = Collector::script(silent).unwrap();
        let clock = clock();
        let policy = |ambiguous| {
            let policy = Policy::new().request_timeout(Duration::from_millis(100));
            builder(&scratch, collector.url())
                .clock(&clock)
                .policy(policy.ambiguous(ambiguous))
        };
        let first = policy(OnAmbiguous::AtLeastOnce).build();
        first.record(&Run(1));
        assert!(!first.flush(PATIENCE).is_complete());
        assert_eq!(received(&collector), [1]);
        first.record(&Run(2));
        end(&first);
        assert_eq!(first.health().stored(), 2);
        collector.take_requests();

        let second = running(policy(ambiguous), 3);
        clock.advance(DELAY);
        wait_for_delivered(&second, expected.len() as u64);
        assert_eq!(received(&collector), expected);
        let health = second.health();
        let dropped = 3 - expected.len() as u64;
        assert_eq!(health.dropped_for(DropReason::Ambiguous), dropped);
        assert_eq!(health.adopted(), 2);
        end(&second);
        assert_eq!(files(scratch.path()).len(), 0);
    }
}

#[test]
fn events_for_another_recipient_or_another_prompt_are_not_sent() {
    static ASKS: Product = Product::new("stores")
        .spool_in_state_dir("stores/events")
        .requires_consent(ProductConsent::new("1.0", "stores/consent.toml"));
    static ASKS_AGAIN: Product = Product::new("stores")
        .spool_in_state_dir("stores/events")
        .requires_consent(ProductConsent::new("2.0", "stores/consent.toml"));
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-identity");
    let [old, new] = [(); 2].map(|()| Collector::start().unwrap());
    let clock = clock();
    let agree = |version: &str| {
        let file = scratch.join("stores/consent.toml");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let text = format!("[telemetry]\nconsent = \"enabled\"\nprompt_version = \"{version}\"\n");
        fs::write(file, text).unwrap();
    };
    let build = |product: &'static Product, url: String| {
        let home = scratch.path().to_owned();
        Client::builder(product)
            .env(move |name| {
                let named = ["HOME", "XDG_STATE_HOME"].contains(&name);
                named.then(|| home.clone().into())
            })
            .durability(Durability::Process)
            .endpoint(url)
            .clock(&clock)
    };
    agree("1.0");
    store(|| build(&ASKS, old.url()), scratch.path(), [1]);
    store(|| build(&ASKS, new.url()), scratch.path(), [2]);
    agree("2.0");
    store(|| build(&ASKS_AGAIN, new.url()), scratch.path(), [3]);
    let client = running(build(&ASKS_AGAIN, new.url()), 4);
    clock.advance(DELAY);
    wait_for_delivered(&client, 2);
    assert_eq!(received(&new), [4, 3]);
    assert_eq!(received(&old), [0; 0]);
    end(&client);
    assert_eq!(files(scratch.path()).len(), 2);
}

#[test]
fn row_65_after_a_refusal_by_another_process_nothing_is_adopted_and_the_files_are_removed() {
    static MARKED: Product = Product::new("stores")
        .spool_in_state_dir("stores/events")
        .marker_file("stores/off")
        .default_on(true);
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-refusal");
    let collector = Collector::start().unwrap();
    let clock = clock();
    let build = || {
        let home = scratch.path().to_owned();
        Client::builder(&MARKED)
            .env(move |name| {
                let named = ["HOME", "XDG_STATE_HOME"].contains(&name);
                named.then(|| home.clone().into())
            })
            .durability(Durability::Process)
            .endpoint(collector.url())
            .clock(&clock)
    };
    store(build, scratch.path(), [1]);
    let client = running(build(), 2);
    fs::write(scratch.join("stores/off"), "").unwrap();
    clock.advance(DELAY);
    until(&client, || {
        !client.is_on() && files(scratch.path()).is_empty()
    });
    assert_eq!(received(&collector), [2]);
    assert_eq!(client.health().adopted(), 0);
    end(&client);
}

#[test]
fn stored_events_are_dropped_at_their_age_limit() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-age");
    let collector = Collector::start().unwrap();
    let hour = Policy::new().max_age(DAY / 24);
    // The limit of a policy counts if it is less than a day.
    for (policy, age, sent) in [
        (Policy::new(), DAY * 6, true),
        (hour, DAY / 25, true),
        (hour, DAY / 23, false),
    ] {
        let clock = clock();
        let build = || {
            builder(&scratch, collector.url())
                .clock(&clock)
                .policy(policy)
        };
        store(build, scratch.path(), [1]);
        clock.advance(age);
        let client = running(build(), 2);
        collector.take_requests();
        clock.advance(DELAY);
        until(&client, || {
            client.health().adopted() == 1 && client.health().held() == 0
        });
        let dropped = client.health().dropped_for(DropReason::Expired);
        assert_eq!(dropped, u64::from(!sent));
        assert_eq!(received(&collector).len(), usize::from(sent));
        end(&client);
        assert_eq!(files(scratch.path()).len(), 0);
    }
}

#[test]
fn adopted_events_that_are_not_sent_before_the_end_stay_in_their_file() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-given-back");
    let ok = ScriptedResponse::status(200);
    let collector = Collector::script([ok, ScriptedResponse::status(503)]).unwrap();
    let clock = clock();
    let build = || builder(&scratch, collector.url()).clock(&clock);
    store(build, scratch.path(), [1, 2]);
    let client = running(build(), 3);
    clock.advance(DELAY);
    until(&client, || client.health().last_status() == Some(503));
    assert_eq!((client.health().adopted(), client.health().held()), (2, 2));
    // The worker has given them back before the caller looks, or not yet.
    let ended = client.shutdown(PATIENCE);
    assert!(
        matches!(ended, FlushOutcome::Complete | FlushOutcome::Stored),
        "{ended:?}"
    );
    until(&client, || client.health().held() == 0);
    let health = client.health();
    assert_eq!((health.delivered(), health.stored()), (1, 2));
    assert_conserved(&client);
    assert!(contain(&files(scratch.path()), "\"number\":1"));

    let next = running(build(), 4);
    clock.advance(DELAY);
    wait_for_delivered(&next, 3);
    end(&next);
    assert_eq!(files(scratch.path()).len(), 0);
}
