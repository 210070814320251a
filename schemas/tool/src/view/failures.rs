//! Failures on demand: what the next requests are answered instead of 200.

use serde_json::{Value, json};

/// The largest number of requests that one order can answer.
const MOST: u32 = 10_000;
/// The longest time that an answer asks a client to wait, in seconds.
const LONGEST_WAIT: u32 = 3600;

/// An answer that a service can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// A status, and the seconds of `Retry-After`.
    Status(u16, Option<u32>),
    /// No answer.
    Hang,
    /// The connection is reset.
    Reset,
}

impl Failure {
    fn name(self) -> String {
        match self {
            Self::Status(status, _) => status.to_string(),
            Self::Hang => "hang".to_owned(),
            Self::Reset => "reset".to_owned(),
        }
    }
}

/// The next answers, and how many there were.
#[derive(Debug, Default)]
pub(super) struct Failures {
    next: Option<(Failure, u32)>,
    answered: u64,
}

impl Failures {
    /// Sets the next answers from the values of `next`, `count` and `retry-after`.
    pub(super) fn set(
        &mut self,
        next: &str,
        count: Option<&str>,
        retry_after: Option<&str>,
    ) -> Result<(), String> {
        let number = |name: &str, text: Option<&str>, most: u32| match text.map(str::parse::<u32>) {
            None => Ok(None),
            Some(Ok(value)) if value <= most => Ok(Some(value)),
            Some(_) => Err(format!("`{name}` is a number from 0 to {most}")),
        };
        let count = number("count", count, MOST)?.unwrap_or(1);
        let retry_after = number("retry-after", retry_after, LONGEST_WAIT)?;
        let failure = match next {
            "none" => {
                self.next = None;
                return Ok(());
            }
            "503" => Failure::Status(503, Some(retry_after.unwrap_or(1))),
            "429" => Failure::Status(429, retry_after),
            "413" => Failure::Status(413, None),
            "400" => Failure::Status(400, None),
            "hang" => Failure::Hang,
            "reset" => Failure::Reset,
            _ => return Err("`next` is 503, 429, 413, 400, hang, reset or none".to_owned()),
        };
        self.next = (count > 0).then_some((failure, count));
        Ok(())
    }

    /// The failure for a request, if there is one.
    pub(super) fn take(&mut self) -> Option<Failure> {
        let (failure, left) = self.next?;
        self.next = (left > 1).then_some((failure, left - 1));
        self.answered += 1;
        Some(failure)
    }

    pub(super) fn as_json(&self) -> Value {
        let (next, left) = match self.next {
            Some((failure, left)) => (Some(failure.name()), left),
            None => (None, 0),
        };
        json!({"next": next, "left": left, "answered": self.answered})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_answers_its_number_of_requests() {
        let mut failures = Failures::default();
        assert_eq!(failures.take(), None);
        failures.set("503", Some("2"), Some("7")).unwrap();
        assert_eq!(failures.take(), Some(Failure::Status(503, Some(7))));
        assert_eq!(failures.take(), Some(Failure::Status(503, Some(7))));
        assert_eq!(failures.take(), None);
        failures.set("hang", None, None).unwrap();
        failures.set("none", None, None).unwrap();
        assert_eq!(failures.take(), None);
        assert_eq!(failures.as_json()["answered"], 2);
    }

    #[test]
    fn an_order_that_is_not_understood_changes_nothing() {
        let mut failures = Failures::default();
        failures.set("reset", None, None).unwrap();
        assert!(failures.set("500", None, None).is_err());
        assert!(failures.set("503", Some("-1"), None).is_err());
        assert!(failures.set("503", Some("10001"), None).is_err());
        assert!(failures.set("503", None, Some("soon")).is_err());
        assert_eq!(failures.take(), Some(Failure::Reset));
    }
}
