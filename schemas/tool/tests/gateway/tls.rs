//! TLS with a certificate that the test signs.

use std::{fs, net::TcpStream, sync::Arc};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName},
};

use crate::{
    collector::Collector,
    gateway::{Gateway, REGISTRY, envelope, event, file, fresh, read, refused, send},
};

struct Signed {
    certificate: String,
    key: String,
    der: CertificateDer<'static>,
}

fn signed(name: &str) -> Signed {
    let own = rcgen::generate_simple_self_signed(vec!["gateway.example".to_owned()]).unwrap();
    let key = fresh(&format!("{name}.key"));
    fs::write(&key, own.signing_key.serialize_pem()).unwrap();
    Signed {
        certificate: file(&format!("{name}.pem"), &own.cert.pem()),
        key: key.to_str().unwrap().to_owned(),
        der: own.cert.der().clone(),
    }
}

fn client(root: &CertificateDer<'static>, port: u16) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("gateway.example").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", port)).unwrap())
}

#[test]
fn envelopes_arrive_through_tls() {
    let own = signed("own");
    let token = "0123456789abcdef";
    let tokens = file("tls-tokens.txt", token);
    let collector = Collector::start();
    // Other machines can reach it, so this is the whole line for them.
    let gateway = Gateway::with(
        "0.0.0.0:0",
        &[
            "--registry",
            REGISTRY,
            "--forward",
            &collector.address(),
            "--tls-cert",
            &own.certificate,
            "--tls-key",
            &own.key,
            "--token-file",
            &tokens,
        ],
    );
    // Connections without a handshake do not stop the others.
    let silent: Vec<_> = (0..50).map(|_| gateway.connect()).collect();
    let body = envelope(vec![event()]).to_string();
    let authorization = format!("Bearer {token}");
    let headers = [("Authorization", authorization.as_str())];
    let mut stream = client(&own.der, gateway.port);
    send(&mut stream, "POST", "/", &headers, body.as_bytes());
    assert_eq!(read(&mut stream).status, 200);
    assert_eq!(collector.records().len(), 1);
    drop(silent);

    // Without TLS there is no answer of HTTP.
    let mut plain = gateway.connect();
    send(&mut plain, "POST", "/", &headers, body.as_bytes());
    let mut answer = Vec::new();
    let _ = std::io::Read::read_to_end(&mut plain, &mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    assert_eq!(collector.records().len(), 1);
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let (one, other) = (signed("one"), signed("other"));
    let (code, err) = refused(&[
        "--listen",
        "127.0.0.1:0",
        "--registry",
        REGISTRY,
        "--forward",
        "http://127.0.0.1:9/",
        "--tls-cert",
        &one.certificate,
        "--tls-key",
        &other.key,
    ]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot be used"), "{err}");
    assert!(err.contains("private key of the certificate"), "{err}");
}
