//! The resident memory of a gateway with 1,000 connections that send 256 KiB each.

use std::{
    fs,
    io::Write,
    net::TcpStream,
    sync::{Arc, Barrier},
    thread,
};

use crate::{
    collector::Collector,
    gateway::{Gateway, envelope, event, read},
};

const CONNECTIONS: usize = 1000;
const THREADS: usize = 20;
const BODY: usize = 256 * 1024;
/// In KiB, the unit of `/proc`: 64 MB, and a quarter more for a build without optimization, which needs up to 14 MB
/// more. `.ci/soak` runs the test with an optimized one.
const LIMIT: u64 = if cfg!(debug_assertions) { 80 } else { 64 } * 1000 * 1000 / 1024;

/// A value of `/proc/PID/status` in KiB.
fn status(id: u32, key: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key))
        .unwrap();
    let value = line.trim_start_matches(':').split_whitespace().next();
    value.unwrap().parse().unwrap()
}

/// The test has a connection for each of the gateway's.
fn raise_open_files() -> bool {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let enough = limit.maximum.is_none_or(|maximum| maximum >= 2048);
    enough && setrlimit(Resource::Nofile, raised).is_ok()
}

#[test]
#[cfg(target_os = "linux")]
fn it_is_below_64_mb_with_a_thousand_connections() {
    if !raise_open_files() {
        println!("SKIPPED: the system does not allow 2048 open files");
        return;
    }
    let collector = Collector::start();
    let gateway = Gateway::start(&collector, &[]);
    let mut body = envelope(vec![event(); 500]).to_string();
    assert!(body.len() < BODY, "{}", body.len());
    body.extend(std::iter::repeat_n(' ', BODY - body.len()));
    let head = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {BODY}\r\n\r\n"
    );
    let body = Arc::new(body.into_bytes());
    let all_wait = Arc::new(Barrier::new(THREADS + 1));
    let clients: Vec<_> = (0..THREADS)
        .map(|_| {
            let (head, body, all_wait) = (head.clone(), Arc::clone(&body), Arc::clone(&all_wait));
            let port = gateway.port;
            thread::spawn(move || {
                let mut open: Vec<TcpStream> = (0..CONNECTIONS / THREADS)
                    .map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap())
                    .collect();
                for stream in &mut open {
                    stream.write_all(head.as_bytes()).unwrap();
                }
                // Every connection sends a part in turn, so that all of them grow at the same time.
                for part in body[..BODY - 1].chunks(16 * 1024) {
                    for stream in &mut open {
                        stream.write_all(part).unwrap();
                    }
                }
                all_wait.wait();
                all_wait.wait();
                let mut statuses = Vec::new();
                for stream in &mut open {
                    stream.write_all(&body[BODY - 1..]).unwrap();
                    statuses.push(read(stream).status);
                }
                statuses
            })
        })
        .collect();
    all_wait.wait();
    let waiting = status(gateway.id(), "VmRSS");
    assert!(gateway.metric("connections") > CONNECTIONS as u64);
    all_wait.wait();
    let statuses: Vec<u16> = clients
        .into_iter()
        .flat_map(|it| it.join().unwrap())
        .collect();
    let peak = status(gateway.id(), "VmHWM");
    let accepted = statuses.iter().filter(|it| **it == 200).count();
    let refused = statuses.iter().filter(|it| **it == 503).count();
    println!(
        "{accepted} accepted, {refused} refused, {waiting} KiB with all bodies, {peak} KiB at most"
    );
    assert_eq!(accepted + refused, CONNECTIONS);
    // The budget has place for 120 bodies of 256 KiB with their connections, and refuses the others.
    assert!(accepted > 60 && refused > 500, "{accepted} {refused}");
    assert!(peak <= LIMIT, "{peak} KiB are more than {LIMIT}");
    assert_eq!(collector.accepted().len(), accepted);
    assert_eq!(gateway.metric("held_bytes"), 0);
}
