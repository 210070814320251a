//! Values that cannot identify anyone: how a host turns what it knows into what may leave.
//!
//! Names become labels of a list that is part of the program, counts become ranges, text becomes a
//! value of a known shape. Nothing here may ever pass text on that it did not check, and nothing
//! here may fail: what does not fit becomes the sentinel.

mod aliases;
mod buckets;
mod buckets_macro;
#[cfg(feature = "clap")]
mod command_tree;
mod commands;
mod environment;
mod hosts;
mod interval;
mod label;
mod labels;
mod mean;
mod repository;
mod system;

pub use aliases::{join_aliases, sorted_or};
pub use buckets::Quantity;
#[cfg(feature = "clap")]
pub use command_tree::command_path;
pub use commands::registered_path;
pub use environment::is_truthy;
pub(crate) use environment::is_yes;
pub use hosts::HostRules;
pub use interval::interval;
pub use label::{Count, Label, SessionId, Version};
pub use labels::{Allowlisted, LabelSet};
pub use mean::mean;
pub use repository::{is_repository_id, repository_label, repository_label_with};
pub(crate) use system::cpu_architecture;
pub use system::{os_name, platform};

/// What the macros of this module expand to. Not public API.
#[doc(hidden)]
pub mod macros {
    pub use super::buckets::{
        Bucket, Buckets, Increasing, LABEL_BYTES, PlainLabel, enum_values, increasing, index_of,
        inner, is_plain, plain_label, quoted, texts,
    };
    pub use super::labels::{UniqueLabel, all, given_before, unique_label};
    pub use crate::const_str::{Text, contains, given, given_or, join_doc_lines};
    pub use std::{
        clone::Clone,
        cmp::{Eq, Ord, PartialEq, PartialOrd},
        concat,
        fmt::{Debug, Formatter, Result},
        hash::Hash,
        marker::Copy,
        option::Option,
        stringify,
    };
}
