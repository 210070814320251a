//! Rows 8 and 9, S8 and S17: faults of name resolution. Except in the last test, the
//! system's resolver is replaced, since a test must
//! not ask a name server; the thread and its limits are the real ones.

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use telemetry_runtime::{
    health::FlushOutcome,
    testing::{Collector, ScriptedResponse},
    transport::{FailureKind, HttpTransport, Outcome},
};

use super::support::*;

const HERE: [u8; 4] = [127, 0, 0, 1];

/// The collector by a name, so that it has to be looked up.
fn by_name(collector: &Collector) -> HttpTransport {
    let url = format!("http://localhost:{}/", collector.address().port());
    HttpTransport::new(&url).unwrap()
}

#[test]
fn row_08_a_name_that_is_not_known_is_unambiguous() {
    let collector = collector([]);
    for kind in [io::ErrorKind::NotFound, io::ErrorKind::Other] {
        let mut transport = by_name(&collector).resolver(move |_| Err(kind.into()));
        assert_eq!(not_sent(send_by(&mut transport)).0, FailureKind::Resolve);
    }
    assert_eq!(collector.counts().connections, 0);
}

#[test]
fn row_08_a_resolver_that_hangs_costs_one_thread_and_the_connect_timeout() {
    let collector = collector([]);
    let lookups = Arc::new(AtomicUsize::new(0));
    let (let_go, hung) = mpsc::channel::<()>();
    let hung = Mutex::new(hung);
    let counted = Arc::clone(&lookups);
    let mut transport = by_name(&collector).resolver(move |_| {
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            let _ = hung.lock().unwrap().recv();
        }
        Ok(vec![HERE.into()])
    });
    for _ in 0..2 {
        let (kind, detail) = not_sent(send_by(&mut transport));
        assert_eq!((kind, &*detail), (FailureKind::Resolve, "timed out"));
        assert_eq!(lookups.load(Ordering::SeqCst), 1);
    }
    let_go.send(()).unwrap();
    assert_eq!(send_until_connected(&mut transport), Outcome::delivered());
}

#[test]
fn row_08_a_resolver_that_panics_is_asked_again() {
    let collector = collector([]);
    let lookups = AtomicUsize::new(0);
    let mut transport = by_name(&collector).resolver(move |_| {
        if lookups.fetch_add(1, Ordering::SeqCst) == 0 {
            std::panic::resume_unwind(Box::new("scripted"));
        }
        Ok(vec![HERE.into()])
    });
    assert_eq!(not_sent(send_by(&mut transport)).0, FailureKind::Resolve);
    assert_eq!(send_by(&mut transport), Outcome::delivered());
}

/// Sends to these addresses; whether it arrived. Only 127.0.0.1 listens.
fn arrives_at(addresses: Vec<IpAddr>) -> bool {
    let collector = collector([ScriptedResponse::status(200)]);
    let mut transport = by_name(&collector).resolver(move |_| Ok(addresses.clone()));
    match send_by(&mut transport) {
        Outcome::NotSent(_) => collector.counts().connections > 0,
        outcome => outcome == Outcome::delivered(),
    }
}

#[test]
fn row_09_four_addresses_are_tried_at_most() {
    let deaf = |count: u8| (2..2 + count).map(|last| IpAddr::from([127, 0, 0, last]));
    let with_good_one = |count| deaf(count).chain([HERE.into()]).collect();
    assert!(!arrives_at(Vec::new()));
    assert!(arrives_at(with_good_one(3)));
    assert!(!arrives_at(with_good_one(4)));
    assert!(!arrives_at(with_good_one(49)));
}

#[test]
fn row_09_an_address_family_that_leads_nowhere_does_not_use_up_the_tries() {
    let v6 = IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]);
    assert!(!arrives_at(vec![v6; 3]));
    let mut addresses = vec![v6; 49];
    addresses.push(HERE.into());
    assert!(arrives_at(addresses));
}

#[test]
fn plain_http_to_localhost_goes_to_loopback_wherever_the_name_leads() {
    const ELSEWHERE: [u8; 4] = [192, 0, 2, 7];
    let collector = collector([]);
    for elsewhere in [
        IpAddr::from(ELSEWHERE),
        [0; 4].into(),
        IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1]),
    ] {
        let mut transport = by_name(&collector).resolver(move |_| Ok(vec![elsewhere]));
        let (kind, detail) = not_sent(send_by(&mut transport));
        let cause = "the name leads to another machine, and http is allowed to this machine only";
        assert_eq!((kind, &*detail), (FailureKind::Resolve, cause));
    }
    assert_eq!(collector.counts().connections, 0);
    let mapped = IpAddr::from([0, 0, 0, 0, 0, 0xffff, 0x7f00, 1]);
    for here in [HERE.into(), mapped] {
        let both = vec![ELSEWHERE.into(), here];
        let mut transport = by_name(&collector).resolver(move |_| Ok(both.clone()));
        assert_eq!(send_until_connected(&mut transport), Outcome::delivered());
    }
}

#[test]
fn a_lookup_without_an_address_names_its_cause() {
    type Lookup = fn(&str) -> io::Result<Vec<IpAddr>>;
    let causes: [(Lookup, &str); 3] = [
        (|_| Ok(Vec::new()), "the name has no address"),
        (
            |_| std::panic::resume_unwind(Box::new("scripted")),
            "the lookup panicked",
        ),
        (|_| Err(io::ErrorKind::NotFound.into()), "entity not found"),
    ];
    let collector = collector([]);
    for (lookup, cause) in causes {
        let (kind, detail) = not_sent(send_by(&mut by_name(&collector).resolver(lookup)));
        assert_eq!((kind, &*detail), (FailureKind::Resolve, cause));
    }
}

#[test]
fn a_host_that_no_lookup_can_find_is_named_as_that() {
    let label = "a".repeat(300);
    let not_tls = "a!b.example";
    let too_long = "a label of the host's name is longer than 63 letters";
    let hosts = [
        (format!("http://{label}.example/"), too_long),
        (format!("https://{label}.example/"), too_long),
        (
            format!("https://{not_tls}/"),
            "the host's name is not valid for TLS",
        ),
    ];
    for (url, cause) in hosts {
        let telemetry = builder().endpoint(url).allow_insecure_endpoint().build();
        telemetry.record(&Run(1));
        assert_flushed(&telemetry, FlushOutcome::Incomplete);
        assert_held(&telemetry, 1);
        let health = telemetry.health();
        let failure = health.last_failure().unwrap();
        let found = (failure.kind(), failure.detail());
        assert_eq!(found, (FailureKind::Resolve, cause));
    }
}

/// A name that is too long as a whole: the system's lookup fails without asking a name server.
#[test]
fn the_cause_of_the_systems_lookup_is_named() {
    let name = ["a"; 200].join(".");
    let by_name = format!("http://{name}/");
    let label = format!("{}.example", "a".repeat(64));
    let cases = [
        (&*by_name, String::new()),
        ("http://collector.example/", by_name.clone()),
        ("https://collector.example/", by_name.clone()),
        ("https://collector.example/", format!("http://{label}/")),
    ];
    for (url, proxy) in cases {
        let telemetry = builder()
            .endpoint(url)
            .allow_insecure_endpoint()
            .env(environment(&[("all_proxy", &proxy)]))
            .build();
        telemetry.record(&Run(1));
        assert_flushed(&telemetry, FlushOutcome::Incomplete);
        let health = telemetry.health();
        let failure = health.last_failure().unwrap();
        assert_eq!(failure.kind(), FailureKind::Resolve, "{proxy} {failure}");
        let detail = failure.detail();
        assert!(!detail.is_empty() && !detail.contains("error"), "{detail}");
        assert!(
            !detail.contains("a.a") && !detail.contains("aaa"),
            "{detail}"
        );
    }
}
