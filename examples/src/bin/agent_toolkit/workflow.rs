//! The workflow of the program: an agent that evaluates arithmetic expressions.

use std::{iter::Peekable, str::Chars};

use telemetry_runtime::Label;

/// Name and formula of each component of the workflow.
pub(crate) const COMPONENTS: [(&str, &str); 4] = [
    ("add", "a + b"),
    ("subtract", "a - b"),
    ("multiply", "a * b"),
    ("divide", "a / b"),
];

/// Maximum nesting of brackets, since each level uses stack space.
const MAX_NESTING: usize = 100;

/// Error of an expression.
#[derive(Debug, PartialEq)]
pub(crate) enum Error {
    /// The text is not an expression.
    Syntax(String),
    /// Brackets are nested too deeply.
    Nesting,
    /// A division by zero.
    ZeroDivision,
}

impl Error {
    /// Name of the class, for the event. The message can repeat text that the user typed and is never
    /// recorded.
    pub(crate) const fn class(&self) -> Label {
        Label(match self {
            Self::Syntax(_) => "SyntaxError",
            Self::Nesting => "RecursionError",
            Self::ZeroDivision => "ZeroDivisionError",
        })
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Syntax(rest) if rest.is_empty() => {
                f.write_str("unexpected end of the expression")
            }
            Self::Syntax(rest) => write!(f, "syntax error at `{rest}`"),
            Self::Nesting => write!(f, "more than {MAX_NESTING} nested brackets"),
            Self::ZeroDivision => f.write_str("division by zero"),
        }
    }
}

/// Evaluates an expression such as `2 * (3 + 4)`.
///
/// # Errors
///
/// When the text is not an expression, or at a division by zero.
pub(crate) fn answer(question: &str) -> Result<f64, Error> {
    let mut rest = question.chars().peekable();
    let answer = terms(&mut rest, MAX_NESTING)?;
    match rest.peek() {
        None => Ok(answer),
        Some(_) => Err(Error::Syntax(rest.collect())),
    }
}

/// `brackets` is the number of further levels of nesting that are allowed.
fn terms(rest: &mut Peekable<Chars<'_>>, brackets: usize) -> Result<f64, Error> {
    let mut sum = factors(rest, brackets)?;
    while let Some(sign) = rest.next_if(|c| "+-".contains(*c)) {
        let term = factors(rest, brackets)?;
        sum += if sign == '+' { term } else { -term };
    }
    Ok(sum)
}

fn factors(rest: &mut Peekable<Chars<'_>>, brackets: usize) -> Result<f64, Error> {
    let mut product = number(rest, brackets)?;
    while let Some(sign) = rest.next_if(|c| "*/".contains(*c)) {
        let factor = number(rest, brackets)?;
        match sign {
            '*' => product *= factor,
            _ if factor == 0.0 => return Err(Error::ZeroDivision),
            _ => product /= factor,
        }
    }
    Ok(product)
}

/// A number or an expression in brackets, with surrounding spaces.
fn number(rest: &mut Peekable<Chars<'_>>, brackets: usize) -> Result<f64, Error> {
    spaces(rest);
    let value = if rest.next_if_eq(&'(').is_some() {
        let sum = terms(rest, brackets.checked_sub(1).ok_or(Error::Nesting)?)?;
        rest.next_if_eq(&')')
            .ok_or_else(|| Error::Syntax(rest.clone().collect()))?;
        sum
    } else {
        let mut digits = String::new();
        while let Some(digit) = rest.next_if(|c| c.is_ascii_digit() || *c == '.') {
            digits.push(digit);
        }
        let wrong = |_| Error::Syntax(digits.clone() + &rest.clone().collect::<String>());
        digits.parse().map_err(wrong)?
    };
    spaces(rest);
    Ok(value)
}

fn spaces(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if(|c| c.is_whitespace()).is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_evaluated() {
        assert_eq!(answer("2 + 3 * 4"), Ok(14.0));
        assert_eq!(answer(" (2 + 3)*4 / 8 - 0.5"), Ok(2.0));
        assert_eq!(answer("1 / (2 - 2)"), Err(Error::ZeroDivision));
        for wrong in ["", "2 +", "(1", "1)", "alice", "1.2.3"] {
            let class = answer(wrong).unwrap_err().class();
            assert_eq!(class.as_str(), "SyntaxError", "{wrong}");
        }
    }

    #[test]
    fn any_number_of_brackets_is_answered_or_refused() {
        let nested = |depth| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(answer(&nested(MAX_NESTING)), Ok(1.0));
        for depth in [MAX_NESTING + 1, 1_000_000] {
            assert_eq!(answer(&nested(depth)), Err(Error::Nesting));
        }
    }
}
