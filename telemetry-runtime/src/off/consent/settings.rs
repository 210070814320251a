//! Replaces `consent/settings.rs`: a declaration without content. There is no consent file.

#![allow(
    missing_docs,
    reason = "the documentation is that of the replaced items"
)]

use super::file::ConsentFile;
use crate::{off::ignored, util::env::EnvLookup};

#[derive(Debug, Clone, Copy)]
pub struct ProductConsent {
    nothing: (),
}

impl ProductConsent {
    #[must_use]
    pub const fn new(_prompt_version: &'static str, _path_in_home: &'static str) -> Self {
        Self { nothing: () }
    }

    #[must_use]
    pub const fn in_config_dir(_prompt_version: &'static str, _path: &'static str) -> Self {
        Self { nothing: () }
    }

    ignored! {
        const
        digest(&'static str),
        header(&'static str),
        previous_file(&'static str),
        variable(&'static str),
    }

    #[must_use]
    pub fn file(&self, _: &EnvLookup<'_>) -> Option<ConsentFile> {
        None
    }
}
