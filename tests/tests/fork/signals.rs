//! Signals of the host: no thread of a client receives them, and a write to a closed connection is an
//! error also in a host that does not ignore `SIGPIPE`.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::Command,
    sync::mpsc,
    thread,
    time::Duration,
};

use telemetry_runtime::testing::{Collector, ScriptedResponse};

use crate::{lines, tls_server::TlsServer};

fn host(situation: &str, endpoint: &str) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_signal_host"));
    program.args([situation, endpoint]);
    program
}

#[track_caller]
fn lives(endpoint: &str) {
    let mut program = host("no pipe signals ignored", endpoint);
    assert_eq!(lines(&mut program), ["alive"], "{endpoint}");
}

/// A server that reads one byte of each connection, then ends it in this way.
fn serve(end: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if stream.read_exact(&mut [0]).is_ok() {
                end(stream);
            }
        }
    });
    url
}

#[test]
fn a_host_that_does_not_ignore_pipe_signals_survives_closed_connections() {
    for _ in 0..5 {
        // The drop resets the connection, because most of the body is unread.
        lives(&serve(|stream| {
            let _ = stream.shutdown(Shutdown::Write);
        }));
        lives(&serve(|mut stream| {
            let _ = stream.write_all(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
        }));
        lives(&serve(drop));
    }
    let resets = Collector::with_handler(|_| ScriptedResponse::reset_after(1)).unwrap();
    lives(&resets.url());
}

#[test]
fn a_host_that_does_not_ignore_pipe_signals_survives_closed_secure_connections() {
    let closing: [fn(TcpStream); 3] = [
        // The client still writes: most of the body does not fit in the buffers of the sockets.
        |stream| {
            thread::sleep(Duration::from_millis(20));
            drop(stream);
        },
        |stream| {
            let _ = stream.shutdown(Shutdown::Both);
        },
        drop,
    ];
    for close in closing {
        let (closed, handshakes) = mpsc::channel();
        let server = TlsServer::ending(&["localhost"], move |stream| {
            close(stream);
            let _ = closed.send(());
        });
        let mut program = host("no pipe signals ignored", &server.url());
        program.arg(server.authority());
        // Events that were not sent are held, and ambiguous ones are dropped.
        let counters = "8000 accepted, 8000 held or ambiguous, 0 delivered";
        assert_eq!(lines(&mut program), ["alive", counters]);
        assert!(handshakes.try_recv().is_ok(), "no handshake");
    }
}

#[test]
fn a_host_that_does_not_ignore_pipe_signals_survives_a_closed_standard_error() {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let mut program = host("no pipe signals ignored", "stderr");
    let output = program.stderr(writer).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stdout, b"alive\n");
}

#[test]
fn a_host_that_waits_for_a_signal_receives_it() {
    let collector = Collector::start().unwrap();
    let mut program = host("wait for a signal", &collector.url());
    assert_eq!(lines(&mut program), ["received 15"]);
}

#[test]
fn every_thread_of_a_client_blocks_the_signals_of_the_host_and_the_caller_keeps_its_mask() {
    let expected = ["caller unchanged: true", "blocked"];
    assert_eq!(lines(&mut host("masks", "")), expected);
}
