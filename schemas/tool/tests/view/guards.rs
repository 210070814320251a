//! Requests that a view refuses: the token, the Host and the Origin, and the headers of each answer.

use crate::client::{View, envelope, event};

const ROUTES: [(&str, &str); 9] = [
    ("GET", ""),
    ("GET", "main.js"),
    ("GET", "stream"),
    ("GET", "events"),
    ("GET", "events/1"),
    ("GET", "coverage"),
    ("POST", "reset"),
    ("POST", "failures?next=503"),
    ("POST", "ingest"),
];

#[test]
fn every_route_needs_the_token() {
    let view = View::start(&[]);
    let token = view.root.trim_matches('/').to_owned();
    assert_eq!(token.len(), 32, "128 bits");
    assert!(token.bytes().all(|it| it.is_ascii_hexdigit()));
    let body = envelope(vec![event()]).to_string();
    let host = view.host();
    let other = if token.starts_with('0') { "1" } else { "0" };
    let last = format!(
        "{}{}",
        &token[..31],
        if token.ends_with('0') { "1" } else { "0" }
    );
    for (method, route) in ROUTES {
        for wrong in [
            "",
            "x",
            &token[..31],
            &format!("{token}0"),
            &format!("{other}{}", &token[1..]),
            &last,
        ] {
            let path = format!("/{wrong}/{route}");
            let answer = view.raw(method, &path, &[("Host", &host)], body.as_bytes());
            assert_eq!(answer.status, 404, "{method} {path}");
            assert!(!answer.head.contains(&token) && !answer.body.contains(&token));
        }
    }
    for path in ["/", "/favicon.ico", "//", "/ingest"] {
        assert_eq!(
            view.raw("GET", path, &[("Host", &host)], b"").status,
            404,
            "{path}"
        );
    }
    assert_eq!(view.get_json("events")["totals"]["requests"], 0);
    // Another run has another token.
    assert_ne!(View::start(&[]).root, view.root);
}

#[test]
fn a_name_that_resolves_to_this_machine_is_refused() {
    let view = View::start(&[]);
    let path = format!("{}events", view.root);
    let (_, port) = view
        .host()
        .split_once(':')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        "127.0.0.1".to_owned(),
        "127.0.0.1:1".to_owned(),
        String::new(),
    ] {
        assert_eq!(
            view.raw("GET", &path, &[("Host", &host)], b"").status,
            421,
            "{host}"
        );
    }
    let two = [("Host", view.host()), ("Host", "evil.example".to_owned())];
    let two = two.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_ne!(view.raw("GET", &path, &two, b"").status, 200);
    let local = format!("localhost:{port}");
    assert_eq!(view.raw("GET", &path, &[("Host", &local)], b"").status, 200);
}

#[test]
fn a_page_of_another_origin_changes_and_reads_nothing() {
    let view = View::start(&[]);
    assert_eq!(view.send(&envelope(vec![event()])), 200);
    let foreign = format!("http://{}.evil.example", view.host());
    for (method, route) in ROUTES {
        for header in [
            ("Origin", "http://evil.example"),
            ("Origin", "null"),
            ("Origin", "http://127.0.0.1"),
            ("Origin", &*foreign),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
        ] {
            let answer = view.request(method, route, &[header], b"{\"events\": []}");
            assert_eq!(answer.status, 403, "{method} {route} {header:?}");
        }
    }
    let totals = view.get_json("events")["totals"].clone();
    assert_eq!(
        (&totals["events"], &totals["failures"]["next"]),
        (&1.into(), &().into())
    );
    let own = format!("http://{}", view.host());
    let own = [("Origin", own.as_str()), ("Sec-Fetch-Site", "same-origin")];
    assert_eq!(view.request("POST", "reset", &own, b"").status, 200);
    assert_eq!(view.get_json("events")["totals"]["events"], 0);
}

#[test]
fn a_change_of_state_is_a_post() {
    let view = View::start(&[]);
    assert_eq!(view.send(&envelope(vec![event()])), 200);
    for route in ["reset", "failures?next=503", "ingest"] {
        assert_eq!(view.get(route).status, 405, "{route}");
    }
    assert_eq!(view.get_json("events")["totals"]["events"], 1);
}

#[test]
fn every_answer_has_the_policy() {
    let view = View::start(&[]);
    let mut answers: Vec<_> = [
        "", "view.css", "main.js", "events", "coverage", "nothing", "reset",
    ]
    .map(|path| view.get(path))
    .into();
    answers.push(view.raw("GET", "/", &[("Host", "evil.example")], b""));
    answers.push(view.request("POST", "ingest", &[], b"x"));
    for answer in answers {
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{policy}"
        );
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[test]
fn the_page_loads_its_own_files_only() {
    let view = View::start(&[]);
    let page = view.get("").body;
    let mut loaded = 0;
    for attribute in ["src=\"", "href=\""] {
        for part in page.split(attribute).skip(1) {
            let (path, _) = part.split_once('"').unwrap();
            if path.starts_with('#') {
                continue;
            }
            let answer = view.get(path);
            assert_eq!(answer.status, 200, "{path}");
            loaded += 1;
            for (at, _) in answer.body.match_indices("://") {
                let around = &answer.body[at.saturating_sub(8)..at + 13];
                assert!(around.contains("http://www.w3"), "{path}: {around}");
            }
            for part in answer.body.split("from \"./").skip(1) {
                let (module, _) = part.split_once('"').unwrap();
                assert_eq!(view.get(module).status, 200, "{module}");
            }
            for sink in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
            ] {
                assert!(!answer.body.contains(sink), "{path}: {sink}");
            }
        }
    }
    assert_eq!(loaded, 3);
    assert!(!page.contains("style=") && !page.contains(" on") || !page.contains("onclick"));
    assert_eq!(page.matches("<script").count(), 1);
}
