//! Programs that a program starts: a refusal reaches them, a yes does not, and the session does if the
//! product declares it.

use std::{
    collections::BTreeMap,
    fs,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use telemetry_runtime::{
    Client, Product,
    consent::{Answer, ConsentFile},
    transport::NullTransport,
};
use telemetry_tests::scratch::Scratch;

/// The session id and the decision that a program reported.
type Report = (String, String);

/// A folder that no other run has.
fn scratch() -> Scratch {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("child-env-{run}"))
}

/// Starts a parent, which starts a child.
struct Run {
    home: Scratch,
    product: &'static str,
    when: &'static str,
    /// Variables of the parent.
    env: Vec<(&'static str, &'static str)>,
    /// Variables of the child besides those of the parent's client.
    child_env: Vec<&'static str>,
}

impl Run {
    fn new() -> Self {
        Self {
            home: scratch(),
            product: "parent",
            when: "",
            env: Vec::new(),
            child_env: Vec::new(),
        }
    }

    fn reports(&self) -> [Report; 2] {
        let output = Command::new(env!("CARGO_BIN_EXE_env_of_children"))
            .args(["parent", self.product, self.when])
            .args(&self.child_env)
            .env_clear()
            .env("HOME", self.home.path())
            .env("USERPROFILE", self.home.path())
            .envs(self.env.iter().copied())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let mut reports = BTreeMap::new();
        for line in text.lines() {
            let (name, rest) = line.split_once(' ').unwrap();
            let (session, decision) = rest.split_once(' ').unwrap();
            reports.insert(name.to_owned(), (session.to_owned(), decision.to_owned()));
        }
        ["parent", "child"].map(|name| reports.remove(name).unwrap())
    }

    /// The decision of the child.
    fn child(&self) -> String {
        let [_, (_, decision)] = self.reports();
        decision
    }
}

#[test]
fn every_refusal_reaches_the_child_even_if_it_has_a_yes_of_its_own() {
    let mut runs = Vec::new();
    for variable in [
        ("DO_NOT_TRACK", "1"),
        ("FAMILY_TELEMETRY", "0"),
        ("PARENT_TELEMETRY", "0"),
        ("PARENT_OPT_OUT", "yes"),
    ] {
        let mut run = Run::new();
        run.env.push(variable);
        runs.push(run);
    }
    // `marked`: another process refuses while the parent runs.
    for when in ["disabled", "opted-out", "marked"] {
        let mut run = Run::new();
        run.when = when;
        runs.push(run);
    }
    let marked = Run::new();
    fs::write(marked.home.join(".parent-off"), "").unwrap();
    runs.push(marked);
    for answer in ["no", "not valid"] {
        let mut run = Run::new();
        run.product = "asks";
        let path = run.home.join("parent-consent.toml");
        match answer {
            "no" => {
                let file = ConsentFile::new(path, "1.0");
                file.write(Answer::No, std::time::SystemTime::now())
                    .unwrap();
            }
            text => fs::write(path, text).unwrap(),
        }
        runs.push(run);
    }
    for mut run in runs {
        run.child_env.push("CHILD_TELEMETRY=1");
        let [(_, parent), (_, child)] = run.reports();
        assert!(parent.starts_with("off: "), "{parent}");
        let expected = "off: DO_NOT_TRACK=1 is set";
        assert_eq!(child, expected, "{:?} {} {parent}", run.env, run.when);
    }
}

#[test]
fn a_yes_does_not_reach_the_child() {
    // The explicit yes of the parent overrides its build server, but not that of the child.
    let mut run = Run::new();
    run.env = vec![("PARENT_TELEMETRY", "1"), ("CI", "true")];
    run.child_env = vec!["CI=true"];
    let [(_, parent), (_, child)] = run.reports();
    assert_eq!(parent, "on: PARENT_TELEMETRY=1 is set");
    assert_eq!(child, "off: CI=true is set");
    // A refusal of the child is its own.
    run.child_env = vec!["CHILD_TELEMETRY=0"];
    assert_eq!(run.child(), "off: CHILD_TELEMETRY=0 is set");
    run.child_env.clear();
    assert_eq!(run.child(), "on: the default of child");
}

#[test]
fn a_parent_that_waits_for_an_answer_decides_nothing_for_its_child() {
    let mut run = Run::new();
    run.product = "asks";
    let [(_, parent), (_, child)] = run.reports();
    assert!(parent.starts_with("off: waiting for consent"), "{parent}");
    assert_eq!(child, "on: the default of child");
}

#[test]
fn a_build_server_reaches_the_child_which_an_explicit_yes_overrides() {
    let mut run = Run::new();
    run.env = vec![("GITHUB_ACTIONS", "true")];
    assert_eq!(run.child(), "off: CI=1 is set");
    run.child_env = vec!["CHILD_TELEMETRY=1"];
    assert_eq!(run.child(), "on: CHILD_TELEMETRY=1 is set");
}

#[test]
fn the_random_session_reaches_the_child_if_both_products_declare_the_variable() {
    let mut run = Run::new();
    let [(parent, _), (child, _)] = run.reports();
    assert_eq!(parent, format!("parent-{child}"));
    // The parent is itself a child: the session goes on to the third program.
    let id = "0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d";
    run.env = vec![("FAMILY_SESSION_ID", id)];
    let [(parent, _), (child, _)] = run.reports();
    assert_eq!((&*parent, &*child), (&*format!("parent-{id}"), id));

    run.product = "without-session-variable";
    let [(parent, _), (child, _)] = run.reports();
    assert_ne!(parent, child);
}

#[test]
fn a_session_id_that_is_not_a_random_one_is_neither_passed_on_nor_accepted() {
    let mut run = Run::new();
    run.when = "own-session";
    let [(parent, _), (child, _)] = run.reports();
    assert_eq!(parent, "parent-ci-42");
    assert_eq!(child.len(), 36);
    for invalid in [
        "alice",
        "",
        "parent-0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d",
        "0A1B2C3D-4E5F-4A6B-8C7D-9E8F7A6B5C4D",
        "0a1b2c3d-4e5f-1a6b-8c7d-9e8f7a6b5c4d",
    ] {
        let mut run = Run::new();
        run.env = vec![("FAMILY_SESSION_ID", invalid)];
        let [(parent, _), _] = run.reports();
        let id = parent.strip_prefix("parent-").unwrap();
        assert!(id.len() == 36 && !invalid.contains(id), "{invalid}: {id}");
    }
}

#[test]
fn without_a_session_or_with_telemetry_off_no_session_is_passed_on() {
    static NO_SESSION: Product = Product::new("tool")
        .session_variable("TOOL_SESSION_ID")
        .no_session()
        .default_on(true);
    static OFF: Product = Product::new("tool").session_variable("TOOL_SESSION_ID");
    for product in [&NO_SESSION, &OFF] {
        let builder = Client::builder(product).env(|_| None);
        let client = builder.transport(NullTransport).build();
        assert_eq!(client.child_env(), []);
    }
}

#[test]
fn a_program_of_another_product_gets_no_variable_twice() {
    static TOOL: Product = Product::new("tool").family(telemetry_runtime::Family::new("FAMILY"));
    let client = Client::builder(&TOOL).env(|_| None).disabled().build();
    let expected = [("DO_NOT_TRACK", "1"), ("FAMILY", "0")];
    let expected = expected.map(|(name, value)| (name, value.to_owned()));
    assert_eq!(client.child_env(), expected);
}
