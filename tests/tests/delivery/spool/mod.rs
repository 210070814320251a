//! Clients that hold events in files.

mod adoption;
mod exit;

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime},
};

use telemetry_runtime::{
    AuditLog, Client, ClientBuilder, Durability, Product,
    health::DropReason,
    testing::{Collector, ScriptedResponse, UnreachableEndpoint, VirtualClock},
};
use telemetry_tests::{
    client::{PATIENCE, Run, assert_conserved, numbers},
    scratch::Scratch,
};

static STORES: Product = Product::new("stores")
    .spool_in_state_dir("stores/events")
    .default_on(true);

fn builder(scratch: &Scratch, endpoint: String) -> ClientBuilder {
    let state = scratch.path().to_owned();
    let builder = Client::builder(&STORES).env(move |name| {
        let named = name == "XDG_STATE_HOME";
        named.then(|| state.clone().into())
    });
    let builder = builder.durability(Durability::Process);
    builder.endpoint(endpoint).exit_budget(PATIENCE)
}

/// The bytes of each file of the spool.
fn files(state: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(state.join("stores/events")) else {
        return Vec::new();
    };
    entries
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect()
}

/// Records these numbers in a client that ends before it sends anything.
///
/// While the worker uses the files, an event is held in memory only. Then another client records all numbers.
fn store(build: impl Fn() -> ClientBuilder, state: &Path, runs: impl IntoIterator<Item = i64>) {
    let runs: Vec<_> = runs.into_iter().collect();
    let before = names(state);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let client = build().build();
        let is_stored = |run: &i64| client.try_record(&Run(*run)).unwrap().is_durable();
        let all = runs.iter().all(is_stored);
        end(&client);
        if all {
            return;
        }
        assert!(Instant::now() < deadline, "{:?}", client.health());
        for name in names(state).difference(&before) {
            fs::remove_file(state.join("stores/events").join(name)).unwrap();
        }
    }
}

/// The names of the files of the spool.
fn names(state: &Path) -> BTreeSet<OsString> {
    let Ok(entries) = fs::read_dir(state.join("stores/events")) else {
        return BTreeSet::new();
    };
    entries.map(|entry| entry.unwrap().file_name()).collect()
}

/// Waits for the worker of a client.
#[track_caller]
fn until(client: &Client, done: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "{:?}", client.health());
        thread::yield_now();
    }
}

/// Ends a client without the time to send anything.
fn end(client: &Client) {
    let _ = client.shutdown(Duration::ZERO);
    until(client, || client.health().held() == 0);
    // Waits for the end of the worker, because nothing is held any more.
    let _ = client.shutdown(PATIENCE);
    assert_conserved(client);
}

fn contain(files: &[Vec<u8>], text: &str) -> bool {
    let has = |file: &Vec<u8>| file.windows(text.len()).any(|it| it == text.as_bytes());
    files.iter().any(has)
}

#[test]
fn an_accepted_event_is_in_a_file_before_the_call_returns_and_no_longer_once_it_is_delivered() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-delivered");
    let collector = Collector::start().unwrap();
    let client = builder(&scratch, collector.url()).build();
    assert!(files(scratch.path()).is_empty());
    client.record(&Run(1234));
    assert!(contain(&files(scratch.path()), "1234"));
    assert!(client.flush(PATIENCE).is_complete());
    assert_eq!(client.health().delivered(), 1);
    assert!(client.shutdown(PATIENCE).is_complete());
    assert_eq!(files(scratch.path()).len(), 0);
    assert_conserved(&client);
}

#[test]
fn events_that_cannot_be_delivered_stay_in_a_file() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-kept");
    let endpoint = UnreachableEndpoint::refusing().unwrap();
    let client = builder(&scratch, endpoint.url()).build();
    client.record(&Run(1234));
    let _ = client.shutdown(PATIENCE);
    assert!(contain(&files(scratch.path()), "1234"));
}

#[test]
fn an_opt_out_removes_the_files() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-opt-out");
    let endpoint = UnreachableEndpoint::refusing().unwrap();
    let client = builder(&scratch, endpoint.url()).build();
    client.record(&Run(1234));
    assert_eq!(files(scratch.path()).len(), 1);
    client.opt_out();
    assert_eq!(files(scratch.path()).len(), 0);
    client.record(&Run(5678));
    assert_eq!(files(scratch.path()).len(), 0);
}

#[test]
fn a_later_run_that_the_user_refuses_removes_the_files() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-refused");
    let endpoint = UnreachableEndpoint::refusing().unwrap();
    let client = builder(&scratch, endpoint.url()).build();
    assert!(client.try_record(&Run(1234)).unwrap().is_durable());
    let _ = client.shutdown(PATIENCE);
    assert_eq!(files(scratch.path()).len(), 1);

    let state = scratch.path().to_owned();
    let refusing = Client::builder(&STORES).env(move |name| match name {
        "XDG_STATE_HOME" => Some(state.clone().into()),
        "DO_NOT_TRACK" => Some("1".into()),
        _ => None,
    });
    assert!(!refusing.build().is_on());
    assert_eq!(files(scratch.path()).len(), 0);
}

#[test]
fn an_event_that_is_held_in_memory_only_is_not_durable() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-memory");
    let collector = Collector::start().unwrap();
    let builder = builder(&scratch, collector.url()).durability(Durability::Memory);
    let client = builder.build();
    assert!(!client.try_record(&Run(1234)).unwrap().is_durable());
    assert_eq!(files(scratch.path()).len(), 0);
}

#[test]
fn stored_events_for_which_the_queue_has_no_memory_are_accepted_and_sent_later() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-disk-only");
    let held = [ScriptedResponse::status(200).hold()];
    let collector = Collector::script(held).unwrap();
    let log = scratch.join("audit.jsonl");
    let client = builder(&scratch, collector.url())
        .queue_bytes(4096)
        .max_batch_events(10)
        .audit(Arc::new(AuditLog::new(&log)))
        // No write takes long on this clock.
        .clock(&VirtualClock::new(SystemTime::now()))
        .build();
    client.record(&Run(0));
    let _ = client.flush(Duration::ZERO);
    // The worker waits for the response, and does not use the files meanwhile.
    collector.wait_for_requests(1, PATIENCE).unwrap();
    for run in 1..1000 {
        assert!(client.try_record(&Run(run)).unwrap().is_durable(), "{run}");
    }
    assert_eq!(client.health().held(), 1000);
    assert_conserved(&client);
    collector.release();
    while client.health().delivered() < 1000 {
        // Each flush sends what is in memory, and reads more from the disk.
        let _ = client.flush(PATIENCE);
        assert_conserved(&client);
    }
    let mut runs: Vec<_> = collector
        .requests()
        .iter()
        .flat_map(|request| numbers(&request.text()))
        .collect();
    runs.sort_unstable();
    assert_eq!(runs, (0..1000).collect::<Vec<_>>());
    end(&client);
    assert_eq!(files(scratch.path()).len(), 0);
    let lines = fs::read_to_string(&log).unwrap();
    assert_eq!(lines.lines().count(), 1000);
}

#[test]
fn an_event_larger_than_the_queue_is_sent_from_its_file() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-disk-large");
    let collector = Collector::start().unwrap();
    let client = builder(&scratch, collector.url()).queue_bytes(1).build();
    assert!(client.try_record(&Run(1)).unwrap().is_durable());
    until(&client, || {
        client.health().delivered() == 1 || {
            let _ = client.flush(PATIENCE);
            false
        }
    });
    end(&client);
}

#[test]
fn events_on_disk_only_whose_file_is_removed_are_counted() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-disk-lost");
    let held = [ScriptedResponse::status(200).hold()];
    let collector = Collector::script(held).unwrap();
    let client = builder(&scratch, collector.url())
        .queue_bytes(4096)
        .max_batch_events(10)
        .build();
    for run in 0..100 {
        client.record(&Run(run));
    }
    collector.wait_for_requests(1, PATIENCE).unwrap();
    fs::remove_dir_all(scratch.join("stores/events")).unwrap();
    collector.release();
    until(&client, || {
        client.health().held() == 0 || {
            let _ = client.flush(PATIENCE);
            false
        }
    });
    let health = client.health();
    let lost = health.dropped_for(DropReason::FileLost);
    assert!(lost > 0, "{health:?}");
    assert_eq!(health.delivered() + lost, 100);
    end(&client);
}

#[test]
fn an_agreement_after_a_refusal_keeps_the_events_of_the_new_session() {
    static MARKED: Product = Product::new("stores")
        .spool_in_state_dir("stores/events")
        .marker_file("stores/off")
        .default_on(true);
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "spool-agreement");
    let collector = Collector::start().unwrap();
    let home = scratch.path().to_owned();
    let client = Client::builder(&MARKED)
        .env(move |name| {
            let named = ["HOME", "XDG_STATE_HOME"].contains(&name);
            named.then(|| home.clone().into())
        })
        .durability(Durability::Process)
        .endpoint(collector.url())
        .build();
    client.record(&Run(1));
    let marker = scratch.join("stores/off");
    fs::write(&marker, "").unwrap();
    assert!(!client.recheck().on);
    assert!(files(scratch.path()).is_empty());
    fs::remove_file(&marker).unwrap();
    assert!(client.recheck().on);
    assert!(client.try_record(&Run(2)).unwrap().is_durable());
    // The worker has noticed both changes when it has sent the event.
    assert!(client.flush(PATIENCE).is_complete());
    client.record(&Run(3));
    end(&client);
    assert!(contain(&files(scratch.path()), "\"number\":3"));
    let requests = collector.requests();
    let sent: Vec<_> = requests.iter().flat_map(|it| numbers(&it.text())).collect();
    assert_eq!(sent, [2]);
}
