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
    /// The document that lists the variables.
    #[expect(dead_code, reason = "for readers of the list")]
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
const TASKCLUSTER: &str =
    "https://docs.taskcluster.net/docs/reference/workers/docker-worker/environment";
const CLOUD_BUILD: &str =
    "https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values";

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
        "https://buildkite.com/docs/pipelines/environment-variables",
    ),
    ci(&["CIRCLECI"], "https://circleci.com/docs/variables/"),
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
    ci(
        &["bamboo_planKey"],
        "https://confluence.atlassian.com/bamboo/bamboo-variables-289277087.html",
    ),
    ci(
        &["bamboo_buildKey"],
        "https://confluence.atlassian.com/bamboo/bamboo-variables-289277087.html",
    ),
    ci(
        &["GO_PIPELINE_LABEL"],
        "https://docs.gocd.org/current/faq/dev_use_current_revision_in_build.html",
    ),
    ci(
        &["GO_PIPELINE_NAME"],
        "https://docs.gocd.org/current/faq/dev_use_current_revision_in_build.html",
    ),
    ci(&["TASKCLUSTER_ROOT_URL"], TASKCLUSTER),
    ci(&["TASK_ID", "RUN_ID"], TASKCLUSTER),
    ci(&["BUILDER_OUTPUT"], CLOUD_BUILD),
    ci(&["BUILD_ID", "PROJECT_ID"], CLOUD_BUILD),
    test_runner(
        &["PYTEST_CURRENT_TEST"],
        "https://docs.pytest.org/en/stable/example/simple.html",
    ),
    test_runner(
        &["NEXTEST"],
        "https://nexte.st/docs/configuration/env-vars/",
    ),
    test_runner(
        &["NEXTEST_RUN_ID"],
        "https://nexte.st/docs/configuration/env-vars/",
    ),
    test_runner(
        &["JEST_WORKER_ID"],
        "https://jestjs.io/docs/environment-variables",
    ),
    test_runner(&["VITEST"], "https://vitest.dev/guide/migration.html"),
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
