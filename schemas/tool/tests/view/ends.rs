//! How a view ends: exit codes and what it prints.

use crate::client::{REGISTRY, View, envelope, event, refused, with};

#[test]
fn a_view_without_rules_ends_with_0() {
    for signal in ["-TERM", "-INT"] {
        let view = View::start(&[]);
        assert_eq!(view.send(&envelope(vec![with("count", 70)])), 200);
        let (code, out, err) = view.end(signal);
        assert_eq!((code, &*err), (0, ""), "{signal}");
        assert!(
            out.starts_with("1 event in 1 request, 1 invalid, coverage "),
            "{out}"
        );
    }
}

#[test]
fn an_invalid_event_is_a_finding() {
    let view = View::start(&["--fail-on", "invalid"]);
    assert_eq!(view.send(&envelope(vec![event()])), 200);
    assert_eq!(view.end("-TERM").0, 0);

    let view = View::start(&["--fail-on", "invalid"]);
    assert_eq!(
        view.send(&envelope(vec![event(), with("mode", "stream")])),
        200
    );
    let (code, _, err) = view.end("-TERM");
    assert_eq!((code, &*err), (1, "finding: 1 invalid\n"));

    let view = View::start(&["--fail-on", "invalid"]);
    assert_eq!(view.request("POST", "ingest", &[], b"{}").status, 400);
    assert_eq!(view.end("-TERM").0, 1);
}

#[test]
fn a_low_coverage_is_a_finding() {
    let rule = |rule: &str| {
        let view = View::start(&["--fail-on", rule]);
        assert_eq!(view.send(&envelope(vec![event()])), 200);
        view.end("-TERM")
    };
    assert_eq!(rule("coverage<1").0, 0);
    let (code, _, err) = rule("coverage<100");
    assert_eq!(code, 1);
    assert!(
        err.starts_with("finding: the coverage is ") && err.ends_with(" %, below 100 %\n"),
        "{err}"
    );
}

#[test]
fn a_wrong_command_line_starts_nothing() {
    for (arguments, text) in [
        (&["--fail-on", "invalid"][..], "--fail-on needs a document"),
        (
            &["--registry", REGISTRY, "--fail-on", "coverage"],
            "write `invalid`, or `coverage<90`",
        ),
        (&["--registry", "tests/live/missing.json"], "missing.json"),
        (
            &["--forward", "collector.example"],
            "write the whole address",
        ),
        (
            &["--forward", "https://me:secret@collector.example/"],
            "has a password",
        ),
        (&["--save", "tests/live/missing/x"], "cannot be written"),
        (
            &["--variable", "A B"],
            "write the name of an environment variable",
        ),
    ] {
        let (code, err) = refused(arguments);
        assert_eq!(code, 2, "{arguments:?}: {err}");
        assert!(err.contains(text), "{arguments:?}: {err}");
    }
    let view = View::start(&[]);
    let (_, port) = view.page()["http://".len()..]
        .split_once(':')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let port = port.split('/').next().unwrap();
    let (code, err) = refused(&["--port", port]);
    assert_eq!(code, 2);
    assert!(
        err.contains(&format!("port {port} of 127.0.0.1 cannot be used")),
        "{err}"
    );
}
