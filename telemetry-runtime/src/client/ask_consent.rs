//! Consent as the client's builder sees it: ask a person, and remember the answer for this run.
//!
//! Must never ask where something else decides already: a refusal, the environment, a stored
//! answer. There is no way to say yes here but a person's own.

use std::time::SystemTime;

use super::builder::ClientBuilder;
use crate::{
    consent::{
        Answer,
        file::ConsentFile,
        prompt::{Asked, Prompt, Terminal},
        settle,
    },
    decision::Source,
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
            let mut word = gate.files.read();
            if self.product().consent.is_some() {
                word.answer = Some(true);
            } else {
                word.marker = false;
            }
            word
        })
    }

    /// Asks the person at `terminal` for consent, if the product
    /// [needs it](super::Product::needs_consent), nothing else decides and nobody has answered
    /// before. Keeps the answer in the product's file; this run honours it even if that fails.
    ///
    /// Call it after [`environment`](Self::environment) and [`disabled`](Self::disabled). A
    /// program that wants to know whether the answer could be stored uses
    /// [`settle`](crate::consent::settle).
    ///
    /// ```
    /// use std::ffi::OsString;
    /// use telemetry_runtime::{Client, Product, consent::{Prompt, ProductConsent, Streams}};
    ///
    /// static MY_TOOL: Product = Product::new("my-tool")
    ///     .endpoint("https://telemetry.example/events")
    ///     .needs_consent(ProductConsent::new("1.0", ".config/my-tool/telemetry.toml"));
    ///
    /// # let home = std::env::temp_dir().join(format!("ask-{}", fastrand::u64(..)));
    /// # let environment = {
    /// #     let home = home.clone();
    /// #     move |name: &str| ["HOME", "USERPROFILE"].contains(&name).then(|| OsString::from(&home))
    /// # };
    /// let prompt = Prompt::new("We count commands.\n", "Allow anonymous telemetry?");
    /// // A program hands in `StandardStreams`.
    /// let mut person = Streams::terminal(b"yes\n".as_slice(), Vec::new());
    /// let telemetry = Client::builder(&MY_TOOL)
    /// #   .environment(environment)
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
        // Anything but silence has decided already, the stored answer included.
        if decision.source == Source::ProductDefault {
            let settled = settle(None, Some(&file), prompt, terminal, SystemTime::now());
            self.answer = match settled.asked {
                Asked::Answered(answer) => Some(answer == Answer::Yes),
                Asked::Ended | Asked::Unreadable => Some(false),
                Asked::Nobody => None,
            };
        }
        self
    }

    fn consent_file(&self) -> Option<ConsentFile> {
        self.product().consent.as_ref()?.file(self.lookup())
    }
}
