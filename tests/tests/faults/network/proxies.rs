//! Row 24, P1 to P4 and S17: proxies between a client and its collector.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread,
};

use telemetry_runtime::{
    health::FlushOutcome,
    testing::{ScriptedResponse, UnreachableEndpoint},
    transport::{FailureKind, HttpTransport, Outcome},
};

use super::{support::*, tls_server::TlsServer};

#[test]
fn row_24_a_proxy_gets_the_whole_address() {
    let proxy = collector([]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        let telemetry = builder()
            .endpoint("http://collector.example/V1")
            .allow_insecure_endpoint()
            .env(environment(&[(name, &proxy.url())]))
            .build();
        telemetry.record(&Run(1));
        assert_flushed(&telemetry, FlushOutcome::Complete);
        let request = proxy.take_requests().remove(0);
        assert_eq!(request.path, "http://collector.example/V1", "{name}");
    }
}

#[test]
fn row_24_a_proxy_that_wants_a_password_pauses() {
    for url in ["http://collector.example/", "https://collector.example/"] {
        let proxy =
            collector([ScriptedResponse::status(407).header("Proxy-Authenticate", "Basic")]);
        let variables = [("HTTP_PROXY", &*proxy.url()), ("HTTPS_PROXY", &proxy.url())];
        let telemetry = builder()
            .endpoint(url)
            .allow_insecure_endpoint()
            .env(environment(&variables))
            .build();
        telemetry.record(&Run(1));
        for _ in 0..2 {
            assert_flushed(&telemetry, FlushOutcome::Incomplete);
            assert_held(&telemetry, 1);
            assert_eq!(telemetry.health().last_status(), Some(407));
            assert!(telemetry.health().misconfigured());
        }
        assert_eq!(proxy.counts().attempts, 1);
    }
}

#[test]
fn row_24_a_proxys_password_is_sent_to_the_proxy() {
    let proxy = collector([]);
    let url = proxy.url().replace("http://", "http://user:secret@");
    let telemetry = builder()
        .endpoint("http://collector.example/")
        .allow_insecure_endpoint()
        .env(environment(&[("http_proxy", &url)]))
        .build();
    telemetry.record(&Run(1));
    assert_flushed(&telemetry, FlushOutcome::Complete);
    let request = proxy.take_requests().remove(0);
    let basic = request.header("Proxy-Authorization");
    assert_eq!(basic, Some("Basic dXNlcjpzZWNyZXQ="));
    assert_eq!(request.header("Authorization"), None);
}

#[test]
fn row_24_a_proxy_that_is_down_loses_nothing() {
    let unreachable = UnreachableEndpoint::refusing().unwrap();
    let mut transport = HttpTransport::new("https://collector.example/")
        .unwrap()
        .env(environment(&[("HTTPS_PROXY", &unreachable.url())]));
    assert_eq!(not_sent(send_by(&mut transport)).0, FailureKind::Connect);
}

#[test]
fn row_24_a_proxy_that_refuses_the_tunnel_loses_nothing() {
    for answer in [
        ScriptedResponse::status(502),
        ScriptedResponse::garbage(),
        ScriptedResponse::close(),
    ] {
        let proxy = collector([answer]);
        let mut transport = HttpTransport::new("https://collector.example/")
            .unwrap()
            .env(environment(&[("HTTPS_PROXY", &proxy.url())]));
        assert_eq!(not_sent(send_by(&mut transport)).0, FailureKind::Connect);
    }
}

#[test]
fn row_24_a_proxy_variable_that_is_not_an_address_loses_nothing() {
    for text in ["http://", "::", "gopher://proxy.example"] {
        let mut transport = HttpTransport::new("https://collector.example/")
            .unwrap()
            .env(environment(&[("HTTPS_PROXY", text)]));
        let (kind, detail) = not_sent(send_by(&mut transport));
        let cause = "the proxy variable holds no usable address";
        assert_eq!((kind, &*detail), (FailureKind::Setup, cause), "{text}");
    }
}

/// Sends to a server by a name that only this transport knows; whether the server got it.
#[track_caller]
fn send_with(server: &TlsServer, variables: &[(&str, &str)]) -> Outcome {
    let authority = server.authority();
    let mut variables = variables.to_vec();
    variables.push(("SSL_CERT_FILE", &authority));
    let url = format!("https://collector.example:{}/", server.address().port());
    let mut transport = HttpTransport::new(&url)
        .unwrap()
        .env(environment(&variables))
        .resolver(|_| Ok(vec![[127, 0, 0, 1].into()]));
    send_until_connected(&mut transport)
}

#[test]
fn without_a_usable_proxy_nothing_is_sent_directly() {
    let server = TlsServer::start(&["collector.example"]);
    let unusable = "the proxy variable holds no usable address";
    let socks = "the proxy variable names a SOCKS proxy, which is not supported";
    let values = [
        ("ftp://127.0.0.1:2121", unusable),
        ("file:///etc/proxy", unusable),
        (" ", unusable),
        ("http://:3128", unusable),
        ("http://proxy.example\"b:3128", unusable),
        ("http://{proxy}:3128", unusable),
        ("http://proxy.example:0", unusable),
        ("http://proxy.example:99999", unusable),
        ("http://user.example:1/x@proxy.example", unusable),
        ("socks5h://127.0.0.1:1080", socks),
        ("SOCKS4://127.0.0.1", socks),
        (
            "http://domain.example\\user:secret@127.0.0.1:1",
            "the proxy variable contains a backslash: write it as %5C",
        ),
    ];
    for (value, cause) in values {
        for name in ["HTTPS_PROXY", "all_proxy"] {
            // The first variable that is set counts, even if a later one is usable.
            let variables = [(name, value), ("ALL_PROXY", "http://127.0.0.1:1")];
            let (kind, detail) = not_sent(send_with(&server, &variables));
            assert_eq!((kind, &*detail), (FailureKind::Setup, cause), "{value}");
        }
    }
    assert!(server.saw_nothing());
}

#[cfg(unix)]
#[test]
fn a_proxy_variable_that_is_not_utf8_is_not_ignored() {
    use std::{ffi::OsString, os::unix::ffi::OsStringExt};

    let mut transport = HttpTransport::new("https://collector.example/")
        .unwrap()
        .env(|name| (name == "HTTPS_PROXY").then(|| OsString::from_vec(b"http://\xff".to_vec())))
        .resolver(|_| Ok(vec![[127, 0, 0, 1].into()]));
    assert_eq!(not_sent(send_by(&mut transport)).0, FailureKind::Setup);
}

#[test]
fn each_form_of_an_exception_is_reached_directly() {
    let server = TlsServer::start(&["collector.example"]);
    let unreachable = UnreachableEndpoint::refusing().unwrap();
    let port = server.address().port();
    let direct = [
        "*".to_owned(),
        "b.test collector.example".to_owned(),
        "b.test,  .example c.test".to_owned(),
        "*.example".to_owned(),
        format!("collector.example:{port}"),
        format!("*:{port}"),
    ];
    for exceptions in direct {
        let variables = [
            ("HTTPS_PROXY", &*unreachable.url()),
            ("NO_PROXY", &exceptions),
        ];
        let outcome = send_with(&server, &variables);
        assert_eq!(outcome, Outcome::delivered(), "{exceptions}");
        server.next_request();
    }
    for exceptions in [
        "collector.example:1",
        "lector.example",
        "a.collector.example",
    ] {
        let variables = [
            ("HTTPS_PROXY", &*unreachable.url()),
            ("NO_PROXY", exceptions),
        ];
        let (kind, _) = not_sent(send_with(&server, &variables));
        assert_eq!(kind, FailureKind::Connect, "{exceptions}");
    }
    assert!(server.saw_nothing());
}

/// A connection to the unspecified address reaches this machine, but it is not a loopback address.
#[cfg(unix)]
#[test]
fn an_exception_can_be_an_address() {
    let collector = collector([]);
    let unreachable = UnreachableEndpoint::refusing().unwrap();
    let (here, port) = (Ipv4Addr::UNSPECIFIED, collector.address().port());
    let direct = [
        "*",
        "10.0.0.1 0.0.0.0",
        "0.0.0.0/8",
        &format!("0.0.0.0:{port}"),
    ];
    for exceptions in direct {
        let variables = [
            ("http_proxy", &*unreachable.url()),
            ("no_proxy", exceptions),
        ];
        let telemetry = builder()
            .endpoint(format!("http://{here}:{port}/"))
            .allow_insecure_endpoint()
            .env(environment(&variables))
            .build();
        telemetry.record(&Run(1));
        assert_flushed(&telemetry, FlushOutcome::Complete);
    }
    assert_eq!(collector.counts().attempts, direct.len());
}

#[test]
fn a_proxy_that_refuses_the_tunnel_is_named() {
    let causes = [
        (
            ScriptedResponse::status(502),
            "the proxy refused the tunnel",
        ),
        (
            ScriptedResponse::status(403),
            "the proxy refused the tunnel",
        ),
        (ScriptedResponse::close(), "the proxy closed the connection"),
    ];
    for (answer, cause) in causes {
        let proxy = collector([answer]);
        let mut transport = HttpTransport::new("https://collector.example/")
            .unwrap()
            .env(environment(&[("HTTPS_PROXY", &proxy.url())]));
        let (kind, detail) = not_sent(send_by(&mut transport));
        assert_eq!((kind, &*detail), (FailureKind::Connect, cause));
    }
}

#[test]
fn row_24_a_tunnel_carries_tls_and_the_proxy_sees_no_event() {
    let server = TlsServer::start(&["collector.example"]);
    let (proxy, asked) = tunnel_to(server.address());
    let variables = [
        ("HTTPS_PROXY", format!("http://{proxy}")),
        ("SSL_CERT_FILE", server.authority()),
    ];
    let mut transport = HttpTransport::new("https://collector.example/V1")
        .unwrap()
        .env(environment(
            &variables.each_ref().map(|(name, value)| (*name, &**value)),
        ));
    assert_eq!(send_until_connected(&mut transport), Outcome::delivered());
    let head = asked.recv().unwrap();
    assert!(
        head.starts_with("CONNECT collector.example:443 HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(!head.to_ascii_lowercase().contains("user-agent"), "{head}");
    assert!(server.next_request().starts_with("POST /V1 HTTP/1.1\r\n"));
}

#[test]
fn row_24_exceptions_and_this_machine_need_no_proxy() {
    let unreachable = UnreachableEndpoint::refusing().unwrap();
    let server = TlsServer::start(&["collector.example", "localhost"]);
    let port = server.address().port();
    for (host, exceptions) in [("collector.example", ".example, b.test"), ("localhost", "")] {
        let variables = [
            ("HTTPS_PROXY", unreachable.url()),
            ("NO_PROXY", exceptions.to_owned()),
            ("SSL_CERT_FILE", server.authority()),
        ];
        let mut transport = HttpTransport::new(&format!("https://{host}:{port}/"))
            .unwrap()
            .env(environment(
                &variables.each_ref().map(|(name, value)| (*name, &**value)),
            ))
            .resolver(|_| Ok(vec![[127, 0, 0, 1].into()]));
        let outcome = send_until_connected(&mut transport);
        assert_eq!(outcome, Outcome::delivered(), "{host}");
    }
}

/// A proxy whose tunnels all lead to `target`, and the heads of what it was asked.
pub(super) fn tunnel_to(target: SocketAddr) -> (SocketAddr, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (send, asked) = mpsc::channel();
    thread::spawn(move || {
        for client in listener.incoming() {
            let _ = tunnel(client.unwrap(), target, &send);
        }
    });
    (address, asked)
}

fn tunnel(
    mut client: TcpStream,
    target: SocketAddr,
    asked: &mpsc::Sender<String>,
) -> io::Result<()> {
    let mut head = String::new();
    let mut reader = BufReader::new(client.try_clone()?);
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
    let _ = asked.send(head);
    let server = TcpStream::connect(target)?;
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    let (mut back, mut to_client) = (server.try_clone()?, client);
    thread::spawn(move || {
        let _ = io::copy(&mut back, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let copied = io::copy(&mut reader, &mut &server).map(drop);
    server.shutdown(Shutdown::Both)?;
    copied
}
