//! The README's table of signals has the order of the gate: when the signals of a row and all later
//! rows are set, that row decides.

use std::{cell::RefCell, collections::BTreeSet, ffi::OsString, fs, rc::Rc, time::UNIX_EPOCH};

use telemetry_runtime::{
    Client, Product, Source,
    consent::{Answer, ConsentFile, ProductConsent},
    transport::NullTransport,
};
use telemetry_tests::{scratch::Scratch, vectors::workspace};

const CONSENT: &str = ".config/tool/telemetry.toml";
const MARKER: &str = ".config/tool/do_not_track";

static TOOL: Product = Product::new("tool")
    .opt_out_variables(&["TOOL_OPT_OUT"])
    .enable_variable("TOOL_TELEMETRY")
    .marker_file(MARKER)
    .needs_consent(ProductConsent::new("1.0", CONSENT));

/// Rows of the README in their order: a word of the row, who decides, and what is decided.
const ROWS: [(&str, Source, bool); 11] = [
    ("`disabled()`", Source::Program, false),
    ("opt-out variable", Source::OptOutVariable, false),
    ("enable variable", Source::EnableVariable, false),
    ("`DO_NOT_TRACK`", Source::DoNotTrack, false),
    ("`NEMO_TELEMETRY_ENABLED`", Source::FamilyVariable, false),
    ("marker file", Source::MarkerFile, false),
    ("the stored no", Source::Consent, false),
    ("enable variable", Source::EnableVariable, true),
    ("build server", Source::Ci, false),
    ("said yes", Source::Consent, true),
    ("none of these", Source::ProductDefault, false),
];

/// Variables that set every signal from `row` on.
fn variables(row: usize) -> Vec<(&'static str, &'static str)> {
    let mut set = Vec::new();
    let mut from = |last: usize, name, value| {
        if row <= last {
            set.push((name, value));
        }
    };
    from(2, "TOOL_OPT_OUT", "1");
    // The enable variable has only one value.
    if row <= 3 {
        from(3, "TOOL_TELEMETRY", "0");
    } else {
        from(8, "TOOL_TELEMETRY", "1");
    }
    from(4, "DO_NOT_TRACK", "1");
    from(5, "NEMO_TELEMETRY_ENABLED", "0");
    from(9, "CI", "true");
    set
}

#[test]
fn the_first_signal_that_is_set_decides_in_the_order_of_the_readme() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    for (index, (word, source, on)) in ROWS.into_iter().enumerate() {
        let row = index + 1;
        let start = format!("| {row} | ");
        let line = readme.lines().find(|line| line.starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("no row {row}"));
        assert!(line.contains(word), "{word}: {line}");

        let name = format!("order-of-signals-{row}");
        let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &name);
        let file = ConsentFile::new(home.join(CONSENT), "1.0");
        match row {
            ..=7 => file.write(Answer::No, UNIX_EPOCH).unwrap(),
            8..=10 => file.write(Answer::Yes, UNIX_EPOCH).unwrap(),
            _ => {}
        }
        if row <= 6 {
            fs::write(home.join(MARKER), "").unwrap();
        }
        let set = variables(row);
        let path = home.path().to_owned();
        let mut builder =
            Client::builder(&TOOL)
                .transport(NullTransport)
                .environment(move |name| {
                    if ["HOME", "USERPROFILE"].contains(&name) {
                        return Some(path.clone().into());
                    }
                    let found = set.iter().find(|(key, _)| *key == name);
                    found.map(|(_, value)| OsString::from(value))
                });
        if row == 1 {
            builder = builder.disabled();
        }
        let decision = builder.build().decision();
        assert_eq!((decision.source, decision.on), (source, on), "row {row}");
    }
}

/// Every variable that the gate asks for and that no other test knows is one of these.
#[test]
fn every_build_server_and_test_runner_of_the_readme_turns_telemetry_off() {
    static PLAIN: Product = Product::new("plain").default_on(true);
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let (_, list) = readme.split_once("Build servers set one of ").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let is_variable =
        |word: &&str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let told: BTreeSet<&str> = list.split('`').filter(is_variable).collect();

    let decide = |name: &str| {
        let name = name.to_owned();
        let lookup = move |asked: &str| (asked == name).then(|| OsString::from("1"));
        let builder = Client::builder(&PLAIN).environment(lookup);
        builder.transport(NullTransport).build().decision()
    };
    for name in &told {
        let decision = decide(name);
        assert!(
            matches!(decision.source, Source::Ci | Source::TestRunner),
            "{name}: {decision}"
        );
    }
    // The gate reads no others.
    let asked = Rc::new(RefCell::new(BTreeSet::new()));
    let seen = Rc::clone(&asked);
    let builder = Client::builder(&PLAIN).environment(move |name| {
        seen.borrow_mut().insert(name.to_owned());
        None
    });
    let _ = builder.transport(NullTransport).build();
    let asked = asked.borrow();
    let others = ["DO_NOT_TRACK", "NEMO_TELEMETRY_ENABLED"];
    let asked: BTreeSet<&str> = asked
        .iter()
        .map(String::as_str)
        .filter(|name| !others.contains(name))
        .collect();
    assert_eq!(asked, told);
}
