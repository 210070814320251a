//! Requests are kept as they were sent; responses follow the script.

use std::{io::Write, iter, thread};

use telemetry_runtime::testing::{Collector, ScriptedResponse};

use super::{AMPLE, assert_nothing_to_read, connect, post, read_head, read_to_end};

#[test]
fn a_request_is_kept_as_it_was_sent() {
    let collector = Collector::start().unwrap();
    let mut stream = connect(&collector);
    stream
        .write_all(b"PUT /A/b?C=%20 HTTP/1.1\r\nx-B:  2 \r\nX-a: 1\r\nX-A: 3\r\ncontent-length: 3\r\n\r\n\0\xffz")
        .unwrap();
    let requests = collector.wait_for_requests(1, AMPLE).unwrap();
    let [request] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("PUT", "/A/b?C=%20")
    );
    let headers: Vec<(&str, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        headers,
        [
            ("x-B", "2"),
            ("X-a", "1"),
            ("X-A", "3"),
            ("content-length", "3")
        ]
    );
    assert_eq!(request.header("x-a"), Some("1"));
    assert_eq!(request.body, b"\0\xffz");
    assert_eq!(request.text(), "\0\u{fffd}z");
    assert_eq!((request.attempt, request.connection), (0, 0));
}

#[test]
fn rows_answer_in_order_and_then_200() {
    let rows = [
        ScriptedResponse::status(503).header("Retry-After", "120"),
        ScriptedResponse::status(204),
    ];
    let collector = Collector::script(rows).unwrap();
    let stream = connect(&collector);
    let expected = [
        "HTTP/1.1 503 \r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 \r\n\r\n",
        "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
    ];
    for (attempt, expected) in expected.iter().enumerate() {
        post(&stream, &format!("/{attempt}"), b"").unwrap();
        assert_eq!(read_head(&stream), *expected);
    }
    let requests = collector.requests();
    let seen: Vec<(&str, usize, usize)> = requests
        .iter()
        .map(|one| (one.path.as_str(), one.attempt, one.connection))
        .collect();
    assert_eq!(
        seen,
        [("/0", 0, 0), ("/1", 1, 0), ("/2", 2, 0), ("/3", 3, 0)]
    );
    assert!(requests.is_sorted_by_key(|request| request.at));
}

#[test]
fn a_script_may_be_endless() {
    let collector = Collector::script(iter::repeat(ScriptedResponse::status(429))).unwrap();
    for _ in 0..5 {
        let stream = connect(&collector);
        post(&stream, "/", b"").unwrap();
        assert!(read_head(&stream).starts_with("HTTP/1.1 429"));
    }
    assert_eq!(collector.counts().connections, 5);
}

#[test]
fn a_body_is_sent_with_its_length_unless_a_header_says_otherwise() {
    let collector = Collector::script([
        ScriptedResponse::status(200).body("[]").then_close(),
        ScriptedResponse::status(200)
            .header("content-length", "7")
            .body("[]")
            .then_close(),
    ])
    .unwrap();
    for expected in [
        "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n[]",
        "HTTP/1.1 200 \r\ncontent-length: 7\r\n\r\n[]",
    ] {
        let stream = connect(&collector);
        post(&stream, "/", b"{}").unwrap();
        assert_eq!(read_to_end(&stream), (expected.into(), Ok(())));
    }
}

#[test]
fn the_function_sees_the_request_before_it_answers() {
    let collector = Collector::with_handler(|request| {
        ScriptedResponse::status(if request.text().contains("poison") {
            422
        } else {
            200
        })
    })
    .unwrap();
    let stream = connect(&collector);
    for (body, status) in [("fine", "200"), ("a poison b", "422"), ("fine", "200")] {
        post(&stream, "/", body.as_bytes()).unwrap();
        assert!(read_head(&stream).contains(status));
    }
}

#[test]
fn a_function_that_panics_closes_the_connection_and_nothing_else() {
    let collector = Collector::with_handler(|request| {
        assert_ne!(request.path, "/panic", "as the test wants it");
        ScriptedResponse::status(200)
    })
    .unwrap();
    let stream = connect(&collector);
    post(&stream, "/panic", b"").unwrap();
    assert_eq!(read_to_end(&stream), (String::new(), Ok(())));
    assert_eq!(collector.requests()[0].path, "/panic");
    let stream = connect(&collector);
    post(&stream, "/", b"").unwrap();
    assert!(read_head(&stream).starts_with("HTTP/1.1 200"));
}

#[test]
fn chunks_are_joined_and_an_expected_continue_is_given() {
    let collector = Collector::start().unwrap();
    let mut stream = connect(&collector);
    stream
        .write_all(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
        .unwrap();
    assert_eq!(read_head(&stream), "HTTP/1.1 100 Continue\r\n\r\n");
    stream
        .write_all(b"3;a=b\r\n{\"a\r\n9\r\n\":\"bcdefg\r\n2\r\n\"}\r\n0\r\nTrailer: x\r\n\r\n")
        .unwrap();
    assert!(read_head(&stream).starts_with("HTTP/1.1 200"));
    assert_eq!(collector.requests()[0].text(), r#"{"a":"bcdefg"}"#);
}

#[test]
fn requests_sent_ahead_of_their_answers_are_all_answered() {
    let collector =
        Collector::script([ScriptedResponse::status(201), ScriptedResponse::status(202)]).unwrap();
    let mut stream = connect(&collector);
    stream
        .write_all(b"POST /1 HTTP/1.1\r\nContent-Length: 1\r\n\r\n1GET /2 HTTP/1.1\r\nConnection: close\r\n\r\n")
        .unwrap();
    let (answers, end) = read_to_end(&stream);
    assert_eq!(answers.matches("HTTP/1.1 20").count(), 2);
    assert_eq!(end, Ok(()));
    assert_eq!(collector.requests()[0].body, b"1");
    assert_eq!(collector.requests()[1].path, "/2");
}

#[test]
fn every_request_of_many_threads_takes_one_row() {
    let collector = Collector::start().unwrap();
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let stream = connect(&collector);
                for _ in 0..8 {
                    post(&stream, "/", b"{}").unwrap();
                    read_head(&stream);
                }
            });
        }
    });
    let mut attempts: Vec<usize> = collector.requests().iter().map(|one| one.attempt).collect();
    attempts.sort_unstable();
    assert_eq!(attempts, Vec::from_iter(0..128));
    let counts = collector
        .wait_until(AMPLE, |counts| counts.closed == 16)
        .unwrap();
    assert_eq!(
        (counts.connections, counts.requests, counts.answered),
        (16, 128, 128)
    );
}

#[test]
fn held_answers_go_one_by_one_in_the_order_they_were_held() {
    let collector = Collector::script(iter::repeat(ScriptedResponse::status(200).hold())).unwrap();
    let first = connect(&collector);
    post(&first, "/", b"").unwrap();
    collector.wait_for_requests(1, AMPLE).unwrap();
    assert_nothing_to_read(&first);
    collector.release();
    assert!(read_head(&first).starts_with("HTTP/1.1 200"));

    post(&first, "/", b"").unwrap();
    collector.wait_for_requests(2, AMPLE).unwrap();
    assert_nothing_to_read(&first);
    collector.release();
    collector.release(); // for the one that comes next
    assert!(read_head(&first).starts_with("HTTP/1.1 200"));
    let second = connect(&collector);
    post(&second, "/", b"").unwrap();
    assert!(read_head(&second).starts_with("HTTP/1.1 200"));
}

#[test]
fn requests_can_be_taken_and_counted_anew() {
    let collector = Collector::start().unwrap();
    let stream = connect(&collector);
    post(&stream, "/1", b"").unwrap();
    read_head(&stream);
    assert_eq!(collector.take_requests().len(), 1);
    assert!(collector.requests().is_empty());
    post(&stream, "/2", b"").unwrap();
    let requests = collector.wait_for_requests(1, AMPLE).unwrap();
    assert_eq!(requests[0].path, "/2");
    assert_eq!(collector.counts().requests, 2);
}
