//! The variables of the surroundings, and what values of variables mean.
//!
//! It judges single values and must fail closed: what cannot be understood never turns telemetry on.
//! Which value counts for more is the gate's business.

use std::ffi::OsString;

use super::DecisionSource;
use crate::util::truthy::{is_truthy, is_yes};

/// How the value of a variable is judged.
pub(crate) type RefusalTest = fn(&OsString) -> bool;

/// Signals that any explicit yes outranks: nobody meant them as a refusal.
pub(crate) const CI_VARIABLES: &[(DecisionSource, &str)] = &[
    (DecisionSource::Ci, "CI"),
    (DecisionSource::Ci, "GITHUB_ACTIONS"),
    (DecisionSource::Ci, "GITLAB_CI"),
    (DecisionSource::Ci, "BUILDKITE"),
    (DecisionSource::Ci, "CIRCLECI"),
    (DecisionSource::Ci, "TRAVIS"),
    (DecisionSource::Ci, "APPVEYOR"),
    (DecisionSource::Ci, "TF_BUILD"),
    (DecisionSource::Ci, "TEAMCITY_VERSION"),
    (DecisionSource::Ci, "JENKINS_URL"),
    (DecisionSource::Ci, "BITBUCKET_BUILD_NUMBER"),
    (DecisionSource::Ci, "CODEBUILD_BUILD_ID"),
    (DecisionSource::TestRunner, "PYTEST_CURRENT_TEST"),
    (DecisionSource::TestRunner, "NEXTEST"),
    (DecisionSource::TestRunner, "NEXTEST_RUN_ID"),
    (DecisionSource::TestRunner, "JEST_WORKER_ID"),
    (DecisionSource::TestRunner, "VITEST"),
];

/// Everything except an explicit no. A value that is not UTF-8 counts as set: fail closed.
pub(crate) fn is_set(value: &OsString) -> bool {
    value.to_str().is_none_or(|text| {
        let no = ["", "0", "false", "no", "off"];
        !no.iter().any(|no| text.trim().eq_ignore_ascii_case(no))
    })
}

pub(crate) fn is_not_empty(value: &OsString) -> bool {
    !value.is_empty()
}

/// Everything except an explicit yes, trimmed. A value that is not UTF-8 is no yes: fail closed.
pub(crate) fn is_not_truthy(value: &OsString) -> bool {
    !is_truthy(value.to_str())
}

/// The same, not trimmed: the family's variable opts out of the originals with ` 1`.
pub(crate) fn is_not_exactly_truthy(value: &OsString) -> bool {
    !value.to_str().is_some_and(is_yes)
}

/// The value where it is one of the words for yes and no. Anything else could be a person's: the
/// address of a build server, the name of a test.
pub(crate) fn printable_value(value: &OsString) -> Option<&str> {
    const WORDS: [&str; 9] = ["", "0", "1", "false", "true", "no", "yes", "off", "on"];
    let is_word = |text: &&str| {
        let text = text.trim_matches(' ');
        WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
    };
    value.to_str().filter(is_word)
}
