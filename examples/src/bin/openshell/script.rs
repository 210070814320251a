//! The lines of a script: operations of the gateway, and network activities of its sandboxes.

use telemetry_examples::openshell::{DenyGroup, LifecycleOperation, PolicyDecisionOperation};

/// One line.
#[derive(Debug, PartialEq)]
pub(crate) enum Line<'l> {
    /// `sandbox create NAME [gpu] [policy] [image=IMAGE] [providers=NUMBER]`. Without a name, the request
    /// has no specification.
    Create(&'l str, Vec<&'l str>),
    /// `sandbox stop|start|delete NAME`.
    Sandbox(LifecycleOperation, &'l str),
    /// `policy update SANDBOX`.
    Policy(&'l str),
    /// `provider create|update|delete NAME [PROFILE]`.
    Provider(LifecycleOperation, &'l str, &'l str),
    /// `rule propose`.
    Propose,
    /// `rule approve|reject|undo|approve_all`.
    Decide(PolicyDecisionOperation),
    /// `allow`, or `deny GROUP`.
    Activity(Option<DenyGroup>),
}

impl<'l> Line<'l> {
    /// Parses a line; `None` for an empty line. Text after `#` is a comment.
    pub(crate) fn parse(text: &'l str) -> Option<Result<Self, String>> {
        let text = text.split('#').next().unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        let operation = Self::of(&words).ok_or_else(|| format!("not an operation: {text}"));
        (!words.is_empty()).then_some(operation)
    }

    fn of(words: &[&'l str]) -> Option<Self> {
        use LifecycleOperation::{Create, Delete, Start, Stop, Update};
        Some(match *words {
            ["sandbox", "create"] => Self::Create("", Vec::new()),
            ["sandbox", "create", name, ref options @ ..] => Self::Create(name, options.to_vec()),
            ["sandbox", word, name] => {
                Self::Sandbox(operation(word, &[Stop, Start, Delete])?, name)
            }
            ["policy", "update", name] => Self::Policy(name),
            ["provider", word, name, ref profile @ ..] if profile.len() < 2 => {
                let operation = operation(word, &[Create, Update, Delete])?;
                Self::Provider(operation, name, profile.first().unwrap_or(&""))
            }
            ["rule", "propose"] => Self::Propose,
            ["rule", decision] => Self::Decide(decision.parse().ok()?),
            ["allow"] => Self::Activity(None),
            ["deny", group] => Self::Activity(Some(DenyGroup::from_name(group))),
            _ => return None,
        })
    }
}

/// The operation with this name, if it is one of these.
fn operation(name: &str, allowed: &[LifecycleOperation]) -> Option<LifecycleOperation> {
    let named = name.parse().ok();
    named.filter(|operation| allowed.contains(operation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_operations_and_comments_are_not() {
        for (text, expected) in [
            ("sandbox create", Line::Create("", vec![])),
            ("sandbox create a gpu", Line::Create("a", vec!["gpu"])),
            ("allow # a host", Line::Activity(None)),
            (
                "deny l4_deny",
                Line::Activity(Some(DenyGroup::ConnectPolicy)),
            ),
            ("rule propose", Line::Propose),
        ] {
            assert_eq!(Line::parse(text), Some(Ok(expected)), "{text}");
        }
        assert_eq!(Line::parse("  # nothing"), None);
        for text in [
            "sandbox fly a",
            "sandbox update a",
            "sandbox stop",
            "provider stop a",
            "provider create a github b",
            "rule fly",
            "deny",
            "policy",
        ] {
            assert!(Line::parse(text).unwrap().is_err(), "{text}");
        }
    }
}
