//! The rules as data.
//!
//! A rule is a kind of change with its verdicts and the version that it needs. The engine finds changes;
//! this folder holds everything that the tool says about them.

/// Declares rules as statics and lists them.
///
/// The verdicts are old producer to new server, new producer to old server, reader; the versions are those
/// for `pinned` and `latest`.
macro_rules! declare {
    (
        $(#[$list_docs:meta])* $list:ident, in_lock: $in_lock:literal;
        $($id:ident: $title:literal,
            [$old_to_new:ident $new_to_old:ident $readers:ident], [$pinned:ident $latest:ident]
            $(, $sign_off:ident)?;
            $reason:literal;
            $advice:literal;
        )+
    ) => {
        $(
            #[doc = $title]
            pub static $id: Rule = Rule {
                id: stringify!($id),
                title: $title,
                reason: $reason,
                advice: $advice,
                old_to_new: Verdict::$old_to_new,
                new_to_old: Verdict::$new_to_old,
                readers: Verdict::$readers,
                pinned: Bump::$pinned,
                latest: Bump::$latest,
                sign_off: {
                    const SIGN_OFF: &[&str] = &[$(stringify!($sign_off))?];
                    !SIGN_OFF.is_empty()
                },
                in_lock: $in_lock,
            };
        )+
        $(#[$list_docs])*
        pub static $list: &[&Rule] = &[$(&$id),+];
    };
}

mod documents;
mod locks;

pub use self::{documents::*, locks::*};

/// The version that a change needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bump {
    /// The version may stay.
    None,
    /// The second number must rise, or the first one.
    Minor,
    /// The first number must rise.
    Major,
    /// The change is not allowed with any version.
    Forbidden,
}

impl Bump {
    /// `none`, `minor`, `major` or `forbidden`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Forbidden => "forbidden",
        }
    }
}

/// The effect of a change on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The side works as before.
    Ok,
    /// The side works if it expects such a change.
    Caution,
    /// The side fails, or reads a wrong meaning.
    Breaks,
}

impl Verdict {
    /// `ok`, `caution` or `breaks`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Caution => "caution",
            Self::Breaks => "breaks",
        }
    }
}

/// The way in which servers validate a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Policy {
    /// By the schema of the version that the payload names. Old versions stay registered.
    #[default]
    Pinned,
    /// By the latest schema.
    Latest,
}

impl Policy {
    /// `pinned` or `latest`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::Latest => "latest",
        }
    }
}

/// A kind of change.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Name, such as `FIELD_ADDED`.
    pub id: &'static str,
    /// The change in a few words.
    pub title: &'static str,
    /// The reason for the verdicts.
    pub reason: &'static str,
    /// One sentence: the next step of the author.
    pub advice: &'static str,
    /// Payloads of old producers at a server with the new schema.
    pub old_to_new: Verdict,
    /// Payloads of new producers at a server with the old schema.
    pub new_to_old: Verdict,
    /// Queries and dashboards that were written for the old schema.
    pub readers: Verdict,
    /// Needed version under [`Policy::Pinned`].
    pub pinned: Bump,
    /// Needed version under [`Policy::Latest`].
    pub latest: Bump,
    /// Whether a reviewer for privacy has to agree.
    pub sign_off: bool,
    /// Whether the change is visible in the lock instead of the document.
    pub in_lock: bool,
}

impl Rule {
    /// The version that the rule needs under a policy.
    #[must_use]
    pub const fn bump(&self, policy: Policy) -> Bump {
        match policy {
            Policy::Pinned => self.pinned,
            Policy::Latest => self.latest,
        }
    }

    /// Address of the rule in the documentation.
    #[must_use]
    pub fn link(&self) -> String {
        let page = concat!(
            env!("CARGO_PKG_REPOSITORY"),
            "/blob/main/schemas/tool/README.md"
        );
        format!("{page}#{}", self.id.to_lowercase())
    }
}

/// All rules, documents first.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    DOCUMENT_RULES.iter().chain(LOCK_RULES).copied()
}

/// The rule with a name; case does not matter.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

impl std::fmt::Display for Bump {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
