//! Connections: they are accepted, served with limits of time and size, and ended.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{
    idle::Idle,
    limits::{HANDSHAKE_TIME, HEAD_TIME, IDLE_TIME, STOP_TIME, connections},
    routes::Shared,
};

/// Largest head of a request, and the memory of a connection for what it reads.
const READ_BYTES: usize = 8 * 1024;
/// Time after an error of the system, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stopped` is true. Returns whether all requests had an answer within the time for the end.
pub(super) async fn serve(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    app: Router,
    shared: Arc<Shared>,
    mut stopped: watch::Receiver<bool>,
) -> bool {
    let places = Arc::new(Semaphore::new(connections()));
    let mut open = JoinSet::new();
    let is_stopped = stopped.clone();
    let mut end = pin!(stopped.wait_for(|stopped| *stopped));
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            _ = &mut end => break,
            Some(_) = open.join_next() => continue,
            accepted = accepted => accepted,
        };
        // The address of the client is dropped here.
        let Ok((stream, _)) = accepted else {
            sleep(PAUSE).await;
            continue;
        };
        let (acceptor, app, stopped) = (acceptor.clone(), app.clone(), is_stopped.clone());
        let shared = Arc::clone(&shared);
        shared.counters.connections.add(1);
        open.spawn(async move {
            connection(stream, acceptor, app, stopped).await;
            shared.counters.ended.add(1);
            drop(place);
        });
    }
    // New clients are refused by the system from here on.
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    timeout(STOP_TIME, all).await.is_ok()
}

async fn connection(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    app: Router,
    stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    match acceptor {
        None => requests(stream, app, stopped).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = timeout(HANDSHAKE_TIME, acceptor.accept(stream)).await {
                requests(stream, app, stopped).await;
            }
        }
    }
}

async fn requests<S>(stream: S, app: Router, mut stopped: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let stream = TokioIo::new(Idle::new(stream, IDLE_TIME));
    let service = TowerToHyperService::new(app);
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(READ_BYTES)
        .serve_connection(stream, service);
    let mut served = pin!(served);
    tokio::select! {
        // An error of a connection concerns only its client.
        _ = served.as_mut() => {}
        () = async { let _ = stopped.wait_for(|stopped| *stopped).await; } => {
            served.as_mut().graceful_shutdown();
            let _ = served.await;
        }
    }
}
