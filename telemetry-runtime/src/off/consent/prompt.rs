//! Replaces `consent/prompt.rs`: a prompt without content, which is never shown.

#![allow(
    missing_docs,
    reason = "the documentation is that of the replaced items"
)]

use std::{borrow::Cow, time::Duration};

use super::{Answer, terminal::Terminal};
use crate::off::ignored;

#[derive(Debug, Clone)]
pub struct Prompt {
    nothing: (),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PromptOutcome {
    NotShown,
    Answered(Answer),
    Unanswered,
    EndOfInput,
    ReadError,
}

impl Prompt {
    #[must_use]
    pub fn new(
        _disclosure: impl Into<Cow<'static, str>>,
        _question: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { nothing: () }
    }

    ignored! {
        default_answer(Answer),
        details(impl Into<Cow<'static, str>>),
        store_no_at_end_of_input(bool),
        timeout(Duration),
    }

    pub fn ask(&self, _: &mut impl Terminal) -> PromptOutcome {
        PromptOutcome::NotShown
    }
}
