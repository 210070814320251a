//! Real processes on one folder: they are killed while they write, and start all at once.
//!
//! A child is this test program, started again for the test [`child_process`] alone. It gets its task as
//! the first line of its standard input, and reports one line for each step on its standard output.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Write, stdin, stdout},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use super::{
    Limits, Span, adopt_all,
    disk::{Scratch, spool_at},
    span, store,
};
use crate::spool::{Spool, ranges::Range, worker_side::Resolution};

/// Rounds in which eight writers are killed. The test of all rounds is not run by default.
const ROUNDS: u64 = 6;
const ALL_ROUNDS: u64 = 100;

/// The mark of the lines of a child, among those of the test harness.
const MARK: &str = "child: ";

#[test]
#[ignore = "the process that other tests start"]
fn child_process() {
    let mut lines = stdin().lock().lines().map(Result::unwrap);
    let Some(task) = lines.next() else { return };
    let (role, path) = task.split_once(' ').unwrap();
    let limits = Limits {
        total_bytes: u64::MAX,
        files: 4096,
        ..Limits::DEFAULT
    };
    let spool = spool_at(Path::new(path), limits);
    match role {
        "write" => write(&spool),
        "fill" => {
            for number in 0..50 {
                let event = format!("{}:{number}", std::process::id());
                store(&spool, &event).unwrap();
            }
        }
        "adopt" => {
            report("ready", "");
            assert_eq!(lines.next().as_deref(), Some("go"));
            adopt(&spool);
            report("finished", "");
            // The segments stay locked until the end of the input.
            lines.for_each(drop);
        }
        _ => unreachable!(),
    }
}

fn report(step: &str, what: &str) {
    let line = format!("{MARK}{step} {what}\n");
    stdout().lock().write_all(line.as_bytes()).unwrap();
}

/// Stores events and sends each tenth one, until the process is killed.
fn write(spool: &Spool) {
    for number in 0_u32.. {
        let length = number as usize % 700;
        let event = format!("{}:{number}:{}", std::process::id(), "x".repeat(length));
        let Ok(stored) = store(spool, &event) else {
            spool.maintain();
            continue;
        };
        report("stored", &event);
        if number % 10 == 3 && spool.intend(&[span(stored)]).is_ok() {
            report("intended", &event);
            spool.resolve(&[span(stored)], Resolution::Delivered);
            report("done", &event);
        }
    }
}

/// Adopts and delivers segments until there is none.
fn adopt(spool: &Spool) {
    while let Some(held) = spool.adopt() {
        for event in held.events() {
            let span = Span {
                segment: held.segment,
                range: Range::of_one(event.number),
            };
            spool.intend(&[span]).unwrap();
            report("found", std::str::from_utf8(event.bytes).unwrap());
            spool.resolve(&[span], Resolution::Delivered);
        }
    }
}

fn start(task: &str, path: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "spool::tests::processes::child_process",
            "--ignored",
            "--nocapture",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let input = child.stdin.as_mut().unwrap();
    writeln!(input, "{task} {}", path.display()).unwrap();
    child
}

/// The steps of a child, as they arrive.
fn steps(child: &mut Child) -> impl Iterator<Item = (String, String)> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).filter_map(|line| {
        // The test harness writes the name of the test without a line break.
        let (_, step) = line.split_once(MARK)?;
        let (step, what) = step.split_once(' ')?;
        Some((step.to_owned(), what.to_owned()))
    })
}

/// Kills eight writers, each after a random number of steps, and compares what is found with what they
/// reported.
fn kill_writers(seed: u64) {
    let scratch = Scratch::new();
    let path = scratch.spool_path();
    let writers: Vec<_> = (0..8_u64)
        .map(|writer| {
            let mut child = start("write", &path);
            let most = fastrand::Rng::with_seed(seed * 8 + writer).usize(1..400);
            thread::spawn(move || {
                let mut steps = steps(&mut child);
                let mut seen: Vec<_> = steps.by_ref().take(most).collect();
                child.kill().unwrap();
                seen.extend(steps);
                child.wait().unwrap();
                seen
            })
        })
        .collect();
    let mut ledger = BTreeMap::new();
    for writer in writers {
        for (step, event) in writer.join().unwrap() {
            ledger.insert(event, step);
        }
    }
    assert!(ledger.len() > 8, "the writers stored events");
    let mut found = BTreeMap::new();
    let (adopter, limits) = (spool_at(&path, Limits::DEFAULT), "");
    for (event, ambiguous) in adopt_all(&adopter) {
        assert!(
            event.split(':').count() == 3,
            "seed {seed}: {event}{limits}"
        );
        let earlier = found.insert(event.clone(), ambiguous);
        assert_eq!(earlier, None, "seed {seed}: {event} was found twice");
    }
    for (event, step) in &ledger {
        let state = found.get(event);
        match &**step {
            "stored" => assert!(state.is_some(), "seed {seed}: {event} was lost"),
            // The acknowledgement may have been written before the process reported it.
            "intended" => assert_ne!(state, Some(&false), "seed {seed}: {event}"),
            "done" => assert_eq!(state, None, "seed {seed}: {event} would be sent twice"),
            _ => unreachable!(),
        }
    }
    // Each writer may have stored one event that it could not report any more.
    let unknown = found.keys().filter(|event| !ledger.contains_key(*event));
    assert!(unknown.count() <= 8, "seed {seed}");
}

#[test]
fn row_33_killed_writers_lose_no_stored_event() {
    (0..ROUNDS).for_each(kill_writers);
}

#[test]
#[ignore = "takes a minute"]
fn row_33_killed_writers_lose_no_stored_event_in_all_rounds() {
    (ROUNDS..ALL_ROUNDS).for_each(kill_writers);
}

/// Starts processes that adopt at the same moment.
fn adopt_at_once(processes: usize) {
    let scratch = Scratch::new();
    let path = scratch.spool_path();
    let fillers: Vec<Child> = (0..20).map(|_| start("fill", &path)).collect();
    for mut filler in fillers {
        assert!(filler.wait().unwrap().success());
    }
    let mut children: Vec<_> = (0..processes)
        .map(|_| {
            let mut child = start("adopt", &path);
            let steps = steps(&mut child);
            (child, steps)
        })
        .collect();
    for (_, steps) in &mut children {
        assert_eq!(steps.next().unwrap().0, "ready");
    }
    for (child, _) in &mut children {
        writeln!(child.stdin.as_mut().unwrap(), "go").unwrap();
    }
    let mut found = BTreeSet::new();
    for (_, steps) in &mut children {
        for (_, event) in steps.take_while(|(step, _)| step == "found") {
            assert!(found.insert(event.clone()), "{event} was adopted twice");
        }
    }
    assert_eq!(found.len(), 20 * 50);
    for (mut child, steps) in children {
        drop(child.stdin.take());
        steps.for_each(drop);
        assert!(child.wait().unwrap().success());
    }
    let left = std::fs::read_dir(&path).unwrap().count();
    assert_eq!(left, 0, "delivered segments are removed");
}

#[test]
fn row_47_each_segment_is_adopted_by_one_of_many_processes() {
    adopt_at_once(24);
}

#[test]
#[ignore = "starts 200 processes"]
fn row_47_each_segment_is_adopted_by_one_of_200_processes() {
    adopt_at_once(200);
}

#[test]
fn row_65_a_purge_while_processes_write_leaves_nothing_from_before() {
    let scratch = Scratch::new();
    let path = scratch.spool_path();
    let mut writer = start("write", &path);
    let mut steps = steps(&mut writer);
    // The stream of steps shows that the process goes on to write after the purge.
    let before: Vec<_> = steps.by_ref().take(50).collect();
    assert!(spool_at(&path, Limits::DEFAULT).purge().unwrap() > 0);
    steps.by_ref().take(50).for_each(drop);
    writer.kill().unwrap();
    steps.for_each(drop);
    writer.wait().unwrap();
    let found = adopt_all(&spool_at(&path, Limits::DEFAULT));
    for (event, _) in found {
        assert!(before.iter().all(|(_, old)| *old != event), "{event}");
    }
}
