//! Replaces `disclosure`: a disclosure of nothing, with one sentence for users.

#![allow(
    missing_docs,
    reason = "the documentation is that of the replaced items"
)]

#[path = "../disclosure/error.rs"]
mod error;
#[path = "../disclosure/example.rs"]
pub(crate) mod example;
#[path = "../disclosure/render.rs"]
pub(crate) mod render;

#[cfg(feature = "consent")]
use std::borrow::Cow;

pub use self::error::DisclosureError;
#[cfg(feature = "consent")]
use crate::consent::prompt::Prompt;
use crate::{
    event::descriptor::EventDescriptor,
    off::{SENTENCE, ignored},
    product::Product,
    schema::registry::Registry,
};

static PRODUCT: Product = Product::new("");

#[derive(Debug, Clone, Copy)]
pub struct Disclosure {
    nothing: (),
}

impl Disclosure {
    #[must_use]
    pub const fn new(_: &'static Product) -> Self {
        Self { nothing: () }
    }

    ignored! { const command(&'static str) }

    #[must_use]
    pub const fn product(&self) -> &'static Product {
        &PRODUCT
    }

    pub fn events(&self) -> impl Iterator<Item = &'static EventDescriptor> + Clone + use<> {
        std::iter::empty()
    }

    #[must_use]
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        render::wrap(&mut text, SENTENCE, width, "", "");
        text
    }

    #[must_use]
    pub fn markdown(&self) -> String {
        self.text(usize::MAX)
    }

    #[must_use]
    pub fn summary(&self, width: usize) -> String {
        self.text(width)
    }

    pub fn check(&self) -> Result<(), DisclosureError> {
        Ok(())
    }
}

#[cfg(feature = "consent")]
impl Disclosure {
    #[must_use]
    pub fn prompt(&self, _width: usize, question: impl Into<Cow<'static, str>>) -> Prompt {
        Prompt::new("", question)
    }

    /// Empty: without disclosed data there is nothing to compare.
    #[must_use]
    pub fn digest(&self, _prompt_version: &str) -> String {
        String::new()
    }

    #[cfg(feature = "testing")]
    pub(crate) fn digest_problem(&self) -> Option<String> {
        None
    }
}

impl Registry {
    #[must_use]
    pub const fn disclosure(&self, product: &'static Product) -> Disclosure {
        Disclosure::new(product)
    }
}
