//! The workflow that the program runs: an agent that can do sums.

use std::{iter::Peekable, str::Chars};

use telemetry_runtime::Label;

/// What the workflow is made of: a name and what it does.
pub(crate) const COMPONENTS: [(&str, &str); 4] = [
    ("add", "a + b"),
    ("subtract", "a - b"),
    ("multiply", "a * b"),
    ("divide", "a / b"),
];

/// How many brackets can be open at once: each takes some of the stack.
const OPEN_BRACKETS: usize = 100;

/// Why there is no answer.
#[derive(Debug, PartialEq)]
pub(crate) enum Error {
    /// The question is no sum.
    Syntax(String),
    /// More brackets are open than can be.
    Nesting,
    /// A number is divided by zero.
    ZeroDivision,
}

impl Error {
    /// Name of the class, which the event holds. The message, which can repeat what a person
    /// typed, stays here.
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
            Self::Syntax(rest) => write!(f, "this is no sum, from here on: `{rest}`"),
            Self::Nesting => write!(f, "more than {OPEN_BRACKETS} brackets are open"),
            Self::ZeroDivision => f.write_str("division by zero"),
        }
    }
}

/// The answer to a sum such as `2 * (3 + 4)`.
///
/// # Errors
///
/// When it is no sum or has no answer.
pub(crate) fn answer(question: &str) -> Result<f64, Error> {
    let mut rest = question.chars().peekable();
    let answer = terms(&mut rest, OPEN_BRACKETS)?;
    match rest.peek() {
        None => Ok(answer),
        Some(_) => Err(Error::Syntax(rest.collect())),
    }
}

/// `brackets` is how many more can be opened.
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

/// A number or a sum in brackets, with the spaces around it.
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
    fn sums_have_answers() {
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
        assert_eq!(answer(&nested(OPEN_BRACKETS)), Ok(1.0));
        for depth in [OPEN_BRACKETS + 1, 1_000_000] {
            assert_eq!(answer(&nested(depth)), Err(Error::Nesting));
        }
    }
}
