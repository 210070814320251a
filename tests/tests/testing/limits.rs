//! The collector never blocks a test, reports everything, and leaves nothing behind.

use std::{
    env, fs,
    io::{ErrorKind, Write},
    iter,
    net::{TcpListener, TcpStream},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use telemetry_runtime::testing::{Collector, ScriptedResponse};

use super::{AMPLE, connect, post, read_head, read_to_end};

#[test]
fn a_wait_that_fails_reports_the_requests_it_saw() {
    let collector = Collector::start().unwrap();
    let stream = connect(&collector);
    post(&stream, "/", b"").unwrap();
    collector.wait_for_requests(1, AMPLE).unwrap();
    let timed_out = collector.wait_for_requests(2, Duration::ZERO).unwrap_err();
    assert_eq!(timed_out.counts.requests, 1);
    let text = timed_out.to_string();
    assert!(
        text.starts_with("timed out after 0ns: 1 connections (0 closed)"),
        "{text}"
    );
    assert!(
        collector
            .wait_until(Duration::ZERO, |counts| counts.refused > 0)
            .is_err()
    );
}

#[test]
fn bytes_that_are_not_a_request_are_refused_and_counted() {
    let bad = [
        ("nonsense\r\n\r\n", "400"),
        ("GET / HTTP/1.0\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"),
        (
            "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "400",
        ),
        (
            "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
            "400",
        ),
        (
            "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n",
            "413",
        ),
        (
            "GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
            "413",
        ),
    ];
    let collector = Collector::start().unwrap();
    for (bytes, status) in bad {
        let mut stream = connect(&collector);
        stream.write_all(bytes.as_bytes()).unwrap();
        let (answer, end) = read_to_end(&stream);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{bytes}: {answer}"
        );
        assert_eq!(end, Ok(()));
    }
    let counts = collector.counts();
    assert_eq!(
        (counts.refused, counts.attempts, counts.requests),
        (bad.len(), bad.len(), 0)
    );
}

#[test]
fn a_head_without_end_is_refused() {
    let collector = Collector::start().unwrap();
    let mut stream = connect(&collector);
    let _ = stream.write_all(&vec![b'x'; 1 << 20]);
    let (answer, _) = read_to_end(&stream);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[test]
fn a_client_that_disconnects_during_a_request_uses_up_its_row() {
    let collector = Collector::script([ScriptedResponse::status(500)]).unwrap();
    let mut stream = connect(&collector);
    stream
        .write_all(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n123")
        .unwrap();
    drop(stream);
    collector
        .wait_until(AMPLE, |counts| counts.closed == 1)
        .unwrap();
    let stream = connect(&collector);
    post(&stream, "/", b"").unwrap();
    assert!(read_head(&stream).starts_with("HTTP/1.1 200"));
    assert_eq!(collector.requests()[0].attempt, 1);
}

#[test]
fn a_connection_that_says_nothing_takes_no_row() {
    let collector = Collector::script([ScriptedResponse::status(500)]).unwrap();
    let idle = connect(&collector);
    let stream = connect(&collector);
    post(&stream, "/", b"").unwrap();
    assert!(read_head(&stream).starts_with("HTTP/1.1 500"));
    let counts = collector
        .wait_until(AMPLE, |counts| counts.connections == 2)
        .unwrap();
    assert_eq!(counts.attempts, 1);
    drop(idle);
}

#[test]
fn dropping_the_collector_ends_every_connection() {
    let ways = [
        ScriptedResponse::status(200), // and idle afterwards
        ScriptedResponse::silence(),
        ScriptedResponse::refuse_to_read(),
        ScriptedResponse::status(200).hold(),
        ScriptedResponse::status(200).drip(1, Duration::from_secs(3600)),
        ScriptedResponse::endless_body(),
        ScriptedResponse::informational_flood(),
    ];
    let count = ways.len();
    let collector = Collector::script(ways).unwrap();
    let streams: Vec<TcpStream> = (1..=count)
        .map(|attempts| {
            let stream = connect(&collector);
            post(&stream, "/", b"{}").unwrap();
            collector
                .wait_until(AMPLE, |counts| counts.attempts == attempts)
                .unwrap();
            stream
        })
        .collect();
    drop(collector);
    for stream in &streams {
        let (_, end) = read_to_end(stream);
        assert!(
            matches!(end, Ok(()) | Err(ErrorKind::ConnectionReset)),
            "{end:?}"
        );
    }
}

#[test]
fn dropping_the_collector_frees_its_port() {
    let is_free = |()| {
        let collector = Collector::start().unwrap();
        let address = collector.address();
        drop(collector);
        TcpListener::bind(address).is_ok()
    };
    // Another process may bind it first, but not each time.
    assert!(iter::repeat_n((), 10).any(is_free));
}

/// Runs the test below alone in a process, where descriptors and threads can be counted.
#[test]
#[cfg(target_os = "linux")]
fn dropping_the_collector_leaves_no_descriptor_and_no_thread() {
    let alone = Command::new(env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "limits::dropped_collectors_leave_nothing_in_a_separate_process",
        ])
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&alone.stdout);
    assert!(
        alone.status.success() && output.contains("1 passed"),
        "{output}"
    );
}

#[test]
#[ignore = "run by the test above"]
#[cfg(target_os = "linux")]
fn dropped_collectors_leave_nothing_in_a_separate_process() {
    let descriptors = || fs::read_dir("/proc/self/fd").unwrap().count();
    let threads = || {
        let tasks = fs::read_dir("/proc/self/task").unwrap();
        let names = tasks.map(|task| fs::read_to_string(task.unwrap().path().join("comm")));
        names
            .filter(|name| {
                name.as_ref()
                    .is_ok_and(|name| name.starts_with("telemetry"))
            })
            .count()
    };
    let before = descriptors();
    for _ in 0..20 {
        let collector =
            Collector::script([ScriptedResponse::status(200), ScriptedResponse::silence()])
                .unwrap();
        let streams = [
            connect(&collector),
            connect(&collector),
            connect(&collector),
        ];
        for stream in &streams {
            post(stream, "/", b"").unwrap();
        }
        collector.wait_for_requests(3, AMPLE).unwrap();
        assert!(threads() >= 4, "the threads are not found");
    }
    // A joined thread leaves the list of the kernel a moment later.
    let end = Instant::now() + AMPLE;
    while (threads(), descriptors()) != (0, before) {
        assert!(Instant::now() < end, "a thread or a descriptor is left");
        thread::yield_now();
    }
}
