//! A client of a product that needs consent.

use std::{ffi::OsString, fs, io, path::PathBuf};

use telemetry_runtime::{
    Client, ClientBuilder, Family, Product,
    consent::{Answer, IoTerminal, ProductConsent, Prompt},
    decision::DecisionSource,
    transport::NullTransport,
};
use telemetry_tests::scratch::Scratch;

const FILE: &str = ".config/tool/telemetry.toml";

/// On by default, which counts for nothing where consent is needed.
static TOOL: Product = Product::new("tool")
    .family(Family::new("EXAMPLE_TELEMETRY"))
    .requires_consent(ProductConsent::new("1.0", FILE))
    .default_on(true);

fn scratch(name: &str) -> (Scratch, PathBuf) {
    let scratch = Scratch::new(
        env!("CARGO_TARGET_TMPDIR"),
        &format!("consent-client-{name}"),
    );
    let file = scratch.join(FILE);
    (scratch, file)
}

fn builder(home: &Scratch, env: &'static [(&str, &str)]) -> ClientBuilder {
    let home = OsString::from(home.path());
    let lookup = move |name: &str| match name {
        "HOME" | "USERPROFILE" => Some(home.clone()),
        _ => {
            let found = env.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.into())
        }
    };
    Client::builder(&TOOL).env(lookup).transport(NullTransport)
}

fn prompt() -> Prompt {
    Prompt::new("", "Allow?").default_answer(Answer::Yes)
}

#[test]
fn never_asked_means_off_until_the_user_agrees_and_the_answer_is_stored() {
    let (home, file) = scratch("remembered");
    let off = builder(&home, &[]).build().decision();
    assert_eq!(
        (off.on, off.source),
        (false, DecisionSource::ProductDefault)
    );
    assert!(!file.exists());

    let mut person = IoTerminal::new(b"y\n".as_slice(), io::sink());
    let asked = builder(&home, &[])
        .ask_consent(&prompt(), &mut person)
        .build()
        .decision();
    assert_eq!((asked.on, asked.source), (true, DecisionSource::Consent));
    let next = builder(&home, &[]).build().decision();
    assert_eq!(next.to_string(), "on: you agreed to telemetry");

    let text = fs::read_to_string(&file)
        .unwrap()
        .replace("enabled", "disabled");
    fs::write(&file, text).unwrap();
    let refused = builder(&home, &[("EXAMPLE_TELEMETRY", "1")])
        .build()
        .decision();
    assert_eq!(refused.to_string(), "off: you declined telemetry");
}

#[test]
fn the_user_is_not_asked_where_another_signal_decides() {
    type Env = &'static [(&'static str, &'static str)];
    let decided: [(Env, bool); 4] = [
        (&[("EXAMPLE_TELEMETRY", "1")], true),
        (&[("EXAMPLE_TELEMETRY", "0")], false),
        (&[("DO_NOT_TRACK", "1")], false),
        (&[("CI", "true")], false),
    ];
    for (env, on) in decided {
        let (home, file) = scratch(&format!("decided-{}", env[0].0.to_lowercase() + env[0].1));
        let mut person = IoTerminal::new(b"y\n".as_slice(), Vec::new());
        let decision = builder(&home, env)
            .ask_consent(&prompt(), &mut person)
            .build()
            .decision();
        assert_eq!(decision.on, on, "{decision}");
        assert!(person.into_output().is_empty(), "{decision}");
        assert!(!file.exists());
    }
    let (home, _) = scratch("disabled");
    let mut person = IoTerminal::new(b"y\n".as_slice(), Vec::new());
    let off = builder(&home, &[])
        .disabled()
        .ask_consent(&prompt(), &mut person)
        .build();
    assert!(!off.is_on() && person.into_output().is_empty());
}

#[test]
fn row_66_the_user_is_asked_only_where_the_answer_is_absent_or_stale() {
    let (home, file) = scratch("files");
    fs::create_dir_all(home.join(".config/tool")).unwrap();
    let yes = "[telemetry]\nconsent = \"enabled\"\nprompt_version = \"1.0\"\n";
    let stale = yes.replace("1.0", "0.9");
    let cases: [(&[u8], Option<&str>); 8] = [
        (b"[cache]\nenabled = false\n", None),
        (stale.as_bytes(), None),
        (yes.as_bytes(), Some("on: you agreed to telemetry")),
        (
            b"[telemetry]\nconsent = \"disabled\"\n",
            Some("off: you declined telemetry"),
        ),
        (
            b"[telemetry]\nconsent = false\n",
            Some("off: the consent file is not valid"),
        ),
        (b"[telemetry", Some("off: the consent file is not valid")),
        (b"\xff", Some("off: the consent file is not valid")),
        (&[b'\n'; 70_000], Some("off: the consent file is not valid")),
    ];
    for (bytes, decided) in cases {
        fs::write(&file, bytes).unwrap();
        assert_asked_unless(&home, decided);
        if let Some(sentence) = decided {
            assert_eq!(fs::read(&file).unwrap(), bytes, "{sentence}");
        }
    }
    fs::remove_file(&file).unwrap();
    assert_asked_unless(&home, None);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_asked_unless(&home, Some("off: the consent file cannot be read"));
}

#[cfg(unix)]
#[test]
fn row_66_only_an_error_that_proves_the_file_missing_counts_as_never_asked() {
    let (home, file) = scratch("circle");
    fs::create_dir_all(home.join(".config/tool")).unwrap();
    std::os::unix::fs::symlink(&file, &file).unwrap();
    let unreadable = "off: the consent file cannot be read";
    assert_asked_unless(&home, Some(unreadable));
    let enabled = builder(&home, &[("EXAMPLE_TELEMETRY", "1")]).build();
    assert_eq!(enabled.decision().sentence, unreadable);
}

/// Runs with a user who would agree. With a decision the user is not asked; without one a yes counts.
#[track_caller]
fn assert_asked_unless(home: &Scratch, decided: Option<&str>) {
    let mut person = IoTerminal::new(b"y\n".as_slice(), Vec::new());
    let decision = builder(home, &[])
        .ask_consent(&prompt(), &mut person)
        .build()
        .decision();
    assert_eq!(person.into_output().is_empty(), decided.is_some());
    let agreed = "on: you agreed to telemetry";
    assert_eq!(decision.sentence, decided.unwrap_or(agreed));
}

#[test]
fn without_a_home_the_user_is_not_asked_and_telemetry_is_off() {
    for home in [None, Some(""), Some("relative")] {
        let mut person = IoTerminal::new(b"y\n".as_slice(), Vec::new());
        let decision = Client::builder(&TOOL)
            .env(move |name| {
                let is_home = ["HOME", "USERPROFILE"].contains(&name);
                home.filter(|_| is_home).map(Into::into)
            })
            .transport(NullTransport)
            .ask_consent(&prompt(), &mut person)
            .build()
            .decision();
        assert!(!decision.on && person.into_output().is_empty(), "{home:?}");
    }
}

#[test]
fn row_66_an_answer_that_cannot_be_stored_holds_for_this_run() {
    for (typed, on) in [("y\n", true), ("n\n", false), ("", false)] {
        let (home, file) = scratch(&format!("unstored-{}", typed.trim()));
        fs::write(home.join(".config"), "").unwrap();
        let mut person = IoTerminal::new(typed.as_bytes(), io::sink());
        let decision = builder(&home, &[])
            .ask_consent(&prompt(), &mut person)
            .build()
            .decision();
        assert_eq!(
            (decision.on, decision.source),
            (on, DecisionSource::Consent)
        );
        assert!(!file.exists());
    }
}
