//! Rows 8 and 9: faults of name resolution. The system's resolver is replaced, since a test must
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
