//! sentry: `sentry::init` with its default integrations, one event or one structured log per call.
//!
//! The transport does what sentry's own transports do, except the request: a thread receives each
//! envelope through a channel and serialises it.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use sentry::{
    ClientInitGuard, ClientOptions, Envelope, Transport, TransportFactory, TransportOptions,
    protocol::{EnvelopeItem, Event, Map, Value},
};

use crate::{
    events::{
        COMMAND, FILES, INPUT_TOKENS, MODEL, NAME, OS, OUTPUT_TOKENS, PLATFORM, RETRIES, RUNTIME,
        SESSION, TEMPERATURE, VERSION,
    },
    peers::Recorder,
};

pub(crate) struct Sentry {
    delivered: Arc<Delivered>,
    guard: ClientInitGuard,
}

#[derive(Default)]
struct Delivered {
    events: AtomicU64,
    logs: AtomicU64,
}

impl Sentry {
    pub(crate) fn start() -> Self {
        let delivered = Arc::<Delivered>::default();
        let options = ClientOptions::new().transport(Factory(delivered.clone()));
        let guard = sentry::init(("http://key@127.0.0.1:9/42", options));
        Self { delivered, guard }
    }

    fn settle(&self) {
        self.guard.flush(Some(Duration::from_secs(10)));
    }
}

/// One event per call, with the fields as its extra data.
pub(crate) struct Events(pub(crate) Arc<Sentry>);

impl Recorder for Events {
    fn record(&self, number: u32) {
        let mut extra: Map<String, Value> = Map::new();
        let mut insert = |key: &str, value: Value| _ = extra.insert(key.to_owned(), value);
        insert("source", "service".into());
        insert("session", SESSION.into());
        insert("version", VERSION.into());
        insert("runtime", RUNTIME.into());
        insert("platform", PLATFORM.into());
        insert("os", OS.into());
        insert("command", COMMAND.into());
        insert("outcome", "success".into());
        insert("model", MODEL.into());
        insert("durationMs", number.into());
        insert("exit", 0.into());
        insert("inputTokens", INPUT_TOKENS.into());
        insert("outputTokens", OUTPUT_TOKENS.into());
        insert("files", FILES.into());
        insert("temperature", TEMPERATURE.into());
        insert("stream", true.into());
        insert("cached", false.into());
        insert("retries", RETRIES.into());
        sentry::capture_event(Event {
            message: Some(NAME.to_owned()),
            level: sentry::Level::Info,
            extra,
            ..Event::default()
        });
    }

    fn settle(&self) {
        self.0.settle();
    }

    fn delivered(&self) -> u64 {
        self.0.delivered.events.load(SeqCst)
    }
}

/// One structured log per call, with the fields as attributes.
pub(crate) struct Logs(pub(crate) Arc<Sentry>);

impl Recorder for Logs {
    fn record(&self, number: u32) {
        sentry::logger_info!(
            source = "service",
            session = SESSION,
            version = VERSION,
            runtime = RUNTIME,
            platform = PLATFORM,
            os = OS,
            command = COMMAND,
            outcome = "success",
            model = MODEL,
            durationMs = number,
            exit = 0,
            inputTokens = INPUT_TOKENS,
            outputTokens = OUTPUT_TOKENS,
            files = FILES,
            temperature = TEMPERATURE,
            stream = true,
            cached = false,
            retries = RETRIES,
            "model_request"
        );
    }

    fn settle(&self) {
        self.0.settle();
    }

    fn delivered(&self) -> u64 {
        self.0.delivered.logs.load(SeqCst)
    }
}

struct Factory(Arc<Delivered>);

impl TransportFactory for Factory {
    fn create_transport_with_options(&self, _: TransportOptions) -> Arc<dyn Transport> {
        let (sender, receiver) = mpsc::channel();
        let delivered = self.0.clone();
        thread::spawn(move || serialise(&receiver, &delivered));
        Arc::new(Discard(sender))
    }
}

enum Message {
    Envelope(Box<Envelope>),
    Flush(mpsc::Sender<()>),
}

struct Discard(mpsc::Sender<Message>);

impl Transport for Discard {
    fn send_envelope(&self, envelope: Envelope) {
        let _ = self.0.send(Message::Envelope(Box::new(envelope)));
    }

    fn flush(&self, timeout: Duration) -> bool {
        let (done, wait) = mpsc::channel();
        let sent = self.0.send(Message::Flush(done)).is_ok();
        sent && wait.recv_timeout(timeout).is_ok()
    }
}

fn serialise(messages: &mpsc::Receiver<Message>, delivered: &Delivered) {
    for message in messages {
        match message {
            Message::Flush(done) => _ = done.send(()),
            Message::Envelope(envelope) => {
                let _ = envelope.to_writer(io::sink());
                for item in envelope.items() {
                    match item {
                        EnvelopeItem::Event(_) => _ = delivered.events.fetch_add(1, SeqCst),
                        EnvelopeItem::ItemContainer(items) => {
                            delivered.logs.fetch_add(items.len() as u64, SeqCst);
                        }
                        _ => (),
                    }
                }
            }
        }
    }
}
