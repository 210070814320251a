//! Consent in the client's builder: asks the user, and applies the answer to this run.
//!
//! **Invariants.** The user is never asked if another signal decides: an opt-out, the environment or a
//! stored answer. The gate decides; this file only adds the user's answer to its signals.

use super::builder::ClientBuilder;
use crate::{
    consent::{
        Answer,
        file::ConsentFile,
        prompt::{Prompt, PromptOutcome},
        terminal::Terminal,
    },
    decision::{DecisionSource, stored::StoredAnswer},
};

impl ClientBuilder {
    /// The decision of the current signals. A missing endpoint is ignored, because the program can set
    /// one in code. May query the name service for the home directory.
    #[cfg(feature = "clap")]
    pub(crate) fn decide_now(&self) -> crate::decision::Decision {
        let gate = self.gate();
        gate.decide(|| gate.files.read())
    }

    /// The decision if the user consented now: with a stored yes if the product requires consent, else
    /// without the marker file.
    #[cfg(feature = "clap")]
    pub(crate) fn decide_if_agreed(&self) -> crate::decision::Decision {
        let gate = self.gate();
        let decided = || {
            gate.decide(|| {
                let mut stored = gate.files.read();
                if self.product().consent.is_some() {
                    stored.answer = Some(StoredAnswer::Yes);
                } else {
                    stored.marker = crate::decision::stored::Marker::Absent;
                }
                stored
            })
        };
        gate.forbidden().unwrap_or_else(decided)
    }

    /// Asks the user at `terminal` for consent and stores the answer in the product's consent file.
    ///
    /// The user is asked only if the product [requires consent](super::Product::requires_consent), no
    /// other signal decides, and the stored answer is [absent](crate::consent::StoredConsent::Absent) or
    /// [stale](crate::consent::StoredConsent::Stale). The answer applies to this run even if it cannot be
    /// stored. If the file has no path, for example without a home directory, the user is not asked,
    /// because every run would ask again.
    ///
    /// A process in the background is not asked. Input from before the question is discarded. Without an
    /// answer in [60 s](Prompt::timeout), or after two unclear answers, nothing is stored and telemetry is
    /// off for this run. A service on a terminal without a user should set the product's
    /// [enable variable](crate::Product::enable_variable) or `DO_NOT_TRACK=1`.
    ///
    /// Call it after [`env`](Self::env) and [`disabled`](Self::disabled). To check whether the answer was
    /// stored, read [the file](crate::consent::ProductConsent::file).
    ///
    /// ```
    /// use std::ffi::OsString;
    /// use telemetry_runtime::{Client, Product, consent::{Prompt, ProductConsent, IoTerminal}};
    ///
    /// static MY_TOOL: Product = Product::new("my-tool")
    ///     .endpoint("https://telemetry.example/events")
    ///     .requires_consent(ProductConsent::new("1.0", ".config/my-tool/telemetry.toml"));
    ///
    /// # let home = std::env::temp_dir().join(format!("ask-{}", fastrand::u64(..)));
    /// # let environment = {
    /// #     let home = home.clone();
    /// #     move |name: &str| ["HOME", "USERPROFILE"].contains(&name).then(|| OsString::from(&home))
    /// # };
    /// let prompt = Prompt::new("We count commands.\n", "Allow anonymous telemetry?");
    /// // A program passes `StdTerminal`.
    /// let mut user = IoTerminal::new(b"yes\n".as_slice(), Vec::new());
    /// let telemetry = Client::builder(&MY_TOOL)
    /// #   .env(environment)
    /// #   .transport(telemetry_runtime::transport::NullTransport)
    ///     .ask_consent(&prompt, &mut user)
    ///     .build();
    /// assert_eq!(telemetry.decision().to_string(), "on: you agreed to telemetry");
    /// # std::fs::remove_dir_all(home).unwrap();
    /// ```
    pub fn ask_consent(mut self, prompt: &Prompt, terminal: &mut impl Terminal) -> Self {
        let Some(file) = self.consent_file() else {
            return self;
        };
        let decision = self.decide(&self.gate());
        // Every other source, including the stored answer, is a decision.
        if decision.source == DecisionSource::ProductDefault {
            let asked = prompt.ask(terminal);
            if let Some(answer) = prompt.answer_to_store(asked) {
                // The answer applies to this run even if it cannot be stored.
                let _ = file.write(answer, self.client_clock().wall());
            }
            self.answer = match asked {
                PromptOutcome::Answered(Answer::Yes) => Some(StoredAnswer::Yes),
                PromptOutcome::Answered(Answer::No)
                | PromptOutcome::EndOfInput
                | PromptOutcome::ReadError => Some(StoredAnswer::No),
                PromptOutcome::NotShown | PromptOutcome::Unanswered => None,
            };
            #[cfg(feature = "spool")]
            if self.answer == Some(StoredAnswer::No) {
                self.purge_spool();
            }
        }
        self
    }

    fn consent_file(&self) -> Option<ConsentFile> {
        self.product().consent.as_ref()?.file(self.lookup())
    }
}
