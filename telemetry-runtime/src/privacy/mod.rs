//! Reduces values of the host to values that do not identify a user or a machine.
//!
//! Names become labels from a list in the program, counts become ranges, and text becomes a value of
//! a known shape.
//!
//! **Invariants.** Text is never passed on unchecked. Nothing here fails: a value that does not fit
//! becomes the sentinel.

pub(crate) mod aliases;
pub(crate) mod buckets;
pub(crate) mod buckets_macro;
pub(crate) mod command_path;
#[cfg(feature = "clap")]
pub(crate) mod command_tree;
pub(crate) mod hosts;
pub(crate) mod interval;
pub(crate) mod labels;
pub(crate) mod mean;
pub(crate) mod model;
pub(crate) mod system;

pub use self::aliases::{join_aliases, sorted_or};
pub use self::buckets::IntoCount;
pub use self::command_path::registered_path;
#[cfg(feature = "clap")]
pub use self::command_tree::command_path;
pub use self::hosts::HostRules;
pub use self::interval::interval;
pub use self::labels::{Allowlisted, LabelSet};
pub use self::mean::mean;
pub use self::model::{is_repository_id, repository_label, repository_label_with};
pub use self::system::{os_name, platform};
pub use crate::event::values::{Count, Label, SessionId, Version};
pub use crate::util::truthy::is_truthy;

/// Items that the macros of this module expand to. Not public API.
#[doc(hidden)]
pub mod macros {
    pub use super::buckets::{
        Bucket, Buckets, Edge, Increasing, LABEL_BYTES, PlainLabel, descriptor, edge, edges,
        enum_values, increasing, index_of, inner, is_edge, is_plain, plain_label, quoted, texts,
    };
    pub use super::labels::{UniqueLabel, all, given_before, unique_label};
    pub use crate::event::descriptor::place::Edges;
    pub use crate::util::const_str::{Text, contains, given, given_or, join_doc_lines};
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
