//! The gate: whether telemetry is on, and which signal decided.
//!
//! It never reads the environment itself, it asks a lookup, once; a refusal is never overruled by
//! anything; and it never repeats a value that could be a person's. What variables say is captured
//! for good; what people say in files may be asked again.
//!
//! The signals are rows of a table, judged from the top: the first refusal decides. Only when no
//! row refuses is the enable variable, and then the product's default, asked.

use std::{borrow::Cow, ffi::OsString, fmt};

use super::{
    person::{Marker, PersonsFiles, StoredAnswer, Word},
    product::Product,
    signals::{
        Refuses, SURROUNDINGS, is_not_empty, is_not_exactly_truthy, is_not_truthy, is_set,
        printable,
    },
};

/// Variable that every product of the family listens to.
pub(crate) const FAMILY_VARIABLE: &str = "NEMO_TELEMETRY_ENABLED";

/// What a lookup answers: the value of an environment variable.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Which signal decided whether telemetry is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// The program: [`disabled`](crate::ClientBuilder::disabled), [`opt_out`](crate::Client::opt_out).
    Program,
    /// One of the product's opt-out variables.
    OptOutVariable,
    /// The product's enable variable, or the family's where the product has none.
    EnableVariable,
    /// `DO_NOT_TRACK`.
    DoNotTrack,
    /// `NEMO_TELEMETRY_ENABLED` of the product family.
    FamilyVariable,
    /// The product's marker file is there.
    MarkerFile,
    /// The consent file, or the answer that was given in this run.
    Consent,
    /// A continuous integration system.
    Ci,
    /// A test runner.
    TestRunner,
    /// Nothing said anything: the product's default.
    ProductDefault,
    /// The configuration cannot work: no endpoint, or one that is refused.
    Misconfigured,
}

/// Whether telemetry is on, which signal decided, and a sentence about it for people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// True when events are recorded and sent.
    pub on: bool,
    /// The signal that decided.
    pub source: Source,
    /// Such as "off: DO_NOT_TRACK=1 is set".
    pub sentence: Cow<'static, str>,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl Decision {
    /// Off because the program said so.
    pub(crate) const PROGRAM: Self = Self {
        on: false,
        source: Source::Program,
        sentence: Cow::Borrowed("off: the program turned telemetry off"),
    };

    /// Off because the program said so later.
    pub(crate) const OPTED_OUT: Self = Self {
        on: false,
        source: Source::Program,
        sentence: Cow::Borrowed("off: opted out while the program was running"),
    };

    /// Off because the configuration cannot work; `why` is a sentence without secrets.
    pub(crate) fn misconfigured(why: impl fmt::Display) -> Self {
        Self {
            on: false,
            source: Source::Misconfigured,
            sentence: Cow::Owned(format!("off: {why}")),
        }
    }

    fn by_variable(on: bool, source: Source, name: &str, value: &OsString) -> Self {
        let state = if on { "on" } else { "off" };
        let shown = match printable(value) {
            Some(value) => format!("{state}: {name}={value} is set"),
            None => format!("{state}: {name} is set"),
        };
        Self {
            on,
            source,
            sentence: Cow::Owned(shown),
        }
    }

    fn by_consent(answer: StoredAnswer) -> Self {
        Self {
            on: answer == StoredAnswer::Yes,
            source: Source::Consent,
            sentence: Cow::Borrowed(match answer {
                StoredAnswer::Yes => "on: you agreed to telemetry",
                StoredAnswer::No => "off: you declined telemetry",
                StoredAnswer::Invalid => "off: the consent file is not valid",
                StoredAnswer::Unreadable => "off: the consent file cannot be read",
            }),
        }
    }

    fn by_marker(marker: Marker, below_home: &str) -> Option<Self> {
        let state = match marker {
            Marker::Absent => return None,
            Marker::Present => "is there",
            Marker::Unknown => "cannot be checked",
        };
        Some(Self {
            on: false,
            source: Source::MarkerFile,
            sentence: Cow::Owned(format!("off: the file ~/{below_home} {state}")),
        })
    }

    fn by_default(product: &Product) -> Self {
        let (name, variable) = (product.name, enable_variable(product));
        let sentence = if product.is_on_by_default() {
            format!("on: the default of {name}")
        } else if product.asks() {
            format!("off: a person has to agree first, or {variable}=1 turns it on")
        } else {
            format!("off: the default of {name}; {variable}=1 turns it on")
        };
        Self {
            on: product.is_on_by_default(),
            source: Source::ProductDefault,
            sentence: Cow::Owned(sentence),
        }
    }
}

/// What decides: the variables as they were when the client was built, and where a person's files
/// are.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    product: &'static Product,
    /// The first variable that refuses.
    refusal: Option<Decision>,
    /// The enable variable's yes.
    enabled: Option<Decision>,
    surroundings: Option<Decision>,
    pub(super) files: PersonsFiles,
}

impl Gate {
    /// Asks `lookup` for every variable there is to know, now and never again.
    pub(super) fn capture(product: &'static Product, lookup: Lookup<'_>) -> Self {
        let enable = enable_variable(product);
        // A value that is not truthy refuses.
        let yes = |value| Decision::by_variable(true, Source::EnableVariable, enable, &value);
        Self {
            product,
            refusal: refusal(product, lookup),
            enabled: lookup(enable).map(yes),
            surroundings: surroundings(lookup),
            files: PersonsFiles::of(product, lookup),
        }
    }

    /// Decides; `word` is what people said, asked for where no variable refuses.
    pub(super) fn decide(&self, word: impl FnOnce() -> Word) -> Decision {
        let refusal = self.refusal.clone();
        refusal.unwrap_or_else(|| {
            let word = word();
            let variables = || {
                self.enabled
                    .as_ref()
                    .or(self.surroundings.as_ref())
                    .cloned()
            };
            let answer = || word.answer.map(Decision::by_consent);
            let decided = self.refused_by(&word).or_else(variables).or_else(answer);
            decided.unwrap_or_else(|| Decision::by_default(self.product))
        })
    }

    /// A refusal in a person's files.
    pub(super) fn refused_by(&self, word: &Word) -> Option<Decision> {
        let marker = self.product.marker_file;
        let refusal = |answer: &StoredAnswer| *answer != StoredAnswer::Yes;
        marker
            .and_then(|below_home| Decision::by_marker(word.marker, below_home))
            .or_else(|| word.answer.filter(refusal).map(Decision::by_consent))
    }
}

/// A person's refusal, by the first row that holds one.
fn refusal(product: &Product, lookup: Lookup<'_>) -> Option<Decision> {
    let opt_outs = product.opt_out_variables.iter();
    let (enable, enable_refuses) = match product.enable_variable {
        Some(name) => (name, is_not_truthy as Refuses),
        None => (FAMILY_VARIABLE, is_not_exactly_truthy as Refuses),
    };
    let rows = opt_outs
        .map(|name| (Source::OptOutVariable, *name, is_set as Refuses))
        .chain([
            (Source::EnableVariable, enable, enable_refuses),
            (Source::DoNotTrack, "DO_NOT_TRACK", is_set),
            (
                Source::FamilyVariable,
                FAMILY_VARIABLE,
                is_not_exactly_truthy,
            ),
        ]);
    first(rows, lookup)
}

fn surroundings(lookup: Lookup<'_>) -> Option<Decision> {
    let rows = SURROUNDINGS.iter();
    let judged = rows.map(|(source, name)| match source {
        // A runner names the test, and a test can be named `false`.
        Source::TestRunner => (*source, *name, is_not_empty as Refuses),
        _ => (*source, *name, is_set as Refuses),
    });
    first(judged, lookup)
}

fn first(
    rows: impl Iterator<Item = (Source, &'static str, Refuses)>,
    lookup: Lookup<'_>,
) -> Option<Decision> {
    rows.filter_map(|(source, name, refuses)| Some((source, name, refuses, lookup(name)?)))
        .find(|(_, _, refuses, value)| refuses(value))
        .map(|(source, name, _, value)| Decision::by_variable(false, source, name, &value))
}

/// The variable whose explicit yes turns the product on.
pub(crate) fn enable_variable(product: &Product) -> &'static str {
    product.enable_variable.unwrap_or(FAMILY_VARIABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    static TOOL: Product = Product::new("my-tool")
        .enable_variable("MY_TELEMETRY")
        .opt_out_variables(&["MY_OPT_OUT"])
        .default_on(true);

    fn decide(product: &'static Product, lookup: Lookup<'_>, yes: Option<bool>) -> Decision {
        let answer = yes.map(|yes| match yes {
            true => StoredAnswer::Yes,
            false => StoredAnswer::No,
        });
        Gate::capture(product, lookup).decide(|| Word::default().with_answer(answer))
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
    fn each_signal_decides_as_its_row_says() {
        use Source::*;
        let cases: &[(Env, bool, Source)] = &[
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
                &[("NEMO_TELEMETRY_ENABLED", "0"), ("MY_TELEMETRY", "1")],
                false,
                FamilyVariable,
            ),
            (&[("NEMO_TELEMETRY_ENABLED", "1")], true, ProductDefault),
            (&[("CI", "true")], false, Ci),
            (&[("CI", "false")], true, ProductDefault),
            (
                &[("CI", "true"), ("NEMO_TELEMETRY_ENABLED", "1")],
                false,
                Ci,
            ),
            (
                &[("CI", "true"), ("MY_TELEMETRY", "1")],
                true,
                EnableVariable,
            ),
            (&[("PYTEST_CURRENT_TEST", "a::b (call)")], false, TestRunner),
            (&[("NEXTEST", "1")], false, TestRunner),
        ];
        for (env, on, source) in cases {
            let decision = decide_with(&TOOL, env);
            assert_eq!((decision.on, decision.source), (*on, *source), "{env:?}");
        }
    }

    #[test]
    fn a_product_without_enable_variable_listens_to_the_family() {
        static PLAIN: Product = Product::new("plain");
        assert!(!decide_with(&PLAIN, &[]).on);
        let yes = [("NEMO_TELEMETRY_ENABLED", "1"), ("CI", "1")];
        assert!(decide_with(&PLAIN, &yes).on);
    }

    #[test]
    fn sentences_name_the_signal_and_repeat_no_odd_value() {
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
            sentence(&[("NEMO_TELEMETRY_ENABLED", " Yes")]),
            "off: NEMO_TELEMETRY_ENABLED= Yes is set"
        );
        assert_eq!(sentence(&[]), "on: the default of my-tool");
    }

    #[test]
    fn an_answer_counts_where_no_signal_says_more() {
        let env = |set: Env| {
            move |name: &str| {
                let found = set.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| OsString::from(value))
            }
        };
        let cases: &[(Env, bool, (bool, Source))] = &[
            (&[], true, (true, Source::Consent)),
            (&[], false, (false, Source::Consent)),
            (&[("MY_TELEMETRY", "1")], false, (false, Source::Consent)),
            (
                &[("MY_TELEMETRY", "0")],
                true,
                (false, Source::EnableVariable),
            ),
            (&[("DO_NOT_TRACK", "1")], true, (false, Source::DoNotTrack)),
            (&[("CI", "1")], true, (false, Source::Ci)),
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
            "NEMO_TELEMETRY_ENABLED",
            "CI",
        ] {
            let lookup = |asked: &str| (asked == name).then(|| OsString::from_vec(vec![0xff]));
            assert!(!decide(&TOOL, &lookup, None).on, "{name}");
        }
    }
}
