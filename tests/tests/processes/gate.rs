//! Faults of the gate that need a process: an account without a home directory, random bytes, a test
//! harness.

use std::{fs, process::Command};

use telemetry_runtime::{
    Client, Product, decision::DecisionSource, testing, transport::NullTransport,
};
use telemetry_tests::scratch::Scratch;

fn lines(command: &mut Command) -> Vec<String> {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(
        output.status.success() && stderr.is_empty(),
        "{stdout}{stderr}"
    );
    stdout.lines().map(str::to_owned).collect()
}

fn account(values_of_home: &[Option<&str>], account_home: Option<&Scratch>, expected: [&str; 2]) {
    for value in values_of_home {
        let mut program = Command::new(env!("CARGO_BIN_EXE_no_account"));
        program.env_clear();
        if let Some(value) = value {
            program.env("HOME", value);
        }
        program.args(account_home.map(Scratch::path));
        let said = lines(&mut program);
        let [built, asked, sent, decision] = &said[..] else {
            panic!("{said:?}");
        };
        assert_eq!(
            built, "built: 0 calls",
            "building does not ask the name service"
        );
        assert_eq!(asked, "asked: 0 sent, 1 held", "the event waits");
        assert_eq!([&**sent, &**decision], expected, "HOME: {value:?}");
    }
}

#[test]
fn s10_without_a_home_the_worker_asks_for_the_account_and_events_wait_for_it() {
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "gate-account");
    let unusable = [None, Some("")];
    let on = "on: the default of tool";
    account(&unusable, Some(&home), ["sent 1, dropped 0", on]);
    fs::create_dir(home.join(".telemetry-test")).unwrap();
    fs::write(home.join(".telemetry-test/do_not_track"), "").unwrap();
    let marked = "off: the file ~/.telemetry-test/do_not_track exists";
    account(&unusable, Some(&home), ["sent 0, dropped 1", marked]);
}

#[test]
fn s11_without_random_bytes_telemetry_is_off_with_a_sentence() {
    let expected = [
        "off: the system provides no random bytes for a session id",
        "on: the default of tool",
        "undefined",
        // A product without sessions needs no random bytes.
        "on: the default of tool",
    ];
    assert_eq!(
        lines(&mut Command::new(env!("CARGO_BIN_EXE_no_random"))),
        expected
    );
}

/// This test is itself a program that cargo built to run tests.
#[test]
fn c11_a_host_that_is_on_by_default_is_off_under_cargo_test() {
    static ON: Product = Product::new("on")
        .enable_variable("TELEMETRY_TESTS_NEVER_SET")
        .default_on(true);
    let build = || Client::builder(&ON).transport(NullTransport);
    let decision = build().build().decision();
    assert!(!decision.on, "{decision}");
    // On a build server an earlier row decides.
    if decision.source == DecisionSource::TestRunner {
        let expected = "off: the program runs under the test harness of cargo";
        let by_variable = decision.to_string().ends_with("is set");
        assert!(
            by_variable || decision.to_string() == expected,
            "{decision}"
        );
    }
    // A test decides otherwise by its lookup.
    assert!(build().env(|_| None).build().is_on());
    let harness = |name: &str| (name == "=cargo-test").then(Default::default);
    let decision = build().env(harness).build().decision();
    assert_eq!(decision.source, DecisionSource::TestRunner);
    let enabled = |name: &str| match name {
        "=cargo-test" => Some(Default::default()),
        name => (name == "TELEMETRY_TESTS_NEVER_SET").then(|| "1".into()),
    };
    assert!(build().env(enabled).build().is_on());
}

#[test]
fn c11_a_program_that_a_test_starts_is_off_with_the_kits_command_and_on_without() {
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "gate-command");
    let decision = |mut program: Command| {
        program.env("HOME", home.path()).env_remove("CI");
        let said = lines(program.args(["marked", "status", "--json"]));
        let json: serde_json::Value = serde_json::from_str(&said.join("\n")).unwrap();
        json["reason"].as_str().unwrap().to_owned()
    };
    let program = env!("CARGO_BIN_EXE_telemetry_tool");
    assert_eq!(
        decision(testing::command(program)),
        "off: DO_NOT_TRACK=1 is set"
    );
    let mut clean = Command::new(program);
    clean.env_clear();
    assert_eq!(decision(clean), "on: the default of Marked");
}
