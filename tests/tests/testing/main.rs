//! The test kit: each scripted response of the collector has its documented effect on a raw socket.
//!
//! The clients here are bare sockets. Their timeouts only keep a broken test from hanging. No test
//! passes because of one, except for `refuse_to_read`, where nothing else can happen.
//!
//! A separate binary: two tests need ports that no other thread of the process binds meanwhile.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

use telemetry_runtime::testing::Collector;

mod limits;
mod responses;
mod scripted_faults;
mod unreachable_endpoints;

/// Long enough never to pass in a test that works.
const AMPLE: Duration = Duration::from_secs(60);

fn connect(collector: &Collector) -> TcpStream {
    let stream = TcpStream::connect(collector.address()).unwrap();
    stream.set_read_timeout(Some(AMPLE)).unwrap();
    stream.set_write_timeout(Some(AMPLE)).unwrap();
    stream
}

fn post(mut stream: &TcpStream, path: &str, body: &[u8]) -> io::Result<()> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: here\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat())
}

/// The bytes until the connection ends, and how it ends.
fn read_to_end(mut stream: &TcpStream) -> (String, Result<(), ErrorKind>) {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes);
    (
        String::from_utf8_lossy(&bytes).into_owned(),
        end.map(drop).map_err(|error| error.kind()),
    )
}

/// Reads the head of a request or response without a body, including the empty line at its end.
fn read_head(mut stream: &TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        bytes.extend(byte);
    }
    String::from_utf8(bytes).unwrap()
}

/// One POST on a separate connection, and its response.
fn exchange(collector: &Collector) -> (String, Result<(), ErrorKind>) {
    let stream = connect(collector);
    post(&stream, "/", b"{}").unwrap();
    collector.wait_for_requests(1, AMPLE).unwrap();
    read_to_end(&stream)
}

#[track_caller]
fn assert_nothing_to_read(mut stream: &TcpStream) {
    stream.set_nonblocking(true).unwrap();
    assert_eq!(
        stream.read(&mut [0]).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    stream.set_nonblocking(false).unwrap();
}
