//! Connections: they are accepted, served with limits of time and size, and ended.

use std::{
    convert::Infallible,
    future::poll_fn,
    mem::MaybeUninit,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, http::header, response::Response};
use hyper::{Request, body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{
    BODY_BYTES,
    idle::Idle,
    limits::{HANDSHAKE_TIME, HEAD_TIME, IDLE_TIME, REST_TIME, STOP_TIME, connections},
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
    // The futures are in memory of their own, so that each part of a connection has only what it needs.
    match acceptor {
        None => whole(stream, app, stopped).await,
        Some(acceptor) => {
            let handshake = Box::pin(timeout(HANDSHAKE_TIME, acceptor.accept(stream)));
            if let Ok(Ok(stream)) = handshake.await {
                Box::pin(whole(stream, app, stopped)).await;
            }
        }
    }
}

/// The requests of a connection, then its end.
async fn whole<S>(stream: S, app: Router, stopped: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let app = App {
        routes: TowerToHyperService::new(app),
        closes: Arc::new(AtomicBool::new(false)),
    };
    let closes = Arc::clone(&app.closes);
    // The buffers of the server are freed before the rest of a refused body arrives.
    let Some(mut stream) = Box::pin(requests(stream, app, stopped)).await else {
        return;
    };
    let is_shut = poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context)).await;
    if is_shut.is_ok() && closes.load(Ordering::Relaxed) {
        let _ = timeout(REST_TIME, rest(&mut stream)).await;
    }
}

/// Serves the requests. Returns the stream, if it can still be used.
async fn requests<S>(stream: S, app: App, mut stopped: watch::Receiver<bool>) -> Option<Idle<S>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let stream = TokioIo::new(Idle::new(stream, IDLE_TIME));
    let mut served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(READ_BYTES)
        .serve_connection(stream, app);
    let mut stop = pin!(stopped.wait_for(|stopped| *stopped));
    let mut is_stopping = false;
    let end = poll_fn(|context| {
        if !is_stopping && stop.as_mut().poll(context).is_ready() {
            is_stopping = true;
            Pin::new(&mut served).graceful_shutdown();
        }
        served.poll_without_shutdown(context)
    });
    // An error of a connection concerns only its client.
    end.await.ok()?;
    Some(served.into_parts().io.into_inner())
}

/// Reads what a client still sends after its refusal. Without it, the system would reset the connection, and the
/// client would not see the answer. All connections use one place of the stack for it.
async fn rest<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut read = 0;
    while read < BODY_BYTES {
        let next = poll_fn(|context| {
            let mut bytes = [MaybeUninit::uninit(); READ_BYTES];
            let mut buffer = ReadBuf::uninit(&mut bytes);
            let result = Pin::new(&mut *stream).poll_read(context, &mut buffer);
            result.map_ok(|()| buffer.filled().len())
        });
        match next.await {
            Ok(length) if length > 0 => read += length,
            _ => return,
        }
    }
}

/// The routes, for one connection.
struct App {
    routes: TowerToHyperService<Router>,
    /// Whether an answer was the last one, because the rest of its request is not wanted.
    closes: Arc<AtomicBool>,
}

impl Service<Request<Incoming>> for App {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (answer, closes) = (self.routes.call(request), Arc::clone(&self.closes));
        Box::pin(async move {
            let response = answer.await?;
            if response.headers().contains_key(header::CONNECTION) {
                closes.store(true, Ordering::Relaxed);
            }
            Ok(response)
        })
    }
}
