//! The disclosure: what is collected and what is not, the recipient, the files on the machine, and how
//! to change the setting.
//!
//! **Invariants.** Every statement comes from the event descriptors and the [`Product`]. A fact that
//! the product does not declare is reported as missing, to users in the text and to developers by
//! [`Disclosure::check`]. Nothing here reads the environment or files.
//!
//! `facts` orders the sections, `collected` describes events and the envelope, `held_events` the files with
//! events that are not sent yet, `render` writes text
//! and Markdown, `screen` fits the prompt on a terminal, `digest` detects a change of the
//! disclosed data, `example` creates an example of each event, `otlp` and `otlp_example` describe requests
//! of OTLP, and `error` lists missing facts.

pub(crate) mod collected;
pub(crate) mod digest;
mod error;
pub(crate) mod example;
pub(crate) mod facts;
mod held_events;
#[cfg(feature = "otlp")]
pub(crate) mod otlp;
#[cfg(all(feature = "clap", feature = "otlp"))]
pub(crate) mod otlp_example;
pub(crate) mod render;
#[cfg(feature = "consent")]
pub(crate) mod screen;

#[cfg(feature = "consent")]
use std::borrow::Cow;

pub use self::error::DisclosureError;
#[cfg(feature = "consent")]
use crate::consent::prompt::Prompt;
use crate::{
    event::descriptor::EventDescriptor,
    product::{EventLists, Product},
    schema::registry::Registry,
};

/// Describes the events that a product sends, for its users.
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
///     .events(&[&[ToolRun::DESCRIPTOR]])
///     .recipient("Example Corporation")
///     .responsible("Example Corporation, privacy@example.org")
///     .retention("13 months")
///     .enable_variable("MY_TOOL_TELEMETRY");
/// static DISCLOSURE: Disclosure = Disclosure::new(&MY_TOOL);
///
/// // In a test of the product:
/// DISCLOSURE.check()?;
///
/// let text = DISCLOSURE.text(72);
/// assert!(text.contains("exitCode: Exit code of the process. [whole number]"));
/// assert!(text.contains("- file names"));
/// assert!(text.contains("Retention: 13 months."));
/// assert!(text.contains("MY_TOOL_TELEMETRY=0 turns it off"));
/// assert!(DISCLOSURE.markdown().contains("`exitCode`"));
/// # Ok::<(), telemetry_runtime::disclosure::DisclosureError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Disclosure {
    product: &'static Product,
    events: Events,
    command: Option<&'static str>,
}

#[derive(Debug, Clone, Copy)]
enum Events {
    OfProduct(EventLists),
    OfRegistry(&'static [&'static EventDescriptor]),
}

impl Disclosure {
    /// The disclosure of `product`, for the [events](Product::events) that it lists.
    #[must_use]
    pub const fn new(product: &'static Product) -> Self {
        let lists = match product.events {
            Some(lists) => lists,
            None => &[],
        };
        Self {
            product,
            events: Events::OfProduct(lists),
            command: None,
        }
    }

    /// The command that shows and changes the setting, as the user types it: `my-tool telemetry`. It
    /// must have the subcommands of `TelemetryCommand` (feature `clap`). Default: none.
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

    /// The events that the product sends, in the order of its lists.
    pub fn events(&self) -> impl Iterator<Item = &'static EventDescriptor> + Clone + use<> {
        let (lists, list): (EventLists, &'static [_]) = match self.events {
            Events::OfProduct(lists) => (lists, &[]),
            Events::OfRegistry(list) => (&[], list),
        };
        lists.iter().copied().flatten().chain(list).copied()
    }

    /// The complete disclosure as text, in lines of at most `width` characters; only a single longer
    /// word exceeds it. The text has no colours and no control characters except line feeds.
    #[must_use]
    pub fn text(&self, width: usize) -> String {
        self.page().text(width)
    }

    /// The complete disclosure as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        self.page().markdown()
    }

    /// The disclosure in a shorter form: each event lists only the names of its fields.
    #[must_use]
    pub fn summary(&self, width: usize) -> String {
        self.short_page().text(width)
    }

    /// A prompt that shows a form of the disclosure for one screen of 24 lines and 80 columns, and then
    /// asks `question`. If the user types `?`, it shows the [complete text](Self::text). Lines have at
    /// most `width` characters, and on the first screen at most 79.
    #[cfg(feature = "consent")]
    #[must_use]
    pub fn prompt(&self, width: usize, question: impl Into<Cow<'static, str>>) -> Prompt {
        Prompt::new(self.screen(width), question).details(self.text(width))
    }

    /// Checks that the product declares every fact that users need.
    ///
    /// # Errors
    ///
    /// A sentence for each missing fact: recipient, responsible party, retention period, or the
    /// events.
    pub fn check(&self) -> Result<(), DisclosureError> {
        let name = self.product.name();
        let disclosure_facts = &self.product.disclosure_facts;
        let facts = [
            (
                disclosure_facts.recipient,
                "name the recipient of its events",
                "recipient",
            ),
            (
                disclosure_facts.responsible,
                "name the party that is responsible for its events",
                "responsible",
            ),
            (
                disclosure_facts.retention,
                "specify how long its events are kept",
                "retention",
            ),
        ];
        let missing = facts.iter().filter(|(given, ..)| given.is_none());
        let mut sentences: Vec<String> = missing
            .map(|(_, fact, setter)| {
                format!("{name} does not {fact}: add `.{setter}(\"...\")` to its `Product`")
            })
            .collect();
        if self.events().next().is_none() {
            sentences.push(format!(
                "{name} discloses no events: list them in `Product::events`"
            ));
        }
        if sentences.is_empty() {
            Ok(())
        } else {
            Err(DisclosureError { sentences })
        }
    }
}

impl Registry {
    /// The disclosure of `product` for all events of this registry, regardless of the
    /// [events](Product::events) that the product lists.
    #[must_use]
    pub const fn disclosure(&self, product: &'static Product) -> Disclosure {
        Disclosure {
            events: Events::OfRegistry(self.events()),
            ..Disclosure::new(product)
        }
    }
}
