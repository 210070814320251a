//! Scripted faults happen as specified.

use std::{
    io::{ErrorKind, Read, Write},
    net::Shutdown,
    time::Duration,
};

use telemetry_runtime::testing::{Collector, ScriptedResponse};

use super::{AMPLE, assert_nothing_to_read, connect, exchange, post, read_head, read_to_end};

/// As much as the largest batch.
const LARGE: usize = 256 << 10;

fn serving(answer: ScriptedResponse) -> Collector {
    Collector::script([answer]).unwrap()
}

#[test]
fn silence_reads_the_request_and_answers_nothing() {
    let collector = serving(ScriptedResponse::silence());
    let stream = connect(&collector);
    post(&stream, "/", &vec![b'x'; LARGE]).unwrap();
    assert_eq!(
        collector.wait_for_requests(1, AMPLE).unwrap()[0].body.len(),
        LARGE
    );
    assert_nothing_to_read(&stream);
    assert_eq!(collector.counts().closed, 0);
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(read_to_end(&stream), (String::new(), Ok(())));
    let counts = collector
        .wait_until(AMPLE, |counts| counts.closed == 1)
        .unwrap();
    assert_eq!(counts.answered, 0);
}

#[test]
fn refuse_to_read_leaves_a_large_request_stuck() {
    let collector = serving(ScriptedResponse::refuse_to_read());
    let stream = connect(&collector);
    stream
        .set_write_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let stuck = post(&stream, "/", &vec![b'x'; LARGE]).unwrap_err();
    assert!(
        matches!(stuck.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{stuck}"
    );
    let counts = collector
        .wait_until(AMPLE, |counts| counts.attempts == 1)
        .unwrap();
    assert_eq!((counts.requests, counts.closed), (0, 0));
}

#[test]
fn drip_sends_a_few_bytes_at_a_time() {
    let whole = "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\nabcd";
    let quick = ScriptedResponse::status(200)
        .body("abcd")
        .drip(3, Duration::from_millis(1))
        .then_close();
    assert_eq!(exchange(&serving(quick)), (whole.into(), Ok(())));

    let collector = serving(ScriptedResponse::status(200).drip(2, Duration::from_secs(3600)));
    let mut stream = connect(&collector);
    post(&stream, "/", b"").unwrap();
    let mut first = [0; 2];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HT");
    assert_nothing_to_read(&stream);
    drop(collector);
    assert_eq!(read_to_end(&stream), (String::new(), Ok(())));
}

#[test]
fn reset_after_cuts_a_large_request_while_it_is_written() {
    for bytes in [0, 10, 1000] {
        let collector = serving(ScriptedResponse::reset_after(bytes));
        let stream = connect(&collector);
        let cut = post(&stream, "/", &vec![b'x'; LARGE]).unwrap_err();
        assert!(
            matches!(
                cut.kind(),
                ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
            ),
            "{cut}"
        );
        let counts = collector
            .wait_until(AMPLE, |counts| counts.closed == 1)
            .unwrap();
        assert_eq!((counts.attempts, counts.requests), (1, 0));
    }
}

#[test]
fn reset_after_more_than_the_request_receives_it() {
    let collector = serving(ScriptedResponse::reset_after(100_000));
    assert_eq!(
        exchange(&collector),
        (String::new(), Err(ErrorKind::ConnectionReset))
    );
    assert_eq!(collector.requests()[0].body, b"{}");
}

#[test]
fn reset_receives_the_request_first() {
    let collector = serving(ScriptedResponse::reset());
    assert_eq!(
        exchange(&collector),
        (String::new(), Err(ErrorKind::ConnectionReset))
    );
    assert_eq!(collector.requests()[0].body, b"{}");
}

#[test]
#[cfg(target_os = "linux")] // elsewhere a reset may overtake what was written before it
fn reset_comes_after_the_head_or_the_status_line() {
    let head = "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n";
    let reset = Err(ErrorKind::ConnectionReset);
    assert_eq!(
        exchange(&serving(ScriptedResponse::reset_after_head(200))),
        (head.into(), reset)
    );
    let line = "HTTP/1.1 200 OK\r\n";
    assert_eq!(
        exchange(&serving(ScriptedResponse::raw(line).then_reset())),
        (line.into(), reset)
    );
}

#[test]
fn close_ends_the_connection_without_an_answer() {
    let collector =
        Collector::script([ScriptedResponse::status(200), ScriptedResponse::close()]).unwrap();
    let stream = connect(&collector);
    post(&stream, "/", b"").unwrap();
    read_head(&stream);
    post(&stream, "/", b"").unwrap();
    assert_eq!(read_to_end(&stream), (String::new(), Ok(())));
    assert_eq!(collector.counts().requests, 2);
}

#[test]
fn then_close_ends_a_kept_connection_unannounced() {
    let collector = serving(ScriptedResponse::status(200).then_close());
    let answer = "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n";
    assert_eq!(exchange(&collector), (answer.into(), Ok(())));
    collector
        .wait_until(AMPLE, |counts| counts.closed == 1)
        .unwrap();
}

#[test]
fn broken_http_is_sent_as_it_is() {
    let (answer, end) = exchange(&serving(ScriptedResponse::wrong_length()));
    assert_eq!(
        (answer.as_str(), end),
        ("HTTP/1.1 200 \r\nContent-Length: 1000\r\n\r\n{}", Ok(()))
    );
    let (answer, end) = exchange(&serving(ScriptedResponse::broken_chunks()));
    assert!(answer.ends_with("chunked\r\n\r\nmany\r\n{}\r\n0\r\n\r\n"));
    assert_eq!(end, Ok(()));
    let (answer, end) = exchange(&serving(ScriptedResponse::garbage()));
    assert!(!answer.starts_with("HTTP/1.1") && !answer.is_empty());
    assert_eq!(end, Ok(()));
    let (answer, end) = exchange(&serving(ScriptedResponse::huge_header()));
    assert!(answer.len() > 1 << 20 && answer.ends_with("\r\n\r\n"));
    assert_eq!(end, Ok(()));
    let raw = "HTTP/1.1 200 OK\r\nConte";
    assert_eq!(
        exchange(&serving(ScriptedResponse::raw(raw))),
        (raw.into(), Ok(()))
    );
}

#[test]
fn redirect_names_the_other_place() {
    let collector = serving(ScriptedResponse::redirect("http://127.0.0.1:9/x").then_close());
    let (answer, _) = exchange(&collector);
    assert!(answer.starts_with("HTTP/1.1 307 \r\nLocation: http://127.0.0.1:9/x\r\n"));
}

#[test]
fn endless_answers_go_on_until_the_client_leaves() {
    for answer in [
        ScriptedResponse::endless_body(),
        ScriptedResponse::informational_flood(),
    ] {
        let collector = serving(answer);
        let mut stream = connect(&collector);
        post(&stream, "/", b"").unwrap();
        stream.read_exact(&mut vec![0; 4 << 20]).unwrap();
        drop(stream);
        let counts = collector
            .wait_until(AMPLE, |counts| counts.closed == 1)
            .unwrap();
        assert_eq!(counts.answered, 0);
    }
}

#[test]
fn tls_alert_answers_the_first_byte() {
    let collector = serving(ScriptedResponse::tls_alert());
    let mut stream = connect(&collector);
    stream.write_all(&[22]).unwrap();
    let mut alert = [0; 7];
    stream.read_exact(&mut alert).unwrap();
    assert_eq!(alert, [21, 3, 3, 0, 2, 2, 40]);
    assert_eq!(collector.counts().requests, 0);
}
