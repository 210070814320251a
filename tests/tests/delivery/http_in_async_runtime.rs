//! The HTTPS transport called by a program on a thread of its async runtime.

use std::time::{Duration, Instant};

use telemetry_runtime::{
    testing::Collector,
    transport::{FailureKind, HttpTransport, Outcome, Request, Transport},
};
use tokio::runtime::{Builder, Runtime};

/// The deadline of a request. It passes only in a test that fails.
const PATIENCE: Duration = Duration::from_secs(60);

fn runtimes() -> [Runtime; 2] {
    let build = |mut builder: Builder| builder.enable_all().build().unwrap();
    [
        build(Builder::new_current_thread()),
        build(Builder::new_multi_thread()),
    ]
}

#[test]
fn on_a_runtimes_thread_a_request_is_not_sent() {
    let collector = Collector::start().unwrap();
    let mut transport = HttpTransport::new(&collector.url()).unwrap();
    let mut send = || transport.send(&Request::new(b"{}", 1), Instant::now() + PATIENCE);
    for (requests, runtime) in (1..).zip(runtimes()) {
        let Outcome::NotSent(failure) = runtime.block_on(async { send() }) else {
            unreachable!("nothing can be sent there");
        };
        assert_eq!(failure.kind(), FailureKind::Setup);
        assert_eq!(
            failure.to_string(),
            "the request could not be created: this thread belongs to an async runtime"
        );
        // On a thread outside the runtime, the same transport sends.
        assert_eq!(send(), Outcome::delivered());
        assert_eq!(collector.requests().len(), requests);
    }
}
