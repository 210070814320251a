//! The start and the end of a gateway.

use std::{net::SocketAddr, sync::Arc, thread, time::Duration};

use tokio::{
    net::TcpListener,
    runtime,
    sync::{mpsc, watch},
};
use tokio_rustls::TlsAcceptor;

use super::{
    BUDGET_BYTES, Ended, Options,
    budget::Budget,
    connections,
    counters::Counters,
    dead_letter::DeadLetter,
    envelope::Checks,
    forward::Forwarder,
    routes::{Shared, routes},
};
use crate::{live::Contracts, signals::signals};

/// Notices that wait to be printed. Others are dropped.
const NOTICES: usize = 16;
/// Envelopes that are checked at the same time, however many processors there are.
const MOST_CHECKS: usize = 4;
/// Longest time for a check that has begun, at the end.
const END: Duration = Duration::from_secs(1);

/// Runs a gateway until SIGINT or SIGTERM. `started` is called once with the address; `notice` gets lines for
/// the operator, without anything of a payload or a client.
///
/// # Errors
///
/// The text of the mistake, if the gateway cannot start.
pub fn serve(options: Options, mut report: impl FnMut(Event<'_>)) -> Result<Ended, String> {
    let checks = thread::available_parallelism().map_or(2, usize::from);
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(checks.clamp(2, MOST_CHECKS))
        .build()
        .map_err(|error| error.to_string())?;
    let ended = runtime.block_on(run(options, &mut report));
    runtime.shutdown_timeout(END);
    ended
}

/// Something to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'e> {
    /// The gateway accepts connections at the address.
    Started(SocketAddr),
    /// A line for the operator.
    Notice(&'e str),
}

async fn run(options: Options, report: &mut impl FnMut(Event<'_>)) -> Result<Ended, String> {
    let Options {
        listen,
        released,
        forward,
        dead_letter,
        dead_letter_payloads,
        certificate,
        tokens,
    } = options;
    let contracts = Contracts::new(released).map_err(|error| error.to_string())?;
    let (notices, mut noticed) = mpsc::channel(NOTICES);
    let dead_letter = dead_letter
        .map(|path| DeadLetter::open(&path, notices.clone()))
        .transpose()?;
    let shared = Arc::new(Shared {
        budget: Budget::new(BUDGET_BYTES),
        checks: Checks::new(contracts, dead_letter.is_some(), dead_letter_payloads),
        counters: Counters::new(),
        dead_letter,
        forwarder: Forwarder::new(forward, notices)?,
        tokens,
    });
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("the address {listen} cannot be used: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let acceptor = certificate.map(|it| TlsAcceptor::from(it.0));
    // The signals are taken before a caller can send one.
    let end = signals()?;
    let (stop, stopped) = watch::channel(false);
    let serving = connections::serve(
        listener,
        acceptor,
        routes(Arc::clone(&shared)),
        Arc::clone(&shared),
        stopped,
    );
    let mut serving = Box::pin(serving);
    report(Event::Started(address));
    let mut end = Box::pin(end);
    let is_complete = loop {
        tokio::select! {
            is_complete = &mut serving => break is_complete,
            () = &mut end, if !*stop.borrow() => {
                let _ = stop.send(true);
            }
            Some(text) = noticed.recv() => report(Event::Notice(&text)),
        }
    };
    Ok(Ended {
        summary: summary(&shared.counters),
        is_complete,
    })
}

fn summary(counters: &Counters) -> String {
    format!(
        "gateway: {} events received, {} forwarded, {} invalid, {} in the dead letter file",
        counters.received.get(),
        counters.forwarded.get(),
        counters.invalid.get(),
        counters.kept.get(),
    )
}
