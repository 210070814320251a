//! The value on the wire for a field that the program did not set.

use std::borrow::Cow;

/// The wire value that represents "unknown".
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Sentinel {
    /// Of a boolean field.
    Boolean(bool),
    /// Of an integer field.
    Integer(i64),
    /// Of a number field.
    Number(f64),
    /// Of a text or enum field.
    Text(Cow<'static, str>),
    /// Of a list field. A list of objects has only the empty list as its sentinel.
    List(Vec<String>),
}
