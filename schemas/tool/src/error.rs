//! Errors of input files, for readers who have to correct the file.

use std::fmt;

use crate::json::Position;

/// A mistake in a text: the place, the mistake, and the correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The place, if the mistake has one.
    pub position: Option<Position>,
    /// JSON pointer of the value, if the text is JSON. The root is an empty pointer.
    pub pointer: Option<String>,
    /// The mistake.
    pub wrong: String,
    /// The correction.
    pub instead: String,
}

impl Problem {
    /// A mistake without a place.
    #[must_use]
    pub fn new(wrong: impl Into<String>, instead: impl Into<String>) -> Self {
        Self {
            position: None,
            pointer: None,
            wrong: wrong.into(),
            instead: instead.into(),
        }
    }

    /// The mistake with its place.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// The mistake with the pointer of its value.
    #[must_use]
    pub fn in_value(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// The mistake with the name of its file.
    #[must_use]
    pub fn in_file(self, file: impl Into<String>) -> InputError {
        InputError {
            file: file.into(),
            problem: self,
        }
    }
}

/// A mistake in a file. It is displayed as `FILE:LINE:COLUMN: MISTAKE`, with the correction below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// Name of the file as the user wrote it.
    pub file: String,
    /// The mistake.
    pub problem: Problem,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(Position { line, column }) = self.problem.position {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.problem.wrong)?;
        if let Some(pointer) = self.problem.pointer.as_deref()
            && !pointer.is_empty()
        {
            write!(f, "\n  at {pointer}")?;
        }
        write!(f, "\nhelp: {}", self.problem.instead)
    }
}

impl std::error::Error for InputError {}
