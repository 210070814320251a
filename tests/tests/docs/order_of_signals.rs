//! The table of signals in PRIVACY.md is the gate's order. If all signals from one row on are set, that
//! row decides.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    sync::{Arc, Mutex},
    time::UNIX_EPOCH,
};

use telemetry_runtime::{
    Client, Decision, Family, Product,
    consent::{Answer, ConsentFile, ProductConsent},
    decision::DecisionSource,
    transport::NullTransport,
};
use telemetry_tests::{scratch::Scratch, vectors::workspace};

const CONSENT: &str = ".config/tool/telemetry.toml";
const MARKER: &str = ".config/tool/do_not_track";

static TOOL: Product = Product::new("tool")
    .family(Family::new("EXAMPLE_TELEMETRY"))
    .opt_out_variables(&["TOOL_OPT_OUT"])
    .enable_variable("TOOL_TELEMETRY")
    .administrator_folder("tool")
    .marker_file(MARKER)
    .requires_consent(ProductConsent::new("1.0", CONSENT));

/// Rows of PRIVACY.md in their order: a word of the row, the deciding source and the result.
const ROWS: [(&str, DecisionSource, bool); 12] = [
    (
        "administrator's file",
        DecisionSource::AdministratorFile,
        false,
    ),
    ("`disabled()`", DecisionSource::Program, false),
    ("opt-out variable", DecisionSource::OptOutVariable, false),
    ("enable variable", DecisionSource::EnableVariable, false),
    ("`DO_NOT_TRACK`", DecisionSource::DoNotTrack, false),
    ("product's family", DecisionSource::FamilyVariable, false),
    ("marker file", DecisionSource::MarkerFile, false),
    ("the stored no", DecisionSource::Consent, false),
    ("enable variable", DecisionSource::EnableVariable, true),
    ("build server", DecisionSource::Ci, false),
    ("said yes", DecisionSource::Consent, true),
    ("none of these", DecisionSource::ProductDefault, false),
];

/// Variables that set every signal from `row` on.
fn variables(row: usize) -> Vec<(&'static str, &'static str)> {
    let mut set = Vec::new();
    let mut from = |last: usize, name, value| {
        if row <= last {
            set.push((name, value));
        }
    };
    from(3, "TOOL_OPT_OUT", "1");
    // The enable variable has only one value.
    if row <= 4 {
        from(4, "TOOL_TELEMETRY", "0");
    } else {
        from(9, "TOOL_TELEMETRY", "1");
    }
    from(5, "DO_NOT_TRACK", "1");
    from(6, "EXAMPLE_TELEMETRY", "0");
    from(10, "CI", "true");
    set
}

#[test]
fn the_first_signal_that_is_set_decides_in_the_order_of_the_privacy_page() {
    let page = fs::read_to_string(workspace().join("PRIVACY.md")).unwrap();
    for (index, (word, source, on)) in ROWS.into_iter().enumerate() {
        let row = index + 1;
        let start = format!("| {row} | ");
        let line = page.lines().find(|line| line.starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("no row {row}"));
        assert!(line.contains(word), "{word}: {line}");

        let name = format!("order-of-signals-{row}");
        let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &name);
        let file = ConsentFile::new(home.join(CONSENT), "1.0");
        match row {
            ..=8 => file.write(Answer::No, UNIX_EPOCH).unwrap(),
            9..=11 => file.write(Answer::Yes, UNIX_EPOCH).unwrap(),
            _ => {}
        }
        if row <= 7 {
            fs::write(home.join(MARKER), "").unwrap();
        }
        let system = home.join("system");
        fs::create_dir_all(system.join("tool")).unwrap();
        // The permission changes nothing.
        let said = if row == 1 { "off" } else { "user" };
        let said = format!("telemetry = \"{said}\"\n");
        fs::write(system.join("tool/telemetry.toml"), said).unwrap();
        let set = variables(row);
        let path = home.path().to_owned();
        let mut builder = Client::builder(&TOOL)
            .transport(NullTransport)
            .env(move |name| {
                if ["HOME", "USERPROFILE"].contains(&name) {
                    return Some(path.clone().into());
                }
                if name == "=administrator-root" {
                    return Some(system.clone().into());
                }
                let found = set.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| OsString::from(value))
            });
        if row <= 2 {
            builder = builder.disabled();
        }
        let decision = builder.build().decision();
        assert_eq!((decision.source, decision.on), (source, on), "row {row}");
    }
}

/// The gate looks up these variables, those of other tests, and no others.
#[test]
fn every_build_server_and_test_runner_of_the_privacy_page_turns_telemetry_off() {
    static PLAIN: Product = Product::new("plain").default_on(true);
    let page = fs::read_to_string(workspace().join("PRIVACY.md")).unwrap();
    let (_, list) = page.split_once("Build servers set one of ").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let is_variable = |word: &&str| {
        let is_name = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
        word.len() > 1 && !["false", "no", "off"].contains(word) && word.bytes().all(is_name)
    };
    let told: BTreeSet<&str> = list.split('`').filter(is_variable).collect();
    let (_, pairs) = page.split_once("count in pairs: ").unwrap();
    let (pairs, _) = pairs.split_once("\n\n").unwrap();
    let pairs: Vec<Vec<&str>> = pairs
        .split("`, ")
        .map(|pair| {
            pair.split('`')
                .filter(is_variable)
                .filter(|it| *it != "with")
                .collect()
        })
        .collect();

    let decide = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let lookup = move |asked: &str| names.iter().any(|it| it == asked).then(|| "1".into());
        let builder = Client::builder(&PLAIN).env(lookup);
        builder.transport(NullTransport).build().decision()
    };
    let is_machine = |decision: &Decision| {
        let source = decision.source;
        !decision.on && matches!(source, DecisionSource::Ci | DecisionSource::TestRunner)
    };
    for name in &told {
        let decision = decide(&[name]);
        assert!(is_machine(&decision), "{name}: {decision}");
    }
    assert_eq!(pairs.len(), 5);
    for pair in &pairs {
        let [first, second] = pair[..] else {
            panic!("not a pair: {pair:?}");
        };
        let decision = decide(pair);
        assert!(is_machine(&decision), "{pair:?}: {decision}");
        assert_eq!(
            decision.to_string(),
            format!("off: {first} and {second} are set")
        );
        assert!(decide(&[first]).on && decide(&[second]).on, "{pair:?}");
    }
    // The gate reads no others.
    let asked = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&asked);
    let builder = Client::builder(&PLAIN).env(move |name| {
        seen.lock().unwrap().insert(name.to_owned());
        // The second variable of a pair is read only if the first one is set.
        (name == "BUILD_ID" || name == "TASK_ID").then(|| "1".into())
    });
    let _ = builder.transport(NullTransport).build();
    let asked = asked.lock().unwrap();
    let others = ["DO_NOT_TRACK", "=cargo-test", "=ask-account"];
    let asked: BTreeSet<&str> = asked
        .iter()
        .map(String::as_str)
        .filter(|name| !others.contains(name))
        .collect();
    let all: BTreeSet<&str> = told
        .into_iter()
        .chain(pairs.into_iter().flatten())
        .collect();
    assert_eq!(asked, all);
}
