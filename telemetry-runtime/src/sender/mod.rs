//! The background sender: delivers stored events after the program has ended.
//!
//! A command-line tool ends before its collector has answered. With
//! [`Product::spool_in_state_dir`] its events are in files then. At its end the program can start itself once
//! more, in the background: the new process sends what the files hold and ends. A later run sends the events
//! that remain.
//!
//! ```no_run
//! use telemetry_runtime::{Client, Product, Profile, sender};
//!
//! static MY_TOOL: Product = Product::new("my-tool")
//!     .endpoint("https://collector.invalid/events")
//!     .spool_in_state_dir("my-tool/events");
//!
//! fn main() {
//!     // First: the background sender must not run any other code of the program.
//!     let token = sender::run_if_requested(&MY_TOOL);
//!     let telemetry = Client::builder(&MY_TOOL)
//!         .profile(Profile::cli())
//!         .sender(token)
//!         .build();
//!     // ... the drop of `telemetry` starts the sender and returns.
//! }
//! ```
//!
//! # The process
//!
//! - It is started with the one argument `--telemetry-sender`, and a variable with a random number, which it
//!   must find in the file `sender.lock` of the spool. The variable alone has no effect, so a program that
//!   inherits it runs normally. A process with both and another number ends at once.
//! - It ends after 10 s at the latest, even if the network or the disk does not respond.
//! - At most one runs for each product and user. After one that could not send all events, the next one starts
//!   a minute later at the earliest.
//! - It has its own session, no terminal, the root folder as working directory, and no open file of the
//!   program that started it. So neither a shell nor a pipe waits for it.
//! - It reads the user's decision again before it sends, and before each request. After a refusal it removes
//!   the events.
//!
//! # When it is started
//!
//! The drop of the guard and [`Client::shutdown`](crate::Client::shutdown) start it if all of these are true:
//!
//! - the client has a [`SenderToken`] for its product, is on, and holds events in files;
//! - it has no setting that only the program knows, see [`ClientBuilder::sender`];
//! - no build server and no test runner is detected, even if telemetry is enabled there;
//! - no refusal has been stored meanwhile;
//! - the file of the program is the one that runs: it was neither removed nor replaced;
//! - the program has the rights of its user: no set-user-id program, no capabilities of its file, and not in
//!   the home directory of another user;
//! - it is not the first process of a container, which ends all others;
//! - it is not a child of a `fork` after the first client was built;
//! - on Windows, its three standard streams are a console: a new process would keep a pipe open.
//!
//! The program gets a child that it did not start itself. A program that waits for all of its children after
//! the end of its client also waits for the sender.
//!
//! [`ClientBuilder::sender`]: crate::ClientBuilder::sender
//! [`Product::spool_in_state_dir`]: crate::Product::spool_in_state_dir

mod send;

use std::{env, process, time::Duration};

pub use crate::client::sender::SenderToken;
use crate::{
    client::{
        builder::ClientBuilder,
        sender::{ARGUMENT, VARIABLE, requested},
    },
    product::Product,
    spool::{
        disk::{SystemTimes, open_folder},
        folder::Missing,
        sender_lock::{Nonce, claim},
    },
    util::{
        catch_panic::catch_panic,
        platform::detached::{detach, limit_life},
    },
};

/// The process is ended after this time. The rest of 10 s is for its start and its end.
const LIFE: Duration = Duration::from_millis(9_500);

/// The time for sending. The rest is for the notes in the files.
const SENDING: Duration = Duration::from_secs(9);

/// Runs the [background sender](self) and ends the process, if the program was started for this. Otherwise
/// returns at once.
///
/// Call it first in `main`, before the program reads its arguments, opens files or starts threads. A program
/// with several products calls it once for each.
///
/// In a normal run it reads one variable and nothing else.
#[must_use = "pass it to `ClientBuilder::sender`"]
pub fn run_if_requested(product: &'static Product) -> SenderToken {
    if let Some(nonce) = nonce_of_start(product) {
        let _ = catch_panic(|| run(product, nonce));
        process::exit(0);
    }
    SenderToken::new(product)
}

/// The number with which this process was started as the sender of `product`.
fn nonce_of_start(product: &Product) -> Option<Nonce> {
    let marker = env::var_os(VARIABLE)?;
    let mut arguments = env::args_os().skip(1);
    let is_only = arguments.next()? == ARGUMENT && arguments.next().is_none();
    let nonce = requested(product, marker.to_str()?);
    nonce.filter(|_| is_only)
}

fn run(product: &'static Product, nonce: Nonce) {
    detach();
    if !limit_life(LIFE) {
        return;
    }
    let time = SystemTimes::default();
    let path = ClientBuilder::for_sender(product).folder_of_sender();
    let folder = path.map(|path| open_folder(path)(Missing::Leave));
    let Some(Ok(folder)) = folder else { return };
    let Ok(Some(lock)) = claim(&*folder, &time, nonce) else {
        return;
    };
    if send::send_all(product, &*folder, &time, SENDING) {
        lock.nothing_left();
    }
}
