//! Evaluates the signals and decides whether telemetry is on.
//!
//! **Invariants.** No signal overrides an opt-out. Variables are read once, through the lookup that is
//! given; files may be read again. A sentence repeats a value only if it is a common word such as `1`
//! or `off`, because any other value could contain personal data.
//!
//! The administrator's file comes first. It is followed by the variables that opt out, in the order of a
//! table; the first that refuses decides. They are followed by the marker file and a stored no, the enable variable, CI systems and test runners,
//! a stored yes, and the product's default.

use super::{
    Decision, DecisionSource,
    stored::{OptOutFiles, StoredAnswer, StoredSignals},
    variables::{
        ENVIRONMENTS, Environment, RefusalTest, is_not_empty, is_not_exactly_truthy, is_not_truthy,
        is_set,
    },
};
use crate::{
    product::{Product, enable_variable},
    util::env::{CARGO_TEST, EnvLookup},
};

/// The variables as they were when the client was built, and the paths of the opt-out files.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    pub(crate) product: &'static Product,
    /// The first variable that opts out.
    refusal: Option<Decision>,
    /// The enable variable, if it is set.
    enabled: Option<Decision>,
    environment: Option<Decision>,
    pub(crate) files: OptOutFiles,
}

impl Gate {
    /// Reads all variables through `lookup`.
    pub(crate) fn capture(product: &'static Product, lookup: &EnvLookup<'_>) -> Self {
        // A value that is not truthy is in `refusal`, which is evaluated first.
        let enabled = enable_variable(product).and_then(|name| {
            let value = lookup(name)?;
            let source = DecisionSource::EnableVariable;
            Some(Decision::by_variable(true, source, name, &value))
        });
        Self {
            product,
            refusal: refusal(product, lookup),
            enabled,
            environment: environment(lookup),
            files: OptOutFiles::of(product, lookup),
        }
    }

    /// True on a build server or under a test runner, also if telemetry is enabled there.
    #[cfg(feature = "spool")]
    pub(crate) fn is_automated(&self) -> bool {
        self.environment.is_some()
    }

    /// The decision of the administrator's file, if it forbids telemetry. Read before all other signals.
    pub(crate) fn forbidden(&self) -> Option<Decision> {
        let forbidden = self.files.administrator.read();
        forbidden.map(Decision::by_administrator)
    }

    /// Decides, unless telemetry is [forbidden](Self::forbidden). `stored` reads the files; it is called
    /// only if no variable opts out.
    pub(crate) fn decide(&self, stored: impl FnOnce() -> StoredSignals) -> Decision {
        let refusal = self.refusal.clone();
        refusal.unwrap_or_else(|| {
            let stored = stored();
            let variables = || self.enabled.as_ref().or(self.environment.as_ref()).cloned();
            let answer = || stored.answer.map(Decision::by_consent);
            let decided = self.refused_by(&stored).or_else(variables).or_else(answer);
            decided.unwrap_or_else(|| Decision::by_default(self.product))
        })
    }

    /// The opt-out in the files, if there is one.
    pub(crate) fn refused_by(&self, stored: &StoredSignals) -> Option<Decision> {
        let by_administrator = |unknown| {
            let forbidden = stored.forbidden.filter(|it| it.is_unknown() == unknown);
            forbidden.map(Decision::by_administrator)
        };
        let home_unknown = stored.home_unknown.then_some(Decision::HOME_UNKNOWN);
        let refusal = |answer: &StoredAnswer| *answer != StoredAnswer::Yes;
        by_administrator(false)
            .or(home_unknown)
            .or_else(|| Decision::by_marker(stored.marker, &stored.marker_shown))
            .or_else(|| stored.answer.filter(refusal).map(Decision::by_consent))
            .or_else(|| by_administrator(true))
    }
}

/// The first opt-out variable that refuses, in the order of precedence.
fn refusal(product: &Product, lookup: &EnvLookup<'_>) -> Option<Decision> {
    let opt_outs = product.opt_out_variables.iter();
    let opt_outs =
        opt_outs.map(|name| (DecisionSource::OptOutVariable, *name, is_set as RefusalTest));
    let family = product.family.map(|family| family.variable);
    let of_family =
        |source| family.map(|name| (source, name, is_not_exactly_truthy as RefusalTest));
    let enable = match product.enable_variable {
        Some(name) => Some((
            DecisionSource::EnableVariable,
            name,
            is_not_truthy as RefusalTest,
        )),
        None => of_family(DecisionSource::EnableVariable),
    };
    let rows = opt_outs
        .chain(enable)
        .chain([(
            DecisionSource::DoNotTrack,
            "DO_NOT_TRACK",
            is_set as RefusalTest,
        )])
        .chain(of_family(DecisionSource::FamilyVariable));
    first_refusal(rows, lookup)
}

/// The first build server or test runner whose variables are all set.
fn environment(lookup: &EnvLookup<'_>) -> Option<Decision> {
    let found = |environment: &Environment| {
        let refuses = match environment.source {
            // The value can be the name of a test, and a test can be named `false`.
            DecisionSource::TestRunner => is_not_empty as RefusalTest,
            _ => is_set,
        };
        let variables = environment.variables;
        let set = |name: &&'static str| lookup(name).filter(refuses).map(|value| (*name, value));
        let set: Vec<_> = variables.iter().map_while(set).collect();
        match set.as_slice() {
            [(name, value)] if variables.len() == 1 => Some(Decision::by_variable(
                false,
                environment.source,
                name,
                value,
            )),
            set if set.len() == variables.len() => {
                Some(Decision::by_environment(environment.source, variables))
            }
            _ => None,
        }
    };
    let cargo_test = || lookup(CARGO_TEST).map(|_| Decision::CARGO_TEST);
    ENVIRONMENTS.iter().find_map(found).or_else(cargo_test)
}

fn first_refusal(
    rows: impl Iterator<Item = (DecisionSource, &'static str, RefusalTest)>,
    lookup: &EnvLookup<'_>,
) -> Option<Decision> {
    rows.filter_map(|(source, name, refuses)| Some((source, name, refuses, lookup(name)?)))
        .find(|(_, _, refuses, value)| refuses(value))
        .map(|(source, name, _, value)| Decision::by_variable(false, source, name, &value))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::product::family::Family;

    const FAMILY: Family = Family::new("EXAMPLE_TELEMETRY");

    static TOOL: Product = Product::new("my-tool")
        .family(FAMILY)
        .enable_variable("MY_TELEMETRY")
        .opt_out_variables(&["MY_OPT_OUT"])
        .default_on(true);

    fn decide(product: &'static Product, lookup: &EnvLookup<'_>, yes: Option<bool>) -> Decision {
        let answer = yes.map(|yes| match yes {
            true => StoredAnswer::Yes,
            false => StoredAnswer::No,
        });
        Gate::capture(product, lookup).decide(|| StoredSignals::default().with_answer(answer))
    }

    type Env = &'static [(&'static str, &'static str)];

    fn decide_with(product: &'static Product, env: &[(&str, &str)]) -> Decision {
        let lookup = |name: &str| {
            let found = env.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        };
        decide(product, &lookup, None)
    }

    #[test]
    fn each_signal_decides_as_its_row_specifies() {
        use DecisionSource::*;
        let cases: &[(Env, bool, DecisionSource)] = &[
            (&[], true, ProductDefault),
            (&[("MY_OPT_OUT", "1")], false, OptOutVariable),
            (&[("MY_OPT_OUT", "0")], true, ProductDefault),
            (
                &[("MY_OPT_OUT", "TRUE"), ("MY_TELEMETRY", "1")],
                false,
                OptOutVariable,
            ),
            (&[("MY_TELEMETRY", "1")], true, EnableVariable),
            (&[("MY_TELEMETRY", " Yes ")], true, EnableVariable),
            (&[("MY_TELEMETRY", "")], false, EnableVariable),
            (&[("MY_TELEMETRY", "on")], false, EnableVariable),
            (
                &[("DO_NOT_TRACK", "1"), ("MY_TELEMETRY", "1")],
                false,
                DoNotTrack,
            ),
            (&[("DO_NOT_TRACK", "yes")], false, DoNotTrack),
            (&[("DO_NOT_TRACK", "anything")], false, DoNotTrack),
            (&[("DO_NOT_TRACK", "Off")], true, ProductDefault),
            (&[("DO_NOT_TRACK", "")], true, ProductDefault),
            (
                &[("EXAMPLE_TELEMETRY", "0"), ("MY_TELEMETRY", "1")],
                false,
                FamilyVariable,
            ),
            (&[("EXAMPLE_TELEMETRY", "1")], true, ProductDefault),
            (&[("CI", "true")], false, Ci),
            (&[("CI", "false")], true, ProductDefault),
            (&[("CI", "true"), ("EXAMPLE_TELEMETRY", "1")], false, Ci),
            (
                &[("CI", "true"), ("MY_TELEMETRY", "1")],
                true,
                EnableVariable,
            ),
            (&[("PYTEST_CURRENT_TEST", "a::b (call)")], false, TestRunner),
            (&[("NEXTEST", "1")], false, TestRunner),
            (&[("=cargo-test", "")], false, TestRunner),
            (
                &[("=cargo-test", ""), ("MY_TELEMETRY", "1")],
                true,
                EnableVariable,
            ),
            (&[("BUILD_NUMBER", "7")], true, ProductDefault),
            (&[("BUILD_NUMBER", "7"), ("BUILD_ID", "7")], false, Ci),
        ];
        for (env, on, source) in cases {
            let decision = decide_with(&TOOL, env);
            assert_eq!((decision.on, decision.source), (*on, *source), "{env:?}");
        }
    }

    #[test]
    fn a_product_without_enable_variable_uses_the_family_variable() {
        static PLAIN: Product = Product::new("plain").family(FAMILY);
        assert!(!decide_with(&PLAIN, &[]).on);
        let yes = [("EXAMPLE_TELEMETRY", "1"), ("CI", "1")];
        assert!(decide_with(&PLAIN, &yes).on);
    }

    #[test]
    fn sentences_name_the_signal_and_repeat_only_common_values() {
        let sentence = |env: &[(&str, &str)]| decide_with(&TOOL, env).sentence;
        assert_eq!(
            sentence(&[("DO_NOT_TRACK", "1")]),
            "off: DO_NOT_TRACK=1 is set"
        );
        assert_eq!(
            sentence(&[("DO_NOT_TRACK", "\u{1b}[2J")]),
            "off: DO_NOT_TRACK is set"
        );
        assert_eq!(
            sentence(&[("JENKINS_URL", "https://me:pw@build.example")]),
            "off: JENKINS_URL is set"
        );
        assert_eq!(
            sentence(&[("EXAMPLE_TELEMETRY", " Yes")]),
            "off: EXAMPLE_TELEMETRY= Yes is set"
        );
        assert_eq!(sentence(&[]), "on: the default of my-tool");
    }

    #[test]
    fn a_stored_answer_decides_where_no_higher_signal_is_set() {
        let env = |set: Env| {
            move |name: &str| {
                let found = set.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| OsString::from(value))
            }
        };
        let cases: &[(Env, bool, (bool, DecisionSource))] = &[
            (&[], true, (true, DecisionSource::Consent)),
            (&[], false, (false, DecisionSource::Consent)),
            (
                &[("MY_TELEMETRY", "1")],
                false,
                (false, DecisionSource::Consent),
            ),
            (
                &[("MY_TELEMETRY", "0")],
                true,
                (false, DecisionSource::EnableVariable),
            ),
            (
                &[("DO_NOT_TRACK", "1")],
                true,
                (false, DecisionSource::DoNotTrack),
            ),
            (&[("CI", "1")], true, (false, DecisionSource::Ci)),
        ];
        for (set, answer, expected) in cases {
            let decision = decide(&TOOL, &env(set), Some(*answer));
            assert_eq!(
                (decision.on, decision.source),
                *expected,
                "{set:?} {answer}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_utf8_refuses() {
        use std::os::unix::ffi::OsStringExt;
        for name in [
            "MY_OPT_OUT",
            "MY_TELEMETRY",
            "DO_NOT_TRACK",
            "EXAMPLE_TELEMETRY",
            "CI",
        ] {
            let lookup = |asked: &str| (asked == name).then(|| OsString::from_vec(vec![0xff]));
            assert!(!decide(&TOOL, &lookup, None).on, "{name}");
        }
    }
}
