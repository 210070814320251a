//! Environment variables of CI systems and test runners, and the meaning of variables' values.
//!
//! **Invariant.** A value that is not understood never turns telemetry on. The precedence of the
//! variables is defined by `gate`.

use std::ffi::OsString;

use super::DecisionSource;
use crate::util::truthy::{is_truthy, is_yes};

/// Returns true if the value opts out.
pub(crate) type RefusalTest = fn(&OsString) -> bool;

/// A build server or test runner, and the variables that show it.
pub(crate) struct Environment {
    pub(crate) source: DecisionSource,
    /// All of them are set.
    pub(crate) variables: &'static [&'static str],
    /// The page of the vendor that documents the variables.
    #[cfg_attr(not(test), expect(dead_code, reason = "for readers of the list"))]
    pub(crate) reference: &'static str,
}

const fn ci(variables: &'static [&'static str], reference: &'static str) -> Environment {
    Environment {
        source: DecisionSource::Ci,
        variables,
        reference,
    }
}

const fn test_runner(variables: &'static [&'static str], reference: &'static str) -> Environment {
    Environment {
        source: DecisionSource::TestRunner,
        variables,
        reference,
    }
}

const JENKINS: &str =
    "https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables";
const BAMBOO: &str = "https://confluence.atlassian.com/bamboo/bamboo-variables-289277087.html";
const GOCD: &str = "https://docs.gocd.org/current/faq/dev_use_current_revision_in_build.html";
const TASKCLUSTER: &str = "https://docs.taskcluster.net/docs/manual/design/env-vars";
const NEXTEST: &str = "https://nexte.st/docs/configuration/env-vars/";

/// Signals of the environment, which are not the user's choice: an explicit yes overrides them.
///
/// A variable with a general name counts only together with another one of the same server.
pub(crate) const ENVIRONMENTS: &[Environment] = &[
    ci(&["CI"], "the convention of most build servers"),
    ci(
        &["GITHUB_ACTIONS"],
        "https://docs.github.com/en/actions/reference/variables-reference",
    ),
    ci(
        &["GITLAB_CI"],
        "https://docs.gitlab.com/ci/variables/predefined_variables/",
    ),
    ci(
        &["BUILDKITE"],
        "https://buildkite.com/docs/pipelines/configure/environment-variables",
    ),
    ci(
        &["CIRCLECI"],
        "https://circleci.com/docs/reference/variables/",
    ),
    ci(
        &["TRAVIS"],
        "https://docs.travis-ci.com/user/environment-variables/",
    ),
    ci(
        &["APPVEYOR"],
        "https://www.appveyor.com/docs/environment-variables/",
    ),
    ci(
        &["TF_BUILD"],
        "https://learn.microsoft.com/azure/devops/pipelines/build/variables",
    ),
    ci(
        &["TEAMCITY_VERSION"],
        "https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html",
    ),
    ci(&["JENKINS_URL"], JENKINS),
    // Jenkins sets its URL only if an administrator has configured it.
    ci(&["BUILD_ID", "BUILD_NUMBER"], JENKINS),
    ci(&["JENKINS_HOME", "BUILD_NUMBER"], JENKINS),
    ci(&["JENKINS_HOME", "BUILD_ID"], JENKINS),
    ci(
        &["BITBUCKET_BUILD_NUMBER"],
        "https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/",
    ),
    ci(
        &["CODEBUILD_BUILD_ID"],
        "https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html",
    ),
    ci(&["bamboo_planKey"], BAMBOO),
    ci(&["bamboo_buildKey"], BAMBOO),
    // A deployment has no plan. In names of variables, Bamboo replaces dots by underscores.
    ci(
        &["bamboo_deploy_environment"],
        "https://confluence.atlassian.com/bamboo0906/variables-for-deployment-environments-1376028328.html",
    ),
    ci(&["GO_PIPELINE_LABEL"], GOCD),
    ci(&["GO_PIPELINE_NAME"], GOCD),
    ci(&["TASKCLUSTER_ROOT_URL"], TASKCLUSTER),
    ci(&["TASK_ID", "RUN_ID"], TASKCLUSTER),
    // Google Cloud Build: described at `buildStepOutputs`.
    ci(
        &["BUILDER_OUTPUT"],
        "https://cloud.google.com/build/docs/api/reference/rest/v1/projects.builds",
    ),
    // Google Cloud Build sets these only if the build declares them.
    ci(
        &["BUILD_ID", "PROJECT_ID"],
        "https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values",
    ),
    test_runner(
        &["PYTEST_CURRENT_TEST"],
        "https://docs.pytest.org/en/stable/example/simple.html#pytest-current-test-environment-variable",
    ),
    test_runner(&["NEXTEST"], NEXTEST),
    test_runner(&["NEXTEST_RUN_ID"], NEXTEST),
    test_runner(
        &["JEST_WORKER_ID"],
        "https://jestjs.io/docs/environment-variables",
    ),
    test_runner(&["VITEST"], "https://vitest.dev/config/"),
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn c10_each_environment_is_listed_once_with_the_page_of_its_vendor() {
        let mut seen = BTreeSet::new();
        for environment in ENVIRONMENTS {
            let (variables, page) = (environment.variables, environment.reference);
            assert!(seen.insert(variables), "twice: {variables:?}");
            let is_page = page.starts_with("https://") || variables == ["CI"];
            assert!(is_page, "{variables:?}: {page}");
            let valid = |c: char| c.is_ascii_alphanumeric() || c == '_';
            assert!(variables.iter().all(|name| name.chars().all(valid)));
        }
        // A pair that contains a variable which decides alone would never be the reason.
        for pair in seen.iter().filter(|variables| variables.len() > 1) {
            let alone = |name: &&str| seen.contains(&[*name][..]);
            assert!(!pair.iter().any(alone), "{pair:?}");
        }
    }
}
