//! Environment variables of CI systems and test runners, and the meaning of variables' values.
//!
//! **Invariant.** A value that is not understood never turns telemetry on. The precedence of the
//! variables is defined by `gate`.

use std::ffi::OsString;

use super::DecisionSource;
use crate::util::truthy::{is_truthy, is_yes};

/// Returns true if the value opts out.
pub(crate) type RefusalTest = fn(&OsString) -> bool;

/// Signals of the environment, which are not the user's choice: an explicit yes overrides them.
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

/// Any value except an explicit no. A value that is not UTF-8 counts as set.
pub(crate) fn is_set(value: &OsString) -> bool {
    value.to_str().is_none_or(|text| {
        let no = ["", "0", "false", "no", "off"];
        !no.iter().any(|no| text.trim().eq_ignore_ascii_case(no))
    })
}

pub(crate) fn is_not_empty(value: &OsString) -> bool {
    !value.is_empty()
}

/// Any value except an explicit yes, ignoring spaces around it. A value that is not UTF-8 is not a
/// yes.
pub(crate) fn is_not_truthy(value: &OsString) -> bool {
    !is_truthy(value.to_str())
}

/// As [`is_not_truthy`], without ignoring spaces: in the original Python code, ` 1` in the variable of
/// the family opts out.
pub(crate) fn is_not_exactly_truthy(value: &OsString) -> bool {
    !value.to_str().is_some_and(is_yes)
}

/// The value, if it is a common word for yes or no. Any other value could contain personal data, such
/// as the address of a build server or the name of a test.
pub(crate) fn printable_value(value: &OsString) -> Option<&str> {
    const WORDS: [&str; 9] = ["", "0", "1", "false", "true", "no", "yes", "off", "on"];
    let is_word = |text: &&str| {
        let text = text.trim_matches(' ');
        WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
    };
    value.to_str().filter(is_word)
}
