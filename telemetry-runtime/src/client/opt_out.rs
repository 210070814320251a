//! Opting out, and checking the stored answer again, while the program runs.

use super::Client;
use crate::decision::Decision;

impl Client {
    /// Turns telemetry off for this process until the user consents again; see
    /// [`recheck`](Self::recheck). It stores nothing: the program stores the user's answer.
    ///
    /// From the return of this call:
    ///
    /// - no event is recorded, the heartbeats have ended, and the counts of summaries are forgotten;
    /// - the events that were held are dropped and counted as
    ///   [`DropReason::OptedOut`](crate::health::DropReason), and the files with stored events are removed,
    ///   also those of other processes;
    /// - a request that is under way cannot be stopped; it is the last one, and its outcome is ignored;
    /// - the audit log is unchanged.
    ///
    /// A client that is already off stays off.
    ///
    /// An opt-out by another process has the same effect: the product's marker file appears, the stored
    /// answer changes to no, or the consent file becomes invalid or unreadable. So has an
    /// [administrator's file](crate::Product::administrator_folder) that forbids telemetry. The worker checks
    /// these files before each request. While events are held, a heartbeat runs or a summary holds counts, it
    /// checks them at least every 60 s. Removing a stored yes is not an opt-out: the next start asks again.
    ///
    /// This call reads the product's files, so that a later consent can be distinguished from an
    /// earlier one.
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
    /// // Only a new consent of the user would turn it on again.
    /// assert!(!telemetry.recheck().on);
    /// ```
    pub fn opt_out(&self) {
        self.shared().switch.opt_out(&self.shared().queue);
        #[cfg(feature = "spool")]
        self.shared().purge();
    }

    /// Reads the product's files again on this thread, applies them, and returns the decision.
    ///
    /// An opt-out in the files turns telemetry off. After an opt-out, telemetry turns on again only if
    /// the user has consented since:
    ///
    /// - a yes was stored after the opt-out, or
    /// - the marker file was removed, if it existed at the opt-out.
    ///
    /// If the administrator's file was the only reason and permits telemetry again, the user's signals
    /// decide.
    ///
    /// Then a new session with a new random id begins. Events and counts from before are not sent. A
    /// heartbeat has to be started again; a summary counts from the default. The environment is not read
    /// again. A client that was built off or is
    /// shut down stays off.
    pub fn recheck(&self) -> Decision {
        let decision = self.shared().switch.recheck(&self.shared().queue);
        #[cfg(feature = "spool")]
        // After a shutdown the stored events wait for a later run.
        if !decision.on && !self.shared().switch.state().is_ended() {
            self.shared().purge();
        }
        decision
    }
}
