//! Rows 66 to 69: consent files and variables that are missing, broken or unusual.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use telemetry_runtime::{
    Client, Decision, Family, Product, TelemetryEvent, consent::ProductConsent,
    decision::DecisionSource, health::RecordError, transport::MemoryTransport,
};
use telemetry_tests::scratch::Scratch;

static ASKS: Product = Product::new("asks")
    .enable_variable("ASKS_TELEMETRY")
    .requires_consent(ProductConsent::new("1.0", "telemetry.toml"))
    .default_on(true);

static TOOL: Product = Product::new("tool")
    .family(Family::new("EXAMPLE_TELEMETRY"))
    .enable_variable("TOOL_TELEMETRY")
    .opt_out_variables(&["TOOL_NO_STATS"])
    .default_on(true);

const YES: &str = "[telemetry]\nconsent = \"enabled\"\nprompt_version = \"1.0\"\n";

const DECLINED: &str = "off: you declined telemetry";
const INVALID: &str = "off: the consent file is not valid";
const UNREADABLE: &str = "off: the consent file cannot be read";

/// One run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    /// Exit code.
    exit_code: i32,
}

/// The decision of a client in this environment. It records accordingly, and counts its events.
#[track_caller]
fn decide(product: &'static Product, env: &[(&str, OsString)]) -> Decision {
    let env: Vec<_> = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let lookup = move |asked: &str| {
        let found = env.iter().find(|(name, _)| name == asked);
        found.map(|(_, value)| value.clone())
    };
    let memory = MemoryTransport::new();
    let telemetry = Client::builder(product)
        .env(lookup)
        .transport(memory.clone())
        .build();
    let decision = telemetry.decision();
    let recorded = telemetry
        .try_record(&Run::builder().exit_code(0).build())
        .map(drop);
    let expected = if decision.on {
        Ok(())
    } else {
        Err(RecordError::Off)
    };
    assert_eq!(recorded, expected);
    assert!(telemetry.shutdown(Duration::from_secs(60)).is_complete());
    let events = usize::from(decision.on);
    assert_eq!(memory.bodies().len(), events, "{decision}");
    let health = telemetry.health();
    assert_eq!((health.accepted(), health.held()), (events as u64, 0));
    assert_eq!(health.delivered(), health.accepted());
    decision
}

fn asked_at(home: &Path) -> Decision {
    decide(
        &ASKS,
        &[("HOME", home.into()), ("USERPROFILE", home.into())],
    )
}

fn with(name: &str, value: &str) -> Decision {
    decide(&TOOL, &[(name, value.into())])
}

#[test]
fn row_66_only_a_valid_yes_to_the_present_version_turns_it_on() {
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "faults-consent-file");
    let file = home.join("telemetry.toml");
    // Missing.
    assert!(!asked_at(home.path()).on);
    let stale = YES.replace("1.0", "0.9");
    let huge = [YES, &"# comment\n".repeat(10_000)].concat();
    let never: [&[u8]; 4] = [
        b"",
        b"consent = \"enabled\"\n",
        b"[cache]\nenabled = false\n",
        stale.as_bytes(),
    ];
    for text in never {
        fs::write(&file, text).unwrap();
        let decision = asked_at(home.path());
        assert_eq!(
            (decision.on, decision.source),
            (false, DecisionSource::ProductDefault)
        );
    }
    let no = YES.replace("enabled", "disabled");
    let old_no = no.replace("1.0", "0.1");
    let refused: [(&[u8], &str); 8] = [
        (no.as_bytes(), DECLINED),
        (old_no.as_bytes(), DECLINED),
        (huge.as_bytes(), INVALID),
        (b"[telemetry", INVALID),
        (b"\xff\xfe[telemetry]\n", INVALID),
        (b"\0\0\0", INVALID),
        (b"[telemetry]\nconsent = false\n", INVALID),
        (b"telemetry = \"enabled\"\n", INVALID),
    ];
    for (text, sentence) in refused {
        fs::write(&file, text).unwrap();
        assert_eq!(asked_at(home.path()).sentence, sentence);
    }
    fs::write(&file, YES).unwrap();
    assert!(asked_at(home.path()).on);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(asked_at(home.path()).sentence, UNREADABLE);
}

#[cfg(unix)]
#[test]
fn row_66_a_file_that_cannot_be_read_is_a_no() {
    use std::os::unix::fs::PermissionsExt;
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "faults-consent-unreadable");
    let file = home.join("telemetry.toml");
    fs::write(&file, YES).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).unwrap();
    // A privileged user can read every file, so the yes is found.
    let readable = fs::read(&file).is_ok();
    let decision = asked_at(home.path());
    assert_eq!(
        (decision.on, decision.source),
        (readable, DecisionSource::Consent)
    );
    let home = OsString::from(home.path());
    let decision = decide(
        &ASKS,
        &[("HOME", home), ("ASKS_TELEMETRY", OsString::from("1"))],
    );
    assert_eq!(decision.on, readable, "a no outranks every yes");
}

#[test]
fn row_67_every_value_except_an_explicit_no_opts_out_and_is_named() {
    let odd = "x".repeat(100);
    for value in [
        "1",
        "true",
        "TRUE",
        "yes",
        "on",
        "2",
        "-",
        "track me",
        "\u{1b}[2J",
        &odd,
    ] {
        for also in [None, Some("1")] {
            let mut env = vec![("DO_NOT_TRACK", value.into())];
            env.extend(also.map(|yes| ("TOOL_TELEMETRY", yes.into())));
            let decision = decide(&TOOL, &env);
            assert_eq!(decision.source, DecisionSource::DoNotTrack, "{value}");
            let sentence = decision.to_string();
            assert!(!decision.on && sentence.starts_with("off: DO_NOT_TRACK"));
            assert!(
                sentence.len() < 80 && !sentence.contains('\u{1b}'),
                "{sentence}"
            );
        }
    }
    for value in ["", "0", "false", "FALSE", "no", "off", " 0 "] {
        assert!(with("DO_NOT_TRACK", value).on, "{value}");
    }
}

#[cfg(unix)]
#[test]
fn row_68_a_value_that_is_not_utf8_opts_out() {
    use std::os::unix::ffi::OsStringExt;
    let variables = [
        ("TOOL_NO_STATS", DecisionSource::OptOutVariable),
        ("TOOL_TELEMETRY", DecisionSource::EnableVariable),
        ("DO_NOT_TRACK", DecisionSource::DoNotTrack),
        ("EXAMPLE_TELEMETRY", DecisionSource::FamilyVariable),
        ("CI", DecisionSource::Ci),
    ];
    for (name, source) in variables {
        for bytes in [vec![0xff], b"0\xff".to_vec(), b"1\x80".to_vec()] {
            let decision = decide(&TOOL, &[(name, OsString::from_vec(bytes))]);
            assert_eq!((decision.on, decision.source), (false, source), "{name}");
            assert!(decision.to_string().contains(name), "{decision}");
        }
    }
}

#[test]
fn row_69_build_and_test_machines_are_off_unless_asked_for() {
    let variables = [
        "CI",
        "GITHUB_ACTIONS",
        "GITLAB_CI",
        "BUILDKITE",
        "CIRCLECI",
        "TRAVIS",
        "APPVEYOR",
        "TF_BUILD",
        "TEAMCITY_VERSION",
        "JENKINS_URL",
        "BITBUCKET_BUILD_NUMBER",
        "CODEBUILD_BUILD_ID",
        "bamboo_planKey",
        "bamboo_buildKey",
        "bamboo_deploy_environment",
        "GO_PIPELINE_LABEL",
        "GO_PIPELINE_NAME",
        "TASKCLUSTER_ROOT_URL",
        "BUILDER_OUTPUT",
        "PYTEST_CURRENT_TEST",
        "NEXTEST",
        "NEXTEST_RUN_ID",
        "JEST_WORKER_ID",
        "VITEST",
    ];
    for name in variables {
        let decision = with(name, "true");
        let expected = [DecisionSource::Ci, DecisionSource::TestRunner];
        assert!(
            !decision.on && expected.contains(&decision.source),
            "{name}"
        );
        assert!(decision.to_string().contains(name), "{decision}");
        let set = |enable: &str| {
            decide(
                &TOOL,
                &[(name, "true".into()), ("TOOL_TELEMETRY", enable.into())],
            )
        };
        assert!(set("1").on, "{name}: an explicit yes outranks it");
        assert!(!set("0").on && !set("").on && !set("maybe").on);
    }
}

#[test]
fn s9_a_lookup_that_changes_its_answer_is_asked_once() {
    let asked = Arc::new(Mutex::new(BTreeMap::<String, u32>::new()));
    let seen = Arc::clone(&asked);
    // Each variable is a yes at first and a no afterwards.
    let lookup = move |name: &str| {
        let mut seen = seen.lock().unwrap();
        let count = seen.entry(name.to_owned()).or_default();
        *count += 1;
        let value = if *count == 1 { "1" } else { "0" };
        ["TOOL_TELEMETRY", "TOOL_ENDPOINT"]
            .contains(&name)
            .then(|| value.into())
    };
    let telemetry = Client::builder(&TOOL)
        .env(lookup)
        .endpoint("stdout")
        .build();
    assert_eq!(
        telemetry.decision().to_string(),
        "on: TOOL_TELEMETRY=1 is set"
    );
    let asked = asked.lock().unwrap();
    assert!(asked.values().all(|count| *count == 1), "{asked:?}");
}

#[test]
fn c9_a_file_with_other_keys_only_was_never_answered() {
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "faults-c9");
    for text in [
        "[cache]\nenabled = false\n",
        "enabled = false\nconsent = \"disabled\"\n",
        "[telemetry]\nenabled = false\n",
        "[telemetry]\n",
        "[other.telemetry]\nconsent = \"disabled\"\n",
    ] {
        fs::write(home.join("telemetry.toml"), text).unwrap();
        let decision = asked_at(home.path());
        let expected = "off: waiting for consent (ASKS_TELEMETRY=1 also enables it)";
        assert_eq!(decision.to_string(), expected, "{text}");
        assert_eq!(decision.source, DecisionSource::ProductDefault);
    }
}
