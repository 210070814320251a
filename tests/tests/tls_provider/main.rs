//! Row 27: a host that installed a custom TLS provider.
//!
//! A separate binary: the provider is installed once for the whole process, and the test checks
//! that none was installed before.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

#[path = "../faults/network/tls_server.rs"]
#[expect(dead_code, reason = "the other tests need more of it")]
mod tls_server;

use std::time::{Duration, Instant};

use rustls::crypto::CryptoProvider;
use telemetry_runtime::transport::{HttpTransport, Outcome, Request, Transport};

use self::tls_server::TlsServer;

fn send(server: &TlsServer) -> Outcome {
    let authority = server.authority();
    let mut transport = HttpTransport::new(&server.url())
        .unwrap()
        .env(|name| (name == "SSL_CERT_FILE").then(|| authority.clone().into()));
    let deadline = Instant::now() + Duration::from_secs(60);
    transport.send(&Request::new(b"{}", 1), deadline)
}

#[test]
fn row_27_any_tls_provider_of_the_host_works_and_none_does_too() {
    let server = TlsServer::start(&["localhost"]);
    assert!(CryptoProvider::get_default().is_none());
    assert_eq!(send(&server), Outcome::delivered());
    assert!(
        CryptoProvider::get_default().is_none(),
        "none was installed"
    );

    // One that no handshake can succeed with.
    let useless = CryptoProvider {
        cipher_suites: Vec::new(),
        kx_groups: Vec::new(),
        ..rustls::crypto::ring::default_provider()
    };
    useless.install_default().unwrap();
    assert_eq!(send(&server), Outcome::delivered());
    server.next_request();
    server.next_request();
    assert!(server.saw_nothing());
}
