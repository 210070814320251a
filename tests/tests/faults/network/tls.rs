//! Rows 25 and 26, P5 and S7: secure connections that fail.

#[cfg(target_os = "linux")]
use std::{fs, os::unix::fs::symlink, path::Path, process::Command};

use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa};
use telemetry_runtime::{
    health::FlushOutcome,
    testing::ScriptedResponse,
    transport::{FailureKind, HttpTransport, Outcome},
};
#[cfg(target_os = "linux")]
use telemetry_tests::scratch::Scratch;

use super::{support::*, tls_server::TlsServer};

/// A transport that trusts the authority of this server.
fn trusting(server: &TlsServer) -> HttpTransport {
    let variables = [("SSL_CERT_FILE", &*server.authority())];
    HttpTransport::new(&server.url())
        .unwrap()
        .env(environment(&variables))
}

#[track_caller]
fn assert_refused(server: &TlsServer, transport: &mut HttpTransport, cause: &str) {
    let (kind, detail) = not_sent(send_until_connected(transport));
    assert_eq!((kind, &*detail), (FailureKind::Tls, cause));
    assert!(server.saw_nothing());
}

#[test]
fn a_trusted_server_gets_the_request_over_tls() {
    let server = TlsServer::start(&["localhost"]);
    let mut transport = trusting(&server);
    for _ in 0..2 {
        assert_eq!(send_until_connected(&mut transport), Outcome::delivered());
        assert!(server.next_request().starts_with("POST /V1 HTTP/1.1\r\n"));
    }
}

#[test]
fn row_25_an_expired_certificate_is_refused_and_named() {
    let server = TlsServer::with(&["localhost"], |params| {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    });
    let cause = "the certificate has expired";
    assert_refused(&server, &mut trusting(&server), cause);
}

#[test]
fn row_25_a_certificate_of_another_host_is_refused_and_named() {
    let server = TlsServer::start(&["other.example"]);
    let cause = "the certificate is for another host";
    assert_refused(&server, &mut trusting(&server), cause);
}

#[test]
fn row_25_an_unknown_issuer_is_refused_and_named() {
    let server = TlsServer::start(&["localhost"]);
    let mut transport = HttpTransport::new(&server.url()).unwrap();
    let cause = "the certificate's issuer is unknown";
    assert_refused(&server, &mut transport, cause);
}

#[test]
fn row_25_a_handshake_that_stalls_is_given_up_and_named() {
    let collector = collector([ScriptedResponse::refuse_to_read()]);
    let url = collector.url().replace("http:", "https:");
    let (kind, detail) = not_sent(send(&url));
    assert_eq!((kind, &*detail), (FailureKind::Tls, "timed out"));
}

#[test]
fn row_25_a_handshake_that_breaks_is_named() {
    let broken = [
        (
            ScriptedResponse::tls_alert(),
            "the collector sent the alert HandshakeFailure",
        ),
        (ScriptedResponse::reset_after(1), "connection reset"),
    ];
    for (answer, cause) in broken {
        let collector = collector(std::iter::repeat_n(answer, 20));
        let url = collector.url().replace("http:", "https:");
        let outcome = send_until_connected(&mut HttpTransport::new(&url).unwrap());
        let (kind, detail) = not_sent(outcome);
        assert_eq!((kind, &*detail), (FailureKind::Tls, cause));
    }
}

#[test]
fn row_25_health_names_the_cause_and_nothing_is_downgraded() {
    let server = TlsServer::start(&["localhost"]);
    let telemetry = builder().endpoint(server.url()).build();
    telemetry.record(&Run(1));
    let mut failures = (0..20).map(|_| {
        assert_flushed(&telemetry, FlushOutcome::Incomplete);
        assert_held(&telemetry, 1);
        telemetry.health().last_failure().unwrap().clone()
    });
    let failure = failures.find(|failure| failure.detail() != "timed out");
    assert_eq!(
        failure.unwrap().to_string(),
        "no secure connection: the certificate's issuer is unknown"
    );
    assert!(server.saw_nothing());
}

#[test]
fn row_26_a_platform_without_roots_still_has_the_bundled_ones() {
    let server = TlsServer::start(&["localhost"]);
    for nothing in ["/dev/null", "/nonexistent/roots.pem"] {
        let mut transport = HttpTransport::new(&server.url())
            .unwrap()
            .env(environment(&[("SSL_CERT_FILE", nothing)]));
        // A verdict about the issuer, not an error about missing roots.
        let cause = "the certificate's issuer is unknown";
        assert_refused(&server, &mut transport, cause);
    }
}

#[test]
fn the_fault_of_a_certificate_is_named() {
    type Change = fn(&mut rcgen::CertificateParams);
    let faults: [(Change, &str); 2] = [
        (
            |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained),
            "the certificate is that of an authority, and a server needs its own",
        ),
        (
            |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth],
            "the certificate is not for servers",
        ),
    ];
    for (change, cause) in faults {
        let server = TlsServer::with(&["localhost"], change);
        assert_refused(&server, &mut trusting(&server), cause);
    }
    // Self-signed, and its own root.
    let server = TlsServer::self_signed(&["localhost"]);
    let cause = "the certificate is that of an authority, and a server needs its own";
    assert_refused(&server, &mut trusting(&server), cause);
    let mut transport = HttpTransport::new(&server.url()).unwrap();
    assert_refused(&server, &mut transport, cause);
}

/// Without the limits each of these reads would block, or fill the memory.
#[cfg(target_os = "linux")]
#[test]
fn only_regular_files_of_bounded_size_are_read_for_roots() {
    let server = TlsServer::start(&["localhost"]);
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "faults-roots");
    let folder = scratch.join("roots");
    fs::create_dir(&folder).unwrap();
    let (fifo, huge) = (folder.join("fifo"), folder.join("huge"));
    let made = Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    fs::copy(server.authority(), &huge).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&huge).unwrap();
    file.set_len(1 << 40).unwrap();
    symlink("/dev/zero", folder.join("zero")).unwrap();
    symlink(&folder, folder.join("loop")).unwrap();
    let begin = "-----BEGIN CERTIFICATE-----\n";
    for (number, rest) in ["", "!!!\n-----END CERTIFICATE-----\n", "-----END X-----\n"]
        .into_iter()
        .enumerate()
    {
        let broken = folder.join(format!("broken-{number}.pem"));
        fs::write(broken, [begin, rest].concat()).unwrap();
    }

    let cause = "the certificate's issuer is unknown";
    let files = [
        "/dev/zero",
        "/dev/stdin",
        "/",
        fifo.to_str().unwrap(),
        huge.to_str().unwrap(),
    ];
    for file in files {
        let mut transport = HttpTransport::new(&server.url())
            .unwrap()
            .env(environment(&[("SSL_CERT_FILE", file)]));
        assert_refused(&server, &mut transport, cause);
    }
    let in_folder = |folder: &Path| {
        HttpTransport::new(&server.url())
            .unwrap()
            .env(environment(&[("SSL_CERT_DIR", folder.to_str().unwrap())]))
    };
    assert_refused(&server, &mut in_folder(Path::new("/dev")), cause);
    assert_refused(&server, &mut in_folder(&folder), cause);
    fs::copy(server.authority(), folder.join("authority.pem")).unwrap();
    let outcome = send_until_connected(&mut in_folder(&folder));
    assert_eq!(outcome, Outcome::delivered());
}
