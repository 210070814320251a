//! The gateway under load: its own processor time for a validated event, and events in a second.
//!
//! The program runs as a process in front of a sink of this process. Its time is from `/proc/PID/stat`, so
//! clients and the sink do not count. `-- URL` also measures the latency of the same load at a collector that
//! runs there, with the logs that the gateway sent.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark"
)]
#![allow(missing_docs, reason = "a benchmark")]

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        fs,
        io::{BufRead, BufReader, Read, Write},
        net::{TcpListener, TcpStream},
        path::Path,
        process::{Child, Command, Stdio},
        sync::{Arc, Mutex},
        thread,
        time::{Duration, Instant},
    };

    use serde_json::{Value, json};

    const CLIENTS: usize = 4;
    /// Ticks of `/proc/PID/stat` in a second, on every Linux system that Rust supports.
    const TICKS: f64 = 100.0;

    fn head(stream: &mut impl BufRead) -> Option<usize> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                return Some(length);
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
    }

    /// A collector that accepts everything, and keeps the last body.
    fn sink() -> (u16, Arc<Mutex<Vec<u8>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let last = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&last);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, kept) = (stream.unwrap(), Arc::clone(&kept));
                thread::spawn(move || {
                    stream.set_nodelay(true).unwrap();
                    let mut writer = stream.try_clone().unwrap();
                    let mut reader = BufReader::new(stream);
                    while let Some(length) = head(&mut reader) {
                        let mut body = vec![0; length];
                        reader.read_exact(&mut body).unwrap();
                        *kept.lock().unwrap() = body;
                        writer
                            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                            .unwrap();
                    }
                });
            }
        });
        (port, last)
    }

    /// Sends one body again and again over one connection for each client. Returns the latencies, sorted.
    fn load(address: &str, path: &str, body: &[u8], requests: usize) -> Vec<Duration> {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (address, path, body) = (address.to_owned(), path.to_owned(), body.to_vec());
                thread::spawn(move || {
                    let mut writer = TcpStream::connect(&*address).unwrap();
                    writer.set_nodelay(true).unwrap();
                    let mut reader = BufReader::new(writer.try_clone().unwrap());
                    let mut request = format!(
                        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                        body.len()
                    )
                    .into_bytes();
                    request.extend(&body);
                    let mut times = Vec::with_capacity(requests);
                    for _ in 0..requests {
                        let begin = Instant::now();
                        writer.write_all(&request).unwrap();
                        let mut status = String::new();
                        reader.read_line(&mut status).unwrap();
                        assert!(status.contains(" 200 "), "{status}");
                        let length = head(&mut reader).unwrap();
                        reader.read_exact(&mut vec![0; length]).unwrap();
                        times.push(begin.elapsed());
                    }
                    times
                })
            })
            .collect();
        let mut all: Vec<_> = clients
            .into_iter()
            .flat_map(|it| it.join().unwrap())
            .collect();
        all.sort();
        all
    }

    fn processor_seconds(id: u32) -> f64 {
        let text = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        let (_, rest) = text.rsplit_once(')').unwrap();
        let fields: Vec<_> = rest.split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
        (ticks(11) + ticks(12)) / TICKS
    }

    struct Gateway(Child, u16);

    impl Drop for Gateway {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn gateway(registry: &Path, sink: u16) -> Gateway {
        let mut child = Command::new(env!("CARGO_BIN_EXE_telemetry-tool"))
            .args(["gateway", "--listen", "127.0.0.1:0", "--registry"])
            .arg(registry)
            .args(["--forward", &format!("http://127.0.0.1:{sink}/v1/logs")])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let port = line
            .trim()
            .trim_end_matches('/')
            .rsplit(':')
            .next()
            .unwrap();
        Gateway(child, port.parse().unwrap())
    }

    /// Documents of the given number of versions, each with the events of the published one.
    fn registry(versions: usize) -> std::path::PathBuf {
        let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("../history/1.9.json");
        let mut document: Value =
            serde_json::from_str(&fs::read_to_string(published).unwrap()).unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("gateway-{versions}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for version in 0..versions {
            let name = format!("1.{}", 9 + version);
            document["schemaMeta"]["schemaVersion"] = name.as_str().into();
            fs::write(folder.join(format!("{name}.json")), document.to_string()).unwrap();
        }
        folder
    }

    /// An envelope of recorded events of one product.
    fn envelope(events: usize) -> Vec<u8> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/envelopes.json");
        let vectors: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let found = vectors["vectors"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["case"] == "one_event" && it["event"] == "guardrails_usage_event");
        let mut envelope = found.unwrap()["envelope"].clone();
        let event = envelope["events"][0].clone();
        envelope["events"] = json!(vec![event; events]);
        envelope.to_string().into_bytes()
    }

    fn at(times: &[Duration], percent: usize) -> f64 {
        times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0
    }

    pub(crate) fn main() {
        let other = std::env::args().find(|it| it.starts_with("http://"));
        println!(
            "| versions | events in a batch | bytes | CPU of the gateway, us for an event | events/s | latency ms, half | 99 % |"
        );
        println!("| --- | --- | --- | --- | --- | --- | --- |");
        for (versions, events) in [(1, 1), (1, 10), (1, 50), (1, 200), (10, 50), (50, 50)] {
            let (port, last) = sink();
            let gateway = gateway(&registry(versions), port);
            let body = envelope(events);
            let address = format!("127.0.0.1:{}", gateway.1);
            let requests = (40_000 / events).clamp(400, 5000);
            load(&address, "/", &body, 50);
            let (cpu, begin) = (processor_seconds(gateway.0.id()), Instant::now());
            let times = load(&address, "/", &body, requests);
            let (cpu, time) = (processor_seconds(gateway.0.id()) - cpu, begin.elapsed());
            let all = (times.len() * events) as f64;
            println!(
                "| {versions} | {events} | {} | {:.1} | {:.0} | {:.2} | {:.2} |",
                body.len(),
                cpu * 1e6 / all,
                all / time.as_secs_f64(),
                at(&times, 50),
                at(&times, 99)
            );
            if let Some(other) = other.as_ref().filter(|_| (versions, events) == (1, 50)) {
                let logs = last.lock().unwrap().clone();
                let (address, path) = other.trim_start_matches("http://").split_once('/').unwrap();
                let times = load(address, &format!("/{path}"), &logs, requests);
                println!(
                    "latency at {other}: {:.2} ms half, {:.2} ms 99 %",
                    at(&times, 50),
                    at(&times, 99)
                );
            }
        }
    }
}

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
}
