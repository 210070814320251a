//! Consent in the client's builder: asks the user, and remembers the answer for this run.
//!
//! Must never ask where something else decides already: a refusal, the environment, a stored
//! answer. The gate decides; only the user's own answer adds to it here.

use super::builder::ClientBuilder;
use crate::{
    consent::{
        Answer,
        file::ConsentFile,
        prompt::{Prompt, PromptOutcome, Terminal},
    },
    decision::{
        DecisionSource,
        stored::{Marker, StoredAnswer},
    },
};

impl ClientBuilder {
    /// What the signals say now. Where events would go is the program's business, which can give an
    /// address in code: nobody is told "off" for want of one.
    #[cfg(feature = "clap")]
    pub(crate) fn decide_now(&self) -> crate::decision::Decision {
        self.decide(&self.gate())
    }

    /// What would be decided if a person agreed now: a stored yes where the product keeps an answer,
    /// no marker file where it does not.
    #[cfg(feature = "clap")]
    pub(crate) fn decide_if_agreed(&self) -> crate::decision::Decision {
        let gate = self.gate();
        gate.decide(|| {
            let mut stored = gate.files.read();
            if self.product().consent.is_some() {
                stored.answer = Some(StoredAnswer::Yes);
            } else {
                stored.marker = Marker::Absent;
            }
            stored
        })
    }

    /// Asks the user at `terminal` for consent, if the product
    /// [needs it](super::Product::requires_consent), no signal decides and the stored answer is
    /// [absent](crate::consent::StoredConsent::Absent) or [stale](crate::consent::StoredConsent::Stale). Keeps the
    /// answer in the product's file; this run honours it even if that fails. Without a place for
    /// the file the user is not asked, since each run would have to ask again.
    ///
    /// Call it after [`env`](Self::env) and [`disabled`](Self::disabled). Whether
    /// the answer was stored shows when [the file](crate::consent::ProductConsent::file) is read.
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
    /// // A program hands in `StdTerminal`.
    /// let mut person = IoTerminal::new(b"yes\n".as_slice(), Vec::new());
    /// let telemetry = Client::builder(&MY_TOOL)
    /// #   .env(environment)
    /// #   .transport(telemetry_runtime::transport::NullTransport)
    ///     .ask_consent(&prompt, &mut person)
    ///     .build();
    /// assert_eq!(telemetry.decision().to_string(), "on: you agreed to telemetry");
    /// # std::fs::remove_dir_all(home).unwrap();
    /// ```
    pub fn ask_consent(mut self, prompt: &Prompt, terminal: &mut impl Terminal) -> Self {
        let Some(file) = self.consent_file() else {
            return self;
        };
        let decision = self.decide(&self.gate());
        // Every other source is a decision, the stored answer included.
        if decision.source == DecisionSource::ProductDefault {
            let asked = prompt.ask(terminal);
            if let Some(answer) = prompt.answer_to_store(asked) {
                // The answer holds for this run even where it cannot be stored.
                let _ = file.write(answer, self.client_clock().wall());
            }
            self.answer = match asked {
                PromptOutcome::Answered(Answer::Yes) => Some(StoredAnswer::Yes),
                PromptOutcome::Answered(Answer::No)
                | PromptOutcome::EndOfInput
                | PromptOutcome::ReadError => Some(StoredAnswer::No),
                PromptOutcome::NotShown => None,
            };
        }
        self
    }

    fn consent_file(&self) -> Option<ConsentFile> {
        self.product().consent.as_ref()?.file(self.lookup())
    }
}
