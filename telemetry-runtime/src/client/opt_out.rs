//! Turning telemetry off, and a person's way back, while the program runs.

use super::Client;
use crate::decision::Decision;

impl Client {
    /// Turns telemetry off for this process, until a person agrees again: see
    /// [`recheck`](Self::recheck). It stores nothing; that is the business of whoever asked the
    /// person.
    ///
    /// At once nothing more is recorded, what is held is dropped and counted as
    /// [`DropReason::OptedOut`](crate::health::DropReason), and the heartbeat ends. A request that is being
    /// made cannot be called back: it is the last one, and what becomes of it is ignored. The audit
    /// log is left alone. A client that is off stays as it is.
    ///
    /// The same happens when another process refuses: the product's marker file appears, or the
    /// stored answer turns to no. A consent file that is not valid any more or can no longer be read
    /// is a no. The worker looks before each request and, while anything is held
    /// or a heartbeat runs, at least every 60 s; with nothing to stop it does not wake up for it.
    /// Taking a stored yes away is no refusal: the next start asks again.
    ///
    /// It reads the product's files, to tell a later agreement from an earlier one.
    ///
    /// ```
    /// use telemetry_runtime::{Client, Product, transport::NullTransport};
    ///
    /// static MY_TOOL: Product = Product::new("my-tool").default_on(true);
    /// # let builder = Client::builder(&MY_TOOL).env(|_| None);
    /// let telemetry = builder.transport(NullTransport).build();
    ///
    /// telemetry.opt_out();
    /// assert!(!telemetry.is_on());
    /// assert_eq!(
    ///     telemetry.decision().to_string(),
    ///     "off: opted out while the program was running",
    /// );
    /// // Nobody has agreed since: a program cannot take it back.
    /// assert!(!telemetry.recheck().on);
    /// ```
    pub fn opt_out(&self) {
        self.shared().switch.opt_out(&self.shared().queue);
    }

    /// Reads the product's files again, now and on this thread, and returns what follows from them.
    ///
    /// A refusal in them turns telemetry off. After a refusal, only a person's new word turns it on
    /// again: a yes that was stored since, or that the marker file was taken away, where it was one
    /// of the two that refused or was there when the program did. Then a new session begins, with a
    /// new random id; nothing from before is sent, and the heartbeat has to be started again. The
    /// environment is not asked again: what it refused at the start stays refused, and a client that
    /// was built off, or that is shut down, stays off.
    pub fn recheck(&self) -> Decision {
        self.shared().switch.recheck(&self.shared().queue)
    }
}
