//! The input of `live-check`: records that are not valid, size, hostile text, arguments and files.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod live_input;
mod program;

use std::{
    fs,
    io::{BufReader, Read, Write},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use telemetry_tool::{
    cli::{FINDING, FINE, USAGE},
    live::check,
};

use crate::{
    live_input::{check_text, contracts_of, document, line, lock, payload},
    program::{empty, tool, tool_with},
};

const DOCUMENT: &str = "tests/live/run.json";
const SESSION: &str = "tests/live/session.ndjson";

/// Each bad record is between two good ones, which are still checked.
#[test]
fn a_bad_record_has_its_place_and_hides_no_other_record() {
    let contracts = contracts_of(vec![(document(), Some(lock()))]);
    let good = line("run_event", "1.9", &payload());
    let deep = "[".repeat(100_000);
    let key = "k".repeat(10_000);
    let cut = &good.as_bytes()[..good.len() - 1];
    let cases: [(&[u8], &str); 12] = [
        (b"{\"name\": \"run_ev", "the text ends here"),
        (cut, "the text ends here"),
        (deep.as_bytes(), "more than 64 arrays and objects"),
        (b"{\"a\": \"\xff\xfe\"}", "the text is not UTF-8"),
        (b"{\"a\": 1, \"a\": 2}", "the key `a` occurs twice"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{} {}", "the document has ended here"),
        (b"}}}}", "'}' is not expected here"),
        (
            b"12",
            "the record is a number, not an envelope, an event or a log of OTLP",
        ),
        (
            b"{\"level\": \"info\"}",
            "not an envelope, an event or a log of OTLP",
        ),
        (b"{\"a\": 1e999}", "does not fit in 64 bits"),
        (b"\x00\x1b[2J", "is not expected here"),
    ];
    for (bad, expected) in cases {
        let mut input = format!("{good}\n").into_bytes();
        input.extend_from_slice(bad);
        input.extend_from_slice(format!("\n{good}\n").as_bytes());
        let outcome = check(&*input, &contracts, None).unwrap();
        let checked: u64 = outcome.tallies.iter().map(|it| it.events).sum();
        assert_eq!(checked, 2, "{expected}");
        let unreadable = &outcome.unreadable;
        assert_eq!(
            (unreadable.total, unreadable.first.len()),
            (1, 1),
            "{unreadable:?}"
        );
        let (line, _, wrong) = &unreadable.first[0];
        assert_eq!(*line, 2, "{wrong}");
        assert!(wrong.contains(expected), "{wrong}");
    }
    let twice = format!("{{\"{key}\": 1, \"{key}\": 2}}");
    let outcome = check_text(&twice, &contracts);
    assert!(outcome.unreadable.first[0].2.len() < 200);
}

/// An input of any size: unknown names, long records and bad lines do not fill the memory.
#[test]
fn the_report_of_a_large_input_is_limited() {
    let contracts = contracts_of(vec![(document(), Some(lock()))]);
    let mut text = String::new();
    for at in 0..1_000 {
        let mut other = payload();
        other[format!("field_{at}").as_str()] = json!("x".repeat(200));
        text.push_str(&line("run_event", "1.9", &other));
        text.push_str(&format!("\n{{\"bad\": {at}\n"));
        text.push_str(&line(&format!("event_{at}"), "1.9", &json!({})));
        text.push('\n');
    }
    let outcome = check_text(&text, &contracts);
    assert_eq!(outcome.events, 2_000);
    assert_eq!(outcome.violations.total(), 2_000);
    assert_eq!(outcome.violations.groups().len(), 200);
    assert_eq!(outcome.violations.beyond(), 1_800);
    assert_eq!(
        (outcome.unreadable.total, outcome.unreadable.first.len()),
        (1_000, 50)
    );

    // 200 MiB in one line, and a good line behind it.
    let long = std::io::repeat(b'[').take(200 * 1024 * 1024);
    let good = format!("\n{}\n", line("run_event", "1.9", &payload()));
    let outcome = check(
        BufReader::new(long.chain(good.as_bytes())),
        &contracts,
        None,
    )
    .unwrap();
    assert_eq!((outcome.events, outcome.unreadable.total), (1, 1));
    assert!(outcome.unreadable.first[0].2.contains("16777216 bytes"));
}

#[test]
fn text_of_a_payload_cannot_control_the_terminal_or_the_workflow() {
    let folder = empty("live-controls");
    let input = folder.join("a.ndjson");
    let mut bad = payload();
    bad["status"] = json!(format!("\u{1b}[2J\n::error::x|`{}", "s".repeat(300)));
    bad["\u{202e}key\u{7}\n::warning::y"] = json!("secret");
    bad["title"] = json!("secret secret secret secret");
    let name = "\u{1b}]0;title\u{7}\n::error::z\u{9b}2J";
    fs::write(
        &input,
        [
            line("run_event", "1.9", &bad),
            line(name, "1.9", &json!({})),
            "{\"\\u001b[31m\": 1, \"\\u001b[31m\": 2}".to_owned(),
        ]
        .join("\n"),
    )
    .unwrap();
    let input = input.to_str().unwrap();
    for format in ["text", "json", "markdown", "github"] {
        let arguments = [
            "live-check",
            input,
            "--registry",
            DOCUMENT,
            "--format",
            format,
        ];
        let (code, out, err) = tool(&arguments);
        assert_eq!(code, USAGE);
        assert!(err.contains("1 record cannot be read"), "{err}");
        let is_safe = |it: char| it == '\n' || !it.is_control() && it != '\u{202e}';
        assert!(out.chars().all(is_safe), "{format}: {out:?}");
        if format == "json" {
            assert!(serde_json::from_str::<Value>(&out).is_ok());
        } else {
            assert!(
                !out.contains("\n::error::") && !out.contains("\n::warning::"),
                "{out}"
            );
        }
        assert!(!out.contains("secret"), "{format}: {out}");
        assert!(!out.contains(&"s".repeat(61)), "{format}: {out}");
    }
    let (_, out, _) = tool_with(true, &["live-check", input, "--registry", DOCUMENT]);
    assert!(out.contains("\u{1b}[31m"));
}

#[test]
fn parameters_without_a_name_need_the_event() {
    let folder = empty("live-bare");
    let input = folder.join("usage_stats.json");
    fs::write(&input, format!("{}\n", payload())).unwrap();
    let input = input.to_str().unwrap();
    let run = |more: &[&str]| {
        let mut arguments = vec!["live-check", input, "--registry", DOCUMENT];
        arguments.extend(more);
        tool(&arguments)
    };
    assert_eq!(run(&[]).0, USAGE);
    for (event, code) in [
        ("run_event", FINE),
        ("run_event@1.9", FINE),
        ("run_event@1.8", FINDING),
        ("run_event@x", USAGE),
        ("other_event", USAGE),
    ] {
        let (found, out, err) = run(&["--event", event]);
        assert_eq!(found, code, "{event}: {out} {err}");
    }
}

#[test]
fn the_arguments_and_the_files_are_checked() {
    let lock = "tests/live/run.lock.json";
    let missing = "tests/live/missing";
    for (arguments, code, expected) in [
        (vec![SESSION], USAGE, "--registry"),
        (
            vec![missing, "--registry", DOCUMENT],
            USAGE,
            "cannot be read",
        ),
        (
            vec!["tests/live", "--registry", DOCUMENT],
            USAGE,
            "cannot be read",
        ),
        (
            vec![SESSION, "--registry", missing],
            USAGE,
            "cannot be read",
        ),
        (
            vec![SESSION, "--registry", SESSION],
            USAGE,
            "session.ndjson:2:1",
        ),
        (
            vec![
                SESSION,
                "--registry",
                DOCUMENT,
                "--lock",
                lock,
                "--lock",
                lock,
            ],
            USAGE,
            "does not belong to a document",
        ),
        (
            vec!["tests/live/empty.ndjson", "--registry", DOCUMENT],
            USAGE,
            "the input has no event",
        ),
        (
            vec![SESSION, "--registry", DOCUMENT, "--fail-on", "x"],
            USAGE,
            "possible values",
        ),
    ] {
        let arguments: Vec<_> = ["live-check"].into_iter().chain(arguments).collect();
        let (found, _, err) = tool(&arguments);
        assert_eq!(found, code, "{arguments:?}: {err}");
        assert!(err.contains(expected), "{arguments:?}: {err}");
    }
    let arguments = [
        "live-check",
        SESSION,
        "--registry",
        DOCUMENT,
        "--lock",
        lock,
    ];
    assert_eq!(tool(&arguments), tool(&arguments[..4]));
}

#[test]
fn the_standard_input_is_read_as_a_file_is() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_telemetry-tool"))
        .args(["live-check", "-", "--registry", DOCUMENT])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text = line("run_event", "1.9", &payload());
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(FINE)));
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.starts_with("<stdin>: 1 event, 0 violations\n"), "{out}");
}
