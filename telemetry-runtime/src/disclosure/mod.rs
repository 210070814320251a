//! The disclosure: what is collected and what never is, who receives it, what stays on the machine,
//! and how to change it.
//!
//! Must never say what the declarations do not: everything comes from event descriptors and the
//! [`Product`], and what a product leaves out is said to be missing, to people as well as to its
//! developers ([`Disclosure::check`]). It reads nothing and decides nothing.
//!
//! `facts` puts the parts in order, `collected` describes events and the envelope, `render` writes text
//! and Markdown, `digest` detects a change of what is disclosed, `example` makes an example of each
//! event.

pub(crate) mod collected;
#[cfg(feature = "consent")]
pub(crate) mod digest;
pub(crate) mod example;
pub(crate) mod facts;
pub(crate) mod render;

#[cfg(feature = "consent")]
use std::borrow::Cow;
use std::fmt;

#[cfg(feature = "consent")]
use crate::consent::prompt::Prompt;
use crate::{event::descriptor::EventDescriptor, product::Product, schema::registry::Registry};

/// What a product discloses about the events it sends.
///
/// ```
/// use telemetry_runtime::{Disclosure, Product, TelemetryEvent};
///
/// /// One run of the tool.
/// #[derive(TelemetryEvent)]
/// #[event(name = "tool_run", schema = "1.0", never("file names"))]
/// struct ToolRun {
///     /// Exit code of the process.
///     exit_code: i32,
/// }
///
/// static MY_TOOL: Product = Product::new("my-tool")
///     .recipient("Example Corporation")
///     .responsible("Example Corporation, privacy@example.org")
///     .retention("13 months")
///     .enable_variable("MY_TOOL_TELEMETRY");
/// static DISCLOSURE: Disclosure = Disclosure::new(&MY_TOOL, &[ToolRun::DESCRIPTOR]);
///
/// // In a test of the product:
/// DISCLOSURE.check()?;
///
/// let text = DISCLOSURE.text(72);
/// assert!(text.contains("exitCode: Exit code of the process. [whole number]"));
/// assert!(text.contains("- file names"));
/// assert!(text.contains("Example Corporation keeps it: 13 months."));
/// assert!(text.contains("MY_TOOL_TELEMETRY=0 turns it off"));
/// assert!(DISCLOSURE.markdown().contains("`exitCode`"));
/// # Ok::<(), telemetry_runtime::disclosure::DisclosureError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Disclosure {
    product: &'static Product,
    events: &'static [&'static EventDescriptor],
    command: Option<&'static str>,
}

impl Disclosure {
    /// What `product` discloses when it sends these events.
    #[must_use]
    pub const fn new(
        product: &'static Product,
        events: &'static [&'static EventDescriptor],
    ) -> Self {
        Self {
            product,
            events,
            command: None,
        }
    }

    /// The command that shows and changes the setting, as a person types it: `my-tool telemetry`.
    /// Its subcommands are those of the ready-made one (feature `clap`). Default: none.
    #[must_use]
    pub const fn command(mut self, typed: &'static str) -> Self {
        self.command = Some(typed);
        self
    }

    /// The product.
    #[must_use]
    pub const fn product(&self) -> &'static Product {
        self.product
    }

    /// The events that it sends.
    #[must_use]
    pub const fn events(&self) -> &'static [&'static EventDescriptor] {
        self.events
    }

    /// The whole disclosure as text, in lines of at most `width` characters; only a single word that
    /// is longer stands over. No colour, no control characters but line feeds.
    #[must_use]
    pub fn text(&self, width: usize) -> String {
        self.page().text(width)
    }

    /// The whole disclosure as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        self.page().markdown()
    }

    /// The same, short enough for a question on a terminal: each event with the names of its fields
    /// in place of a line for each, and everything else as it is.
    #[must_use]
    pub fn summary(&self, width: usize) -> String {
        self.short_page().text(width)
    }

    /// A prompt that shows the [`summary`](Self::summary) in lines of at most `width` characters and
    /// then asks `question`.
    #[cfg(feature = "consent")]
    #[must_use]
    pub fn prompt(&self, width: usize, question: impl Into<Cow<'static, str>>) -> Prompt {
        Prompt::new(self.summary(width) + "\n", question)
    }

    /// Checks that the product says everything that people have to be told.
    ///
    /// # Errors
    ///
    /// A sentence for each thing that is missing: recipient, responsible party, retention, the
    /// events themselves.
    pub fn check(&self) -> Result<(), DisclosureError> {
        let name = self.product.name();
        let disclosure_facts = &self.product.disclosure_facts;
        let facts = [
            (
                disclosure_facts.recipient,
                "who receives its events",
                "recipient",
            ),
            (
                disclosure_facts.responsible,
                "who is responsible for its events",
                "responsible",
            ),
            (
                disclosure_facts.retention,
                "how long its events are kept",
                "retention",
            ),
        ];
        let missing = facts.iter().filter(|(given, ..)| given.is_none());
        let mut sentences: Vec<String> = missing
            .map(|(_, what, setter)| {
                format!("{name} does not say {what}: add `.{setter}(\"...\")` to its `Product`")
            })
            .collect();
        if self.events.is_empty() {
            sentences.push(format!("{name} discloses no events: list them"));
        }
        if sentences.is_empty() {
            Ok(())
        } else {
            Err(DisclosureError { sentences })
        }
    }
}

impl Registry {
    /// What `product` discloses when it sends all events of this registry.
    #[must_use]
    pub const fn disclosure(&self, product: &'static Product) -> Disclosure {
        Disclosure::new(product, self.events())
    }
}

/// People would not be told everything: a sentence for each thing that is missing. Its `Debug` form
/// is these sentences too, for a test that unwraps.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DisclosureError {
    /// What is missing and what to write.
    pub sentences: Vec<String>,
}

impl fmt::Display for DisclosureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentences.join("\n"))
    }
}

impl fmt::Debug for DisclosureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for DisclosureError {}
