//! `live-check` with random changes of events, documents and locks: never a panic, always a place. The seeds
//! are fixed.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod live_input;
mod mutations;
mod program;

use std::{fs, path::Path};

use fastrand::Rng;
use serde_json::{Value, json};
use telemetry_tool::{
    cli::{FINDING, FINE, USAGE},
    live::{Bare, Contracts, Outcome, check},
    report::{
        Format, Style,
        live::{FailOn, Report, render},
    },
};

use crate::{
    live_input::{contracts_of, document, envelope, line, lock, payload},
    mutations::mutated,
    program::{empty, tool},
};

const FORMATS: [Format; 4] = [Format::Text, Format::Json, Format::Markdown, Format::Github];

/// An envelope, an event as in the audit log, an array, an indented record; or only parameters.
fn record(random: &mut Rng, bare: bool) -> String {
    let event = |random: &mut Rng| {
        let mut payload = payload();
        if random.bool() {
            payload["count"] = random.i64(..).into();
            payload["hosts"] = (0..random.usize(0..9)).map(|at| at.to_string()).collect();
        }
        payload
    };
    match random.u8(0..4) {
        _ if bare => event(random).to_string(),
        0 => {
            let events: Vec<_> = (0..random.usize(0..4))
                .map(|_| ("run_event", event(random)))
                .collect();
            envelope("1.9", &events)
        }
        1 => line("run_event", "1.9", &event(random)),
        2 => {
            let lines: Vec<String> = (0..random.usize(0..4))
                .map(|_| line("run_event", "1.9", &event(random)))
                .collect();
            format!("[{}]", lines.join(","))
        }
        _ => {
            let text = envelope("1.9", &[("run_event", event(random))]);
            let json: Value = serde_json::from_str(&text).unwrap();
            format!("{json:#}")
        }
    }
}

/// Changed records, and a good one behind them.
fn input(random: &mut Rng, bare: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..random.usize(1..4) {
        let record = record(random, bare);
        if random.bool() {
            bytes.extend(record.bytes());
        } else {
            bytes.extend(mutated(random, &record));
        }
        bytes.push(b'\n');
    }
    let stop = json!({"exitCode": 1, "reason": "done"});
    bytes.extend(line("stop_event", "1.2", &stop).bytes());
    bytes
}

fn report<'a>(contracts: &'a Contracts, outcome: &'a Outcome) -> Report<'a> {
    Report {
        file: "events.ndjson",
        contracts,
        outcome,
        fail_on: FailOn::default(),
    }
}

/// Every mistake has a place in the input, and a short text.
fn assert_places(outcome: &Outcome, input: &[u8]) {
    let lines = input.split(|byte| *byte == b'\n').count();
    let shown = String::from_utf8_lossy(input);
    for (line, column, wrong) in &outcome.unreadable.first {
        assert!(
            (1..=lines).contains(line) && *column > 0,
            "{shown}: {wrong}"
        );
        assert!(!wrong.is_empty() && wrong.chars().count() <= 123, "{wrong}");
    }
    let first = outcome.unreadable.first.len() as u64;
    assert_eq!(first, outcome.unreadable.total.min(50));
    let groups = outcome.violations.groups();
    let counted: u64 = groups.iter().map(|group| group.count).sum();
    let total = outcome.violations.total();
    assert_eq!(counted + outcome.violations.beyond(), total);
    for group in groups {
        let place = &group.first;
        assert!((1..=lines).contains(&place.line), "{shown}: {group:?}");
        let pointer = &place.pointer;
        assert!(pointer.is_empty() || pointer.starts_with('/'), "{pointer}");
        assert!(
            !group.wrong.is_empty() && group.wrong.len() < 1000,
            "{group:?}"
        );
    }
}

#[test]
fn changed_events_are_checked_or_refused_with_a_place() {
    let contracts = contracts_of(vec![(document(), Some(lock()))]);
    let bare = Bare {
        event: "run_event".to_owned(),
        version: None,
    };
    let mut random = Rng::with_seed(15);
    let (mut fine, mut violating, mut unreadable) = (0, 0, 0);
    for round in 0..3000 {
        let bare = Some(&bare).filter(|_| round % 5 == 0);
        let input = input(&mut random, bare.is_some());
        let outcome = check(&*input, &contracts, bare).unwrap();
        assert_places(&outcome, &input);
        let stops = contracts.plans().iter().zip(&outcome.tallies);
        let stops: u64 = stops
            .filter(|(plan, _)| plan.event == "stop_event")
            .map(|(_, tally)| tally.events)
            .sum();
        // No record hides the good one behind it.
        let shown = String::from_utf8_lossy(&input);
        assert_eq!(stops, u64::from(bare.is_none()), "{shown}");
        let tallied: u64 = outcome.tallies.iter().map(|tally| tally.events).sum();
        assert!(tallied <= outcome.events, "{shown}");
        if round % 10 == 0 {
            let report = report(&contracts, &outcome);
            for format in FORMATS {
                let text = render(&report, format, Style::default(), Path::new("."));
                assert!(
                    text.chars().all(|it| it == '\n' || !it.is_control()),
                    "{text:?}"
                );
                if matches!(format, Format::Json) {
                    assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
                }
            }
        }
        unreadable += usize::from(outcome.unreadable.total > 0);
        violating += usize::from(outcome.violations.total() > 0);
        fine += usize::from(outcome.unreadable.total == 0 && outcome.violations.total() == 0);
    }
    let counts = [fine, violating, unreadable];
    assert!(counts.iter().all(|count| *count > 200), "{counts:?}");
}

/// The program with changed events, documents and locks: an exit code of its own, and a place for bad input.
#[test]
fn the_program_ends_with_an_exit_code_and_a_place() {
    let folder = empty("live-fuzz");
    let [events, registry, locked] =
        ["events.ndjson", "run.json", "run.lock.json"].map(|name| folder.join(name));
    let [events_name, registry_name, locked_name] =
        [&events, &registry, &locked].map(|path| path.to_str().unwrap().to_owned());
    let (document, lock) = (document().to_string(), lock().to_string());
    let mut random = Rng::with_seed(16);
    let mut codes = [0; 3];
    for round in 0..900 {
        // One of the three is changed, so that the error can be about this one only.
        let of = |at: usize, text: &str, random: &mut Rng| match round % 3 == at {
            true => mutated(random, text),
            false => text.as_bytes().to_vec(),
        };
        let input = match round % 3 {
            0 => input(&mut random, false),
            _ => line("run_event", "1.9", &payload()).into_bytes(),
        };
        fs::write(&events, input).unwrap();
        fs::write(&registry, of(1, &document, &mut random)).unwrap();
        fs::write(&locked, of(2, &lock, &mut random)).unwrap();
        let (code, out, err) = tool(&["live-check", &events_name, "--registry", &registry_name]);
        codes[usize::from(code)] += 1;
        match code {
            FINE | FINDING => assert_eq!(err, ""),
            USAGE if round % 3 == 0 => {
                assert!(err.starts_with(&format!("error: {events_name}: ")), "{err}");
                assert!(out.contains(&format!("\n{events_name}:")), "{out}");
            }
            USAGE => {
                let changed = [&registry_name, &locked_name];
                let is_named = changed.iter().any(|name| err.contains(&format!("{name}:")));
                // A document without the event is a document, too.
                let has_place = is_named && err.contains("\nhelp: ");
                assert!(has_place && out.is_empty(), "{err}\n{out}");
            }
            code => panic!("{code}: {out}{err}"),
        }
    }
    assert!(codes.iter().all(|count| *count > 40), "{codes:?}");
    fs::remove_dir_all(&folder).unwrap();
}

/// 32 MiB of changed records and a line of 32 MiB, with a limit of 64 MiB of memory.
#[cfg(target_os = "linux")]
#[test]
fn the_memory_does_not_depend_on_the_size_of_the_input() {
    use std::{
        io::Write,
        process::{Command, Stdio},
    };

    const SIZE: usize = 32 << 20;
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v 65536; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_telemetry-tool"))
        .args(["live-check", "-", "--registry", "tests/live/run.json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let mut random = Rng::with_seed(17);
        let mut chunk = Vec::new();
        while chunk.len() < 1 << 20 {
            chunk.extend(input(&mut random, false));
            chunk.push(b'\n');
        }
        let mut written = 0;
        while written < SIZE {
            stdin.write_all(&chunk)?;
            written += chunk.len();
        }
        let opened = vec![b'['; 1 << 20];
        for _ in 0..32 {
            stdin.write_all(&opened)?;
        }
        let stop = json!({"exitCode": 1, "reason": "done"});
        writeln!(stdin, "\n{}", line("stop_event", "1.2", &stop))
    });
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    writer.join().unwrap().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(USAGE)), "{err}");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(err.contains("records cannot be read"), "{err}");
    assert!(out.len() < 100_000, "{}", out.len());
}
