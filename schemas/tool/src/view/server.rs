//! The server: its start, its end, and what every request must have.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::{
    net::TcpListener,
    runtime,
    sync::{Semaphore, watch},
    time::timeout,
};

use super::{
    Address, Ended, Options, STREAMS,
    forward::Forwarded,
    listener::{Limited, Reset},
    routes::routes,
    save::Saved,
    store::{Store, parsed},
};
use crate::signals::signals;

/// Bodies that are read or checked at the same time.
const BODIES: usize = 4;
/// Longest time of a connection on which nothing is read or written. A stream writes more often.
const IDLE: Duration = Duration::from_secs(120);
/// Longest time for open answers at the end.
const END: Duration = Duration::from_secs(2);

/// Headers of every answer. Scripts and styles come from this address only, and nothing else is loaded.
const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// State of all requests.
pub(super) struct Shared {
    pub(super) address: Address,
    store: Mutex<Store>,
    forwarded: Option<Arc<Forwarded>>,
    /// Rises with every change that a page shows.
    pub(super) changed: watch::Sender<u64>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) streams: Arc<Semaphore>,
    pub(super) bodies: Semaphore,
}

impl Shared {
    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn notify(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    /// Takes the body of an envelope. The error is the mistake of one that is not an envelope.
    pub(super) fn take(&self, body: &[u8]) -> Result<(), String> {
        let parsed = parsed(body);
        let taken = self.store().take(body, parsed);
        if let (Ok(_), Some(forwarded)) = (&taken, &self.forwarded) {
            forwarded.copy(body);
        }
        self.notify();
        taken.map(|_| ())
    }
}

/// Runs a view until SIGINT or SIGTERM. `started` is called once, with the address.
///
/// # Errors
///
/// The text of the mistake, if the view cannot start.
pub fn serve(options: Options, started: impl FnOnce(&Address)) -> Result<Ended, String> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BODIES)
        .build()
        .map_err(|error| error.to_string())?;
    let ended = runtime.block_on(run(options, started));
    runtime.shutdown_timeout(END);
    ended
}

async fn run(options: Options, started: impl FnOnce(&Address)) -> Result<Ended, String> {
    let port = options.port;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| format!("port {port} of 127.0.0.1 cannot be used: {error}"))?;
    let port = listener
        .local_addr()
        .map_err(|error| error.to_string())?
        .port();
    let address =
        Address::new(port).map_err(|error| format!("there is no random token: {error}"))?;
    let saved = options.save.as_deref().map(|path| {
        Saved::open(path)
            .map_err(|error| format!("`{}` cannot be written: {error}", path.display()))
    });
    let mut store = Store::new(options.released, saved.transpose()?, options.variable)
        .map_err(|error| error.to_string())?;
    let (changed, _) = watch::channel(0);
    let (stop, stopped) = watch::channel(false);
    let forwarded = match options.forward {
        None => None,
        Some(target) => {
            let changed = changed.clone();
            let (forwarded, send) =
                Forwarded::start(target, move || changed.send_modify(|count| *count += 1))?;
            tokio::spawn(send);
            Some(forwarded)
        }
    };
    store.forwarded.clone_from(&forwarded);
    let shared = Arc::new(Shared {
        address: address.clone(),
        store: Mutex::new(store),
        forwarded,
        changed,
        stopped: stopped.clone(),
        streams: Arc::new(Semaphore::new(STREAMS)),
        bodies: Semaphore::new(BODIES),
    });
    let app: Router = routes()
        .layer(from_fn_with_state(Arc::clone(&shared), guard))
        .with_state(Arc::clone(&shared));
    let app = app
        .fallback(async || (StatusCode::NOT_FOUND, "there is no such page\n"))
        .layer(axum::middleware::map_response(with_headers));
    let service = app.into_make_service_with_connect_info::<Reset>();
    let mut until = stopped;
    let server =
        axum::serve(Limited::new(listener, IDLE), service).with_graceful_shutdown(async move {
            let _ = until.wait_for(|stopped| *stopped).await;
        });
    // The signals are taken before a caller can send one.
    let end = signals()?;
    let server = tokio::spawn(async move { server.await });
    started(&address);
    end.await;
    let _ = stop.send(true);
    let _ = timeout(END, server).await;
    let ended = shared.store().ended(&options.fail_on);
    Ok(ended)
}

/// Host and Origin before the token, so that a page of another site learns nothing about it.
async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let address = &shared.address;
    let headers = request.headers();
    let refused = if !address.is_host(headers) {
        (
            StatusCode::MISDIRECTED_REQUEST,
            "the Host is not this address\n",
        )
    } else if !address.is_origin(headers) {
        (
            StatusCode::FORBIDDEN,
            "a page of another origin may not send this\n",
        )
    } else if !address.has_token(request.uri().path()) {
        (
            StatusCode::NOT_FOUND,
            "use the whole address that the program printed\n",
        )
    } else {
        return next.run(request).await;
    };
    refused.into_response()
}

async fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}
