//! Counting the flows of a Colang 1.0 file.
//!
//! The parser of the original goes line by line, with a stack of headings above the line and a
//! stack of the blocks it is in. A flow comes into being with the first statement under a heading,
//! which is why every quirk of that machine decides what counts and what is refused. This is the
//! same machine without what it collects: [`lines`] are its input, [`token`] says what a line is,
//! [`define`] reads definitions, and [`Parser`] keeps the stacks.

mod define;
mod lines;
mod parser;
mod token;

use super::Parsed;

/// The flows of a file, or why it does not parse. Import lines in it have no effect.
pub(super) fn parse(text: &str) -> Result<Parsed, &'static str> {
    let flows = parser::Parser::new(lines::lines(text)?).flows()?;
    Ok(Parsed {
        flows,
        imports: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
