//! S3 and S6: programs without standard streams, and without a second thread.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

use telemetry_tests::scratch::Scratch;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// Answers each request and returns every byte that came, in requests or not.
fn serve(mut stream: TcpStream) -> Vec<u8> {
    let (mut seen, mut answered) = (Vec::new(), 0);
    let mut part = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut part) {
        seen.extend_from_slice(&part[..count]);
        // Each body has one envelope, which ends with this text.
        let ends = String::from_utf8_lossy(&seen).matches("}]}").count();
        for _ in answered..ends {
            stream.write_all(ANSWER).unwrap();
        }
        answered = ends;
    }
    seen
}

#[test]
fn a_daemons_messages_never_reach_the_collector_or_the_audit_log() {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "faults-closed-streams");
    let log = scratch.join("usage.json");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (send, connections) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = thread::spawn(|| serve(stream));
            if send.send(connection).is_err() {
                return;
            }
        }
    });
    let ended = Command::new(env!("CARGO_BIN_EXE_closed_streams"))
        .arg(url)
        .arg(&log)
        .env_clear()
        .stdin(Stdio::null())
        .status()
        .unwrap();
    let connections = connections.try_iter();
    let seen: Vec<u8> = connections
        .flat_map(|thread| thread.join().unwrap())
        .collect();
    let seen = String::from_utf8(seen).unwrap();
    assert!(ended.success(), "{ended}\n{seen}");
    let logged = fs::read_to_string(log).unwrap();
    for text in [&seen, &logged] {
        assert!(!text.contains("jane"), "{text}");
    }
    assert_eq!(seen.matches("POST / HTTP/1.1").count(), 3, "{seen}");
    assert_eq!(logged.lines().count(), 3, "{logged}");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_thread_for_the_lookup_an_endpoint_by_name_works() {
    use std::os::unix::{fs::MetadataExt, process::CommandExt};

    let collector = telemetry_runtime::testing::Collector::start().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_one_thread"));
    program
        .arg(collector.url().replace("127.0.0.1", "localhost"))
        .env_clear();
    // The limit has no effect on root.
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        program.uid(54_321);
    }
    let output = program.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        ["refused: true", "Complete", "delivered: 2"],
        "{output:?}"
    );
    assert_eq!(collector.counts().attempts, 1);
}
