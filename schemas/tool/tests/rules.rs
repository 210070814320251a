//! Every rule has a pair of documents that it finds, and a similar pair that it does not find.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod support;

use std::{collections::BTreeSet, fs};

use expect_test::expect_file;
use telemetry_tool::{
    diff::{Comparison, Options, compare},
    report::{Format, Style, diff::render},
    rules::{Bump, Policy, rule, rules},
};

use crate::support::{fixture, folder};

fn fired(comparison: &Comparison<'_>, id: &str) -> bool {
    comparison.changes.iter().any(|change| change.rule.id == id)
}

#[test]
fn every_rule_has_its_fixtures() {
    let entries = fs::read_dir(folder()).unwrap();
    let folders: BTreeSet<String> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| rule(name).is_some())
        .collect();
    let ids: BTreeSet<String> = rules().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(ids, folders);
    assert_eq!(ids.len(), rules().count(), "the names are different");
}

#[test]
fn rules_find_their_change_and_no_other() {
    for rule in rules() {
        let (old, new) = fixture(rule.id, "needs");
        let found = compare(old.side(), new.side(), &Options::default());
        assert!(fired(&found, rule.id), "{}", rule.id);
        let (old, new) = fixture(rule.id, "does-not");
        let found = compare(old.side(), new.side(), &Options::default());
        assert!(!fired(&found, rule.id), "{}", rule.id);
        assert!(!found.is_finding(), "{}: {:?}", rule.id, found.needs);
    }
}

#[test]
fn a_change_without_its_version_is_a_finding() {
    for rule in rules() {
        let (old, new) = fixture(rule.id, "needs");
        let stays = old.document.meta.version == new.document.meta.version;
        for policy in [Policy::Pinned, Policy::Latest] {
            let options = Options {
                policy,
                ..Options::default()
            };
            let found = compare(old.side(), new.side(), &options);
            let change = found.changes.iter().find(|it| it.rule == rule).unwrap();
            // The summary of a shared type has the version of its parts.
            if rule.id != "SHARED_TYPE_CHANGED" {
                assert_eq!(change.bump, rule.bump(policy), "{}", rule.id);
                assert!(
                    !stays || found.is_finding() == (change.bump > Bump::None),
                    "{}",
                    rule.id
                );
            }
            // The lowest version is enough, and the one below it is not.
            let need = &found.needs[0];
            let mut raised = new.clone();
            let mut lock = raised.lock.take();
            for version in [need.lowest(), old.document.meta.version] {
                raised.document.meta.version = version;
                for event in lock.iter_mut().flat_map(|lock| &mut lock.events) {
                    event.schema = version;
                }
                let side = telemetry_tool::diff::Side {
                    document: &raised.document,
                    lock: lock.as_ref(),
                };
                let again = compare(old.side(), side, &options);
                let forbidden = again
                    .changes
                    .iter()
                    .any(telemetry_tool::diff::Change::is_forbidden);
                let enough = version == need.lowest();
                assert_eq!(
                    again.is_finding(),
                    forbidden || !enough,
                    "{} {version}",
                    rule.id
                );
            }
        }
    }
}

#[test]
fn an_approval_allows_what_a_reviewer_may_allow() {
    let (old, new) = fixture("ENUM_TO_STRING", "needs");
    let pointer = "/definitions/events/run_event/properties/mode";
    for (approved, allowed) in [
        ("ENUM_TO_STRING".to_owned(), true),
        (format!("ENUM_TO_STRING:{pointer}"), true),
        (format!("ENUM_TO_STRING:{pointer}/x"), false),
        ("GDPR_TEXT_CHANGED".to_owned(), false),
    ] {
        let options = Options {
            signed_off: vec![approved],
            ..Options::default()
        };
        let found = compare(old.side(), new.side(), &options);
        let change = &found.changes[0];
        assert_eq!(change.needs_sign_off, !allowed);
        assert_eq!(
            change.bump,
            if allowed {
                Bump::Minor
            } else {
                Bump::Forbidden
            }
        );
    }
}

/// The reports as users see them. `UPDATE_EXPECT=1` writes them again.
#[test]
fn reports_are_as_recorded() {
    for rule in rules() {
        for kind in ["needs", "does-not"] {
            let (old, new) = fixture(rule.id, kind);
            let found = compare(old.side(), new.side(), &Options::default());
            let text = render(&[found], Format::Text, Style::default(), &folder());
            let path = folder().join(rule.id).join(format!("{kind}.txt"));
            expect_file![path].assert_eq(&text);
        }
    }
}
