//! Tokens.

use crate::{
    collector::Collector,
    gateway::{Gateway, envelope, event, file},
};

const FIRST: &str = "0123456789abcdef0123456789abcdef";
const SECOND: &str = "fedcba9876543210fedcba9876543210";

#[test]
fn only_requests_with_a_token_are_answered() {
    let collector = Collector::start();
    let tokens = file(
        "tokens.txt",
        &format!("# old and new\n{FIRST}\n\n{SECOND}\n"),
    );
    let gateway = Gateway::start(&collector, &["--token-file", &tokens]);
    let body = envelope(vec![event()]).to_string();
    let status = |headers: &[(&str, &str)]| {
        let answer = gateway.request("POST", "/", headers, body.as_bytes());
        if answer.status == 401 {
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            assert!(
                answer.body.contains("Authorization: Bearer TOKEN"),
                "{}",
                answer.body
            );
        }
        answer.status
    };
    assert_eq!(status(&[]), 401);
    assert_eq!(status(&[("Authorization", "Bearer")]), 401);
    assert_eq!(
        status(&[("Authorization", &format!("Bearer {FIRST}0"))]),
        401
    );
    assert_eq!(
        status(&[("Authorization", &format!("Bearer {}", &FIRST[1..]))]),
        401
    );
    assert_eq!(status(&[("Authorization", &format!("Basic {FIRST}"))]), 401);
    assert_eq!(status(&[("X-Api-Key", "# old and new")]), 401);
    assert!(collector.accepted().is_empty());
    assert_eq!(
        status(&[("Authorization", &format!("Bearer {FIRST}"))]),
        200
    );
    assert_eq!(status(&[("X-Api-Key", SECOND)]), 200);

    assert_eq!(gateway.request("GET", "/metrics", &[], b"").status, 401);
    let bearer = format!("Bearer {SECOND}");
    let page = gateway.request("GET", "/metrics", &[("Authorization", &bearer)], b"");
    assert!(
        page.body.contains("answers_total{status=\"401\"} 7"),
        "{}",
        page.body
    );
    assert!(!page.body.contains(FIRST));
    // A load balancer has no token.
    assert_eq!(gateway.request("GET", "/healthz", &[], b"").status, 200);
    let (code, out, err) = gateway.end();
    assert_eq!(code, Some(0));
    assert!(!format!("{out}{err}").contains(FIRST));
    // The token does not go to the collector.
    for head in collector.heads() {
        let head = head.to_ascii_lowercase();
        let private = [
            "authorization",
            "x-api-key",
            "forwarded",
            "via",
            "x-real-ip",
            "user-agent",
        ];
        assert!(
            !private
                .iter()
                .any(|name| head.contains(&format!("\r\n{name}"))),
            "{head}"
        );
    }
}

#[test]
fn a_body_is_not_read_before_the_token_is_known() {
    use std::io::Write;

    let collector = Collector::start();
    let tokens = file("early.txt", FIRST);
    let gateway = Gateway::start(&collector, &["--token-file", &tokens]);
    let mut stream = gateway.connect();
    // The body never arrives.
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
        .unwrap();
    assert_eq!(crate::gateway::read(&mut stream).status, 401);
}
