//! The collector of all rows: a process of its own on loopback, so that its CPU time is not counted.
//!
//! It reads each request to its end, answers 200, and then counts how often the marker appears in the
//! body. The marker is the name of the event, which every encoding contains once per event. The
//! parent asks for the count on a connection of its own.

use std::{
    env,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{self, Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use memchr::memmem::{Finder, find};

/// The argument that makes this program a collector.
pub(crate) const CHILD: &str = "child-collector";

/// A collector, from the side that measures.
pub(crate) struct Collector {
    process: Child,
    address: SocketAddr,
}

impl Collector {
    /// Starts a process and waits until it listens.
    pub(crate) fn start(marker: &str) -> io::Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args([CHILD, marker])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().parse().map_err(io::Error::other)?;
        Ok(Self { process, address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/events", self.address)
    }

    /// Events and requests since the start.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let answer = ask(self.address).unwrap_or_default();
        let mut numbers = answer
            .split_whitespace()
            .map(|number| number.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }

    /// The events since the start, as soon as there are this many, or after two seconds.
    pub(crate) fn wait_for(&self, events: u64) -> u64 {
        let deadline = Instant::now() + Duration::from_secs(2);
        loop {
            let (arrived, _) = self.counts();
            if arrived >= events || Instant::now() > deadline {
                return arrived;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ask(address: SocketAddr) -> io::Result<String> {
    let mut connection = TcpStream::connect(address)?;
    connection.write_all(b"GET /counts HTTP/1.1\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    Ok(body.to_owned())
}

#[derive(Default)]
struct Counts {
    events: AtomicU64,
    requests: AtomicU64,
}

/// The body of the collector's process. It ends when its parent closes the pipe.
pub(crate) fn run(marker: &str) -> io::Result<()> {
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        process::exit(0)
    });
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut output = io::stdout();
    writeln!(output, "{}", listener.local_addr()?)?;
    output.flush()?;
    let counts = Arc::new(Counts::default());
    let marker = Arc::<str>::from(marker);
    for connection in listener.incoming() {
        let (counts, marker) = (counts.clone(), marker.clone());
        let connection = connection?;
        thread::spawn(move || serve(connection, &counts, &marker));
    }
    Ok(())
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// Answers the requests of one connection.
fn serve(mut connection: TcpStream, counts: &Counts, marker: &str) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let marker = Finder::new(marker);
    let mut buffer = vec![0; 4 << 20];
    let mut filled = 0;
    loop {
        let head = loop {
            if let Some(end) = find(&buffer[..filled], b"\r\n\r\n") {
                break end + 4;
            }
            match connection.read(&mut buffer[filled..])? {
                0 => return Ok(()),
                read => filled += read,
            }
        };
        if buffer.starts_with(b"GET /counts") {
            let (events, requests) = (counts.events.load(SeqCst), counts.requests.load(SeqCst));
            let body = format!("{events} {requests}");
            let length = body.len();
            return write!(
                connection,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"
            );
        }
        let end = head + body_length(&buffer[..head]);
        if buffer.len() < end {
            buffer.resize(end, 0);
        }
        while filled < end {
            match connection.read(&mut buffer[filled..])? {
                0 => return Ok(()),
                read => filled += read,
            }
        }
        connection.write_all(OK)?;
        // After the answer, so that the sender does not wait for it.
        let events = marker.find_iter(&buffer[head..end]).count() as u64;
        counts.events.fetch_add(events, SeqCst);
        counts.requests.fetch_add(1, SeqCst);
        buffer.copy_within(end..filled, 0);
        filled -= end;
    }
}

fn body_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head);
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    let length = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    length
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}
