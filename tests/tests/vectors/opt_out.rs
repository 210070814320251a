//! Opt-out and opt-in of the originals (`vectors/optout.json`), and where the gate differs.
//!
//! Every opt-out of an original opts out here, without exception. In addition, more signals opt out
//! than in the originals, and each such vector must have one of the reasons below.

use std::{fs, path::PathBuf};

use serde_json::Value;
use telemetry_examples::{
    agent_toolkit::AGENT_TOOLKIT, anonymizer::ANONYMIZER, data_designer::DATA_DESIGNER,
    guardrails::GUARDRAILS, safe_synthesizer::SAFE_SYNTHESIZER,
};
use telemetry_runtime::{
    Client, Decision, Product, decision::DecisionSource, transport::NullTransport,
};
use telemetry_tests::scratch::Scratch;

fn decide(product: &'static Product, env: Vec<(String, String)>) -> Decision {
    let lookup = move |name: &str| {
        let found = env.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into())
    };
    let builder = Client::builder(product).env(lookup);
    builder.transport(NullTransport).build().decision()
}

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../../vectors/optout.json")).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

/// A home directory with the marker as the vector has it.
fn home(vector: &Value) -> (Scratch, PathBuf) {
    let id = vector["id"].as_str().unwrap();
    let name: String = id
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("optout-{name}"));
    let folder = scratch.join(".config/nemoguardrails");
    let (marker, target) = (folder.join("do_not_track"), scratch.join("target"));
    let kind = vector["do_not_track_file"].as_str().unwrap();
    fs::create_dir_all(if kind == "config_dir_is_file" {
        scratch.join(".config")
    } else {
        folder.clone()
    })
    .unwrap();
    match kind {
        "absent" => {}
        "file_empty" => fs::write(&marker, "").unwrap(),
        "file_with_text" => fs::write(&marker, "text").unwrap(),
        "directory" => fs::create_dir(&marker).unwrap(),
        "config_dir_is_file" => fs::write(&folder, "").unwrap(),
        "symlink_to_file" => {
            fs::write(&target, "").unwrap();
            link(&target, &marker);
        }
        "symlink_to_directory" => {
            fs::create_dir(&target).unwrap();
            link(&target, &marker);
        }
        "broken_symlink" => link(&target, &marker),
        other => panic!("{other}"),
    }
    let path = scratch.path().to_owned();
    (scratch, path)
}

fn link(target: &std::path::Path, link: &std::path::Path) {
    std::os::unix::fs::symlink(target, link).unwrap();
}

/// Why telemetry may be off here where the original is on.
fn refuses_more(decision: &Decision) -> bool {
    matches!(
        decision.source,
        // Values beyond `1` and `true`, and spaces around them.
        DecisionSource::OptOutVariable | DecisionSource::DoNotTrack | DecisionSource::Ci
        // The family's variable, which Guardrails and the Agent Toolkit do not know.
        | DecisionSource::FamilyVariable | DecisionSource::EnableVariable
    )
}

#[test]
fn row_67_every_opt_out_of_guardrails_opts_out_here() {
    let (mut run, mut same, mut more) = (0, 0, 0);
    for vector in vectors() {
        let Some(env) = vector["env"].as_object() else {
            continue;
        };
        let id = vector["id"].as_str().unwrap();
        if vector["pytest_loaded"] == true {
            // Does not apply: a module of Python's, loaded in the process.
            continue;
        }
        let (_scratch, home) = home(&vector);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut env: Vec<_> = env
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect();
        env.push(("HOME".to_owned(), home.to_str().unwrap().to_owned()));
        let decision = decide(&GUARDRAILS, env);
        run += 1;
        if vector["enabled"] == decision.on {
            same += 1;
        } else {
            assert!(!decision.on && refuses_more(&decision), "{id}: {decision}");
            more += 1;
        }
    }
    println!("{run} run, {same} the same, {more} refused in addition, 1 does not apply");
    assert!(run > 100 && same > 60 && more > 10);
}

#[test]
fn the_enable_variables_decide_as_in_each_original() {
    let mut run = 0;
    for vector in vectors() {
        let Some(variable) = vector["variable"].as_str() else {
            continue;
        };
        let id = vector["id"].as_str().unwrap();
        let value = vector["value"].as_str();
        let env = || value.map(|value| (variable.to_owned(), value.to_owned()));
        for (product, enabled) in vector["enabled"].as_object().unwrap() {
            run += 1;
            let is_guardrails = product == "guardrails";
            let product: &'static Product = match product.as_str() {
                "anonymizer" => &ANONYMIZER,
                "datadesigner" => &DATA_DESIGNER,
                "guardrails" => &GUARDRAILS,
                "nat" => &AGENT_TOOLKIT,
                "safe_synthesizer" => &SAFE_SYNTHESIZER,
                other => panic!("no product {other}"),
            };
            let decision = decide(product, env().into_iter().collect());
            if is_guardrails && !decision.on {
                // Guardrails does not know the family's variable; here every product honours it.
                assert!(refuses_more(&decision), "{id}: {decision}");
            } else {
                assert_eq!(*enabled, decision.on, "{id} {}: {decision}", product.name());
            }
        }
    }
    println!("{run} decisions");
    assert!(run > 100);
}
