//! The API key of a program: it reaches the product's declared endpoint by HTTPS and no other place.

use telemetry_runtime::{
    AuditLog, Client, ClientBuilder, Product, TelemetryGuard,
    health::FlushOutcome,
    transport::{ApiKey, ApiKeyProblem, FileTransport, HttpTransport, MemoryTransport},
};
use telemetry_tests::scratch::Scratch;

use super::{proxies::tunnel_to, support::*, tls_server::TlsServer};

const KEY: &str = "key-918273645";

/// A product whose declared endpoint is known at run time.
fn product(endpoint: &str, header: Option<&'static str>) -> &'static Product {
    let product = Product::new("keyed")
        .endpoint(endpoint.to_owned().leak())
        .endpoint_variable("KEYED_ENDPOINT")
        .policy(PATIENT)
        .default_on(true);
    Box::leak(Box::new(match header {
        Some(name) => product.api_key_header(name),
        None => product,
    }))
}

/// A client with the key and an environment that trusts the certificate of `server`.
fn keyed(product: &'static Product, server: &TlsServer, more: &[(&str, &str)]) -> ClientBuilder {
    let authority = server.authority();
    let mut variables = vec![("SSL_CERT_FILE", &*authority)];
    variables.extend(more);
    Client::builder(product)
        .env(environment(&variables))
        .api_key(ApiKey::new(KEY))
}

/// Sends one event and returns the head of its request. A connection that a busy machine could not
/// complete is tried again.
#[track_caller]
fn head_of_request(telemetry: &TelemetryGuard, server: &TlsServer) -> String {
    telemetry.record(&Run(1));
    let mut flushes = (0..100).map(|_| telemetry.flush(PATIENCE));
    assert!(
        flushes.any(FlushOutcome::is_complete),
        "{:?}",
        telemetry.health()
    );
    server.next_request()
}

#[track_caller]
fn assert_has_no_key(head: &str) {
    let lower = head.to_ascii_lowercase();
    for trace in [KEY, "authorization", "bearer", "x-api-key"] {
        assert!(!lower.contains(trace), "{head}");
    }
}

/// The event arrives without the key, and the client has a sentence about it.
#[track_caller]
fn assert_left_out(builder: ClientBuilder, server: &TlsServer, problem: ApiKeyProblem) {
    let telemetry = builder.build();
    assert!(telemetry.is_on(), "{}", telemetry.decision());
    assert_eq!(telemetry.api_key_problem(), Some(problem));
    assert!(!problem.to_string().contains(KEY));
    assert_has_no_key(&head_of_request(&telemetry, server));
}

#[test]
fn an_api_key_is_in_every_request_to_the_declared_endpoint() {
    let server = TlsServer::start(&["localhost"]);
    let forms = [
        ("authorization", format!("authorization: Bearer {KEY}\r\n")),
        ("x-api-key", format!("x-api-key: {KEY}\r\n")),
    ];
    for (name, line) in forms {
        let telemetry = keyed(product(&server.url(), Some(name)), &server, &[]).build();
        assert_eq!(telemetry.api_key_problem(), None);
        for _ in 0..2 {
            let head = head_of_request(&telemetry, &server);
            assert_eq!(head.matches(&line).count(), 1, "{head}");
            assert_eq!(head.matches(KEY).count(), 1, "{head}");
        }
    }
}

#[test]
fn an_api_key_is_not_sent_to_an_endpoint_of_the_program_or_of_a_variable() {
    let (declared, other) = (
        TlsServer::start(&["localhost"]),
        TlsServer::start(&["localhost"]),
    );
    let product = product(&declared.url(), Some("authorization"));
    let problem = ApiKeyProblem::OtherEndpoint;

    let by_program = keyed(product, &other, &[]).endpoint(other.url());
    assert_left_out(by_program, &other, problem);
    let by_variable = keyed(product, &other, &[("KEYED_ENDPOINT", &other.url())]);
    assert_left_out(by_variable, &other, problem);

    // One part of the address differs.
    let url = declared.url();
    let host = TlsServer::start(&["localhost", "127.0.0.1"]);
    let by_address = host.url().replace("localhost", "127.0.0.1");
    let differences = [
        (url.replace("/V1", "/v1"), &declared),
        (url.replace("/V1", "/V1/"), &declared),
        (format!("{url}?a=b"), &declared),
        (url.replace("https://", "https://me@"), &declared),
        (by_address, &host),
    ];
    for (endpoint, server) in differences {
        let telemetry = keyed(product, server, &[]).endpoint(&endpoint).build();
        assert_eq!(telemetry.api_key_problem(), Some(problem), "{endpoint}");
        let head = head_of_request(&telemetry, server);
        assert!(!head.contains(KEY), "{head}");
    }
    assert!(declared.saw_nothing());

    // The same address from a variable is the declared one.
    let url = url.replace("localhost", "LOCALHOST");
    let telemetry = keyed(product, &declared, &[("KEYED_ENDPOINT", &url)]).build();
    assert_eq!(telemetry.api_key_problem(), None);
    assert!(head_of_request(&telemetry, &declared).contains(KEY));
}

#[test]
fn an_api_key_is_not_sent_by_plain_http_and_not_to_a_local_viewer() {
    let viewer = collector([]);
    let declared = product(&viewer.url(), Some("authorization"));
    let insecure = product("http://collector.example/V1", Some("authorization"));
    let secure = product("https://collector.example/V1", Some("authorization"));
    let with_key = |product| Client::builder(product).api_key(ApiKey::new(KEY));
    let proxy = viewer.url();
    let plain = [
        with_key(declared).env(|_| None),
        with_key(secure).env(|_| None).endpoint(viewer.url()),
        with_key(insecure)
            .env(environment(&[("http_proxy", &proxy)]))
            .allow_insecure_endpoint(),
    ];
    for builder in plain {
        let telemetry = builder.build();
        assert_eq!(telemetry.api_key_problem(), Some(ApiKeyProblem::NotHttps));
        telemetry.record(&Run(1));
        assert_flushed(&telemetry, FlushOutcome::Complete);
        let request = viewer.take_requests().remove(0);
        assert_eq!(request.header("authorization"), None);
        let headers = format!("{:?}", request.headers);
        assert!(!headers.contains(KEY), "{headers}");
    }
    for word in ["stdout", ""] {
        let telemetry = with_key(secure).env(|_| None).endpoint(word).build();
        assert_eq!(telemetry.api_key_problem(), Some(ApiKeyProblem::NotHttps));
        assert!(telemetry.is_on());
    }
}

#[test]
fn an_api_key_does_not_follow_a_redirect() {
    let target = TlsServer::start(&["localhost"]);
    let first = TlsServer::redirecting(&["localhost"], &target.url());
    let telemetry = keyed(product(&first.url(), Some("x-api-key")), &first, &[]).build();
    telemetry.record(&Run(1));
    let mut flushes = (0..100).map(|_| {
        let _ = telemetry.flush(PATIENCE);
        telemetry.health().last_status()
    });
    assert!(
        flushes.any(|status| status == Some(307)),
        "{:?}",
        telemetry.health()
    );
    assert!(first.next_request().contains(KEY));
    assert!(target.saw_nothing());
}

#[test]
fn a_proxy_of_the_declared_endpoint_does_not_see_the_api_key() {
    let server = TlsServer::start(&["collector.example"]);
    let (proxy, asked) = tunnel_to(server.address());
    let proxy = format!("http://user:secret@{proxy}");
    let product = product("https://collector.example/V1", Some("authorization"));
    let telemetry = keyed(product, &server, &[("HTTPS_PROXY", &proxy)]).build();
    let head = head_of_request(&telemetry, &server);
    assert!(
        head.contains(&format!("authorization: Bearer {KEY}\r\n")),
        "{head}"
    );
    let connect = asked.recv().unwrap();
    assert!(
        connect.starts_with("CONNECT collector.example:443"),
        "{connect}"
    );
    assert!(
        !connect.contains(KEY) && !connect.contains("Bearer"),
        "{connect}"
    );
}

#[test]
fn a_custom_transport_does_not_get_the_api_key() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "api-key-transports");
    let server = TlsServer::start(&["localhost"]);
    let product = product(&server.url(), Some("authorization"));
    let variables = [("SSL_CERT_FILE", &*server.authority())];
    let https = HttpTransport::new(&server.url())
        .unwrap()
        .env(environment(&variables));
    let builder = keyed(product, &server, &[]).transport(https);
    assert_left_out(builder, &server, ApiKeyProblem::CustomTransport);

    let (file, memory) = (scratch.join("envelopes"), MemoryTransport::new());
    let builders = [
        keyed(product, &server, &[]).transport(FileTransport::new(&file)),
        keyed(product, &server, &[]).transport(memory.clone()),
    ];
    for builder in builders {
        let telemetry = builder.build();
        assert_eq!(
            telemetry.api_key_problem(),
            Some(ApiKeyProblem::CustomTransport)
        );
        telemetry.record(&Run(1));
        assert_flushed(&telemetry, FlushOutcome::Complete);
    }
    let written = std::fs::read_to_string(file).unwrap();
    let sent = String::from_utf8(memory.bodies().remove(0)).unwrap();
    assert!(!written.contains(KEY) && !sent.contains(KEY));
    assert!(server.saw_nothing());
}

#[test]
fn an_api_key_that_cannot_be_sent_leaves_telemetry_on() {
    let server = TlsServer::start(&["localhost"]);
    let declared = product(&server.url(), Some("authorization"));
    let keys = [
        (String::new(), ApiKeyProblem::Empty),
        (
            format!("{KEY}\r\nx-injected: 1"),
            ApiKeyProblem::InvalidCharacter,
        ),
        (format!("{KEY}\n"), ApiKeyProblem::InvalidCharacter),
        (KEY.repeat(400), ApiKeyProblem::TooLong),
    ];
    for (key, problem) in keys {
        let builder = keyed(declared, &server, &[]).api_key(ApiKey::new(key));
        assert_left_out(builder, &server, problem);
    }
    let undeclared = keyed(product(&server.url(), None), &server, &[]);
    assert_left_out(undeclared, &server, ApiKeyProblem::NotDeclared);

    // The user name of the address uses the same header. The server has one connection at a time.
    let url = server.url().replace("https://", "https://me:password@");
    let telemetry = keyed(product(&url, Some("authorization")), &server, &[]).build();
    assert_eq!(
        telemetry.api_key_problem(),
        Some(ApiKeyProblem::Credentials)
    );
    let head = head_of_request(&telemetry, &server);
    assert!(
        head.contains("authorization: Basic ") && !head.contains(KEY),
        "{head}"
    );
    drop(telemetry);
    let telemetry = keyed(product(&url, Some("x-api-key")), &server, &[]).build();
    assert_eq!(telemetry.api_key_problem(), None);
    let head = head_of_request(&telemetry, &server);
    assert!(
        head.contains("authorization: Basic ") && head.contains(KEY),
        "{head}"
    );
}

#[test]
fn no_output_of_a_client_contains_the_api_key() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "api-key-outputs");
    let log = scratch.join("usage.jsonl");
    let server = TlsServer::with(&["localhost"], |params| {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    });
    let product = product(&server.url(), Some("authorization"));
    let builder = keyed(product, &server, &[]).audit(AuditLog::new(&log));
    let mut shown = format!("{builder:?}");
    let telemetry = builder.build();
    telemetry.record(&Run(1));
    assert_flushed(&telemetry, FlushOutcome::Incomplete);
    let health = telemetry.health();
    assert!(health.last_failure().is_some());
    let logged = std::fs::read_to_string(log).unwrap();
    assert!(logged.contains("\"number\":1"), "{logged}");
    for part in [
        logged,
        format!("{health:?} {:?}", health.last_failure()),
        format!("{telemetry:?} {:?} {}", *telemetry, telemetry.decision()),
    ] {
        shown.push_str(&part);
    }
    assert!(!shown.contains(KEY), "{shown}");
}
