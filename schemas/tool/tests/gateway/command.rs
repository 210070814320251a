//! The command line.

use crate::{
    collector::Collector,
    gateway::{Gateway, REGISTRY, envelope, event, file, program, refused},
};

const COLLECTOR: &str = "http://127.0.0.1:9/v1/logs";

fn mistake(listen: &str, more: &[&str]) -> String {
    let own = [
        "--listen",
        listen,
        "--registry",
        REGISTRY,
        "--forward",
        COLLECTOR,
    ];
    let arguments: Vec<_> = own.iter().chain(more).copied().collect();
    let (code, err) = refused(&arguments);
    assert_eq!(code, 2, "{err}");
    err
}

#[test]
fn an_address_that_others_can_reach_needs_tls_and_tokens() {
    let tokens = file("enough.txt", "0123456789abcdef");
    for (listen, more) in [
        ("0.0.0.0:0", &[][..]),
        ("[::]:0", &[]),
        ("192.0.2.1:0", &["--token-file", &tokens]),
    ] {
        let err = mistake(listen, more);
        assert!(err.contains("it needs TLS and tokens"), "{err}");
        assert!(err.contains("--insecure"), "{err}");
    }
    // `--insecure` is written in full.
    assert!(mistake("0.0.0.0:0", &["--insec"]).contains("unexpected argument"));
    let collector = Collector::start();
    let address = collector.address();
    let gateway = Gateway::with(
        "0.0.0.0:0",
        &["--registry", REGISTRY, "--forward", &address, "--insecure"],
    );
    assert_eq!(gateway.send(&envelope(vec![event()])).status, 200);
}

#[test]
fn wrong_inputs_are_reported_with_the_correction() {
    let short = file("short.txt", "0123456789\n");
    let spaced = file("spaced.txt", "0123456789abcdef with a space\n");
    let empty = file("empty.txt", "# nothing\n");
    let no_pem = file("no.pem", "nothing");
    for (more, wrong) in [
        (
            &["--token-file", "missing.txt"][..],
            "`missing.txt` cannot be read",
        ),
        (&["--token-file", &empty], "has no token"),
        (&["--token-file", &short], "fewer than 16 characters"),
        (
            &["--token-file", &spaced],
            "a space or a character beyond ASCII",
        ),
        (
            &["--tls-cert", &no_pem, "--tls-key", &no_pem],
            "has no certificate",
        ),
        (&["--tls-cert", &no_pem], "--tls-key"),
        (&["--dead-letter-payloads"], "--dead-letter"),
        (
            &["--dead-letter", "missing/folder.ndjson"],
            "cannot be written",
        ),
        (&["--dead-letter", "/dev/null"], "not a regular file"),
    ] {
        let err = mistake("127.0.0.1:0", more);
        assert!(err.contains(wrong), "{err}");
    }
    for (listen, forward, wrong) in [
        ("localhost", COLLECTOR, "write an address and a port"),
        ("127.0.0.1:0", "collector:4318", "write the whole address"),
        (
            "127.0.0.1:0",
            "http://me:pw@collector:4318/v1/logs",
            "has a password",
        ),
    ] {
        let (code, err) = refused(&[
            "--listen",
            listen,
            "--registry",
            REGISTRY,
            "--forward",
            forward,
        ]);
        assert_eq!(code, 2);
        assert!(err.contains(wrong), "{err}");
    }
    let (code, err) = refused(&["--listen", "127.0.0.1:0", "--forward", COLLECTOR]);
    assert_eq!(code, 2);
    assert!(err.contains("--registry"), "{err}");
}

#[test]
fn a_port_in_use_is_reported() {
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let err = mistake(&format!("127.0.0.1:{}", gateway.port), &[]);
    assert!(err.contains("cannot be used"), "{err}");
}

#[test]
fn the_help_has_examples_and_exit_codes() {
    let output = program(&["--help"]).output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for text in [
        "examples:",
        "--insecure",
        "--dead-letter-payloads",
        "exit codes: 0 fine",
        "/healthz and /metrics",
    ] {
        assert!(help.contains(text), "{help}");
    }
}
