//! Checks the behaviour of a build without telemetry.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, ClientBuilder, Family, Product, Profile, TelemetryEvent, TelemetryGuard,
    decision::DecisionSource,
    global,
    health::{FlushOutcome, RecordError},
    telemetry_buckets,
    transport::{MemoryTransport, Outcome, Request, Transport},
};

telemetry_buckets! {
    /// Number of files.
    pub Files = [0, 10, 100]
}

/// One run of the program.
#[derive(Clone, TelemetryEvent)]
#[event(name = "program_run", schema = "1.0")]
struct Run {
    /// Number of files.
    #[event(required)]
    files: Files,
}

static PRODUCT: Product = Product::new("program")
    .events(&[&[Run::DESCRIPTOR]])
    .endpoint("stderr")
    .default_on(true);

/// Counts its drops. A call is an error.
#[derive(Clone)]
struct Unused(Arc<AtomicUsize>);

impl Drop for Unused {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Transport for Unused {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        unreachable!("nothing is sent")
    }
}

fn event() -> Run {
    Run::builder().files(Files::of(42_usize)).build()
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is not ready"),
    }
}

fn nothing_is_recorded_and_the_decision_says_why() {
    let memory = MemoryTransport::new();
    let telemetry = Client::builder(&PRODUCT)
        .env(|_| unreachable!("no variable is read"))
        .transport(memory.clone())
        .profile(Profile::service())
        .build();
    telemetry.record(&event());
    telemetry.record_with::<Run>(|| unreachable!("the closure is not called"));
    assert_eq!(telemetry.try_record(&event()), Err(RecordError::Off));
    let hour = Duration::from_secs(3600);
    assert!(!telemetry.heartbeat(hour, event(), |_, _| unreachable!("no heartbeat runs")));
    assert!(!telemetry.is_on());
    let decision = telemetry.decision();
    assert_eq!(decision.to_string(), "off: compiled without telemetry");
    assert_eq!(decision.source, DecisionSource::CompiledOut);
    assert!(!decision.on);
    telemetry.opt_out();
    assert_eq!(telemetry.recheck(), decision);
    assert_eq!(telemetry.session_id().as_str(), "undefined");
    for outcome in [
        telemetry.flush(hour),
        ready(telemetry.flush_async(hour)),
        telemetry.shutdown(hour),
        ready(telemetry.shutdown_async(hour)),
    ] {
        assert_eq!(outcome, FlushOutcome::Complete);
    }
    let health = telemetry.health();
    assert_eq!(health.accepted() + health.refused() + health.held(), 0);
    assert_eq!(health.last_failure(), None);
    drop(telemetry);
    assert!(memory.bodies().is_empty());
}

fn arguments_are_dropped_at_once() {
    let drops = Arc::new(AtomicUsize::new(0));
    let dropped = || drops.load(Ordering::Relaxed);
    let (in_env, in_hook, in_beat) = (
        Unused(Arc::clone(&drops)),
        Unused(Arc::clone(&drops)),
        Unused(Arc::clone(&drops)),
    );
    let builder = Client::builder(&PRODUCT).transport(Unused(Arc::clone(&drops)));
    assert_eq!(dropped(), 1);
    let builder = builder.env(move |_| {
        let _ = &in_env;
        None
    });
    assert_eq!(dropped(), 2);
    let builder = builder.on_loss(move |_| {
        let _ = &in_hook;
    });
    assert_eq!(dropped(), 3);
    let telemetry = builder.build();
    let started = telemetry.heartbeat(Duration::ZERO, event(), move |_, _| {
        let _ = &in_beat;
    });
    assert!(!started);
    assert_eq!(dropped(), 4);
}

fn the_global_client_needs_no_owner() {
    assert!(!global::client().is_on());
    for _ in 0..2 {
        let telemetry = Client::builder(&PRODUCT).build();
        global::install(&telemetry).unwrap();
    }
    let client: Client = global::client().clone();
    thread::spawn(move || client.record(&event()))
        .join()
        .unwrap();
}

fn types_that_configure_or_act_have_no_content() {
    assert_eq!(size_of::<Client>(), 0);
    assert_eq!(size_of::<ClientBuilder>(), 0);
    assert_eq!(size_of::<Family>(), 0);
    assert_eq!(size_of::<Product>(), 0);
    assert_eq!(size_of::<Profile>(), 0);
    assert_eq!(size_of::<TelemetryGuard>(), 0);
    assert_eq!(PRODUCT.name(), "");
}

fn types_that_describe_or_compute_are_the_same() {
    assert_eq!(event().parameters().to_json(), r#"{"files":"11-100"}"#);
    assert_eq!(Run::DESCRIPTOR.name, "program_run");
    let address =
        "https://collector.invalid/events".parse::<telemetry_runtime::transport::Endpoint>();
    assert_eq!(address.unwrap().to_string(), "nowhere");
}

fn main() {
    nothing_is_recorded_and_the_decision_says_why();
    arguments_are_dropped_at_once();
    the_global_client_needs_no_owner();
    types_that_configure_or_act_have_no_content();
    types_that_describe_or_compute_are_the_same();
    println!("checked");
}
