//! Faults of the gate that need a process: an account without a home directory, random bytes, a test
//! harness.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
    time::UNIX_EPOCH,
};

use telemetry_runtime::{
    Client, Product,
    consent::{Answer, ConsentFile},
    decision::DecisionSource,
    testing,
    transport::NullTransport,
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

/// An account and its files, for the program `no_account`.
struct Account {
    folder: Scratch,
    /// The home directory in the file that replaces `/etc/passwd`; `None` if the account is not listed.
    listed: Option<PathBuf>,
    product: &'static str,
}

/// Answers of the name service.
const NOT_KNOWN: Option<&str> = None;
const FAILS: Option<&str> = Some("error");

impl Account {
    fn new(name: &str, product: &'static str) -> Self {
        let folder = Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("gate-account-{name}"));
        Self {
            folder,
            listed: None,
            product,
        }
    }

    /// A home directory, whose name contains the name of this account's folder.
    fn home(&self, name: &str) -> PathBuf {
        let home = self.folder.join(name);
        fs::create_dir_all(home.join(".telemetry-test")).unwrap();
        home
    }

    /// The state before and after the answer of the name service, and the decision.
    #[track_caller]
    fn run(&self, home: Option<&str>, service: Option<&str>) -> [String; 3] {
        let user = fs::metadata("/proc/self").unwrap().uid();
        let passwd = self.folder.join("passwd");
        let listed = self.listed.as_ref();
        let line = listed.map(|home| format!("me:x:{user}:1::{}:/bin/sh\n", home.display()));
        let others = "other:x:4294967294:1::/nonexistent:/bin/sh\n";
        fs::write(&passwd, format!("{others}{}", line.unwrap_or_default())).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_no_account"));
        program.env_clear().current_dir(self.folder.path());
        if let Some(home) = home {
            program.env("HOME", home);
        }
        program.arg(self.product).arg(passwd).args(service);
        let said = lines(&mut program);
        let [built, asked, sent, decision] = &said[..] else {
            panic!("{said:?}");
        };
        assert_eq!(
            built, "built: 0 calls",
            "building does not ask the name service"
        );
        [asked.clone(), sent.clone(), decision.clone()]
    }
}

const WAITS: &str = "asked: 0 sent, 1 held";
const UNUSABLE: [Option<&str>; 2] = [None, Some("")];
const RELATIVE: [Option<&str>; 4] = [Some("relative"), Some("."), Some("~"), Some("./relative")];
const UNKNOWN: &str =
    "off: HOME is not an absolute path, and the home directory of the account is not known";

fn write_answer(home: &Path, answer: Answer) {
    let file = ConsentFile::new(home.join(".telemetry-test/telemetry.toml"), "1.0");
    file.write(answer, UNIX_EPOCH).unwrap();
}

#[test]
fn s10_without_a_home_the_worker_asks_for_the_account_and_events_wait_for_it() {
    let account = Account::new("marker", "marker");
    let home = account.home("home");
    let service = home.to_str();
    for variable in UNUSABLE {
        let on = "on: the default of tool";
        let expected = [WAITS, "sent 1, dropped 0", on];
        assert_eq!(account.run(variable, service), expected, "{variable:?}");
        fs::write(home.join(".telemetry-test/do_not_track"), "").unwrap();
        let marked = "off: the file ~/.telemetry-test/do_not_track exists";
        let expected = [WAITS, "sent 0, dropped 1", marked];
        assert_eq!(account.run(variable, service), expected, "{variable:?}");
        fs::remove_file(home.join(".telemetry-test/do_not_track")).unwrap();
    }
}

#[test]
fn s10_events_are_dropped_and_counted_if_the_account_is_not_known_or_the_lookup_fails() {
    for product in ["marker", "consent"] {
        let account = Account::new(&format!("fails-{product}"), product);
        for service in [NOT_KNOWN, FAILS] {
            for variable in UNUSABLE {
                let expected = [WAITS, "sent 0, dropped 1", UNKNOWN];
                let found = account.run(variable, service);
                assert_eq!(found, expected, "{product}: {variable:?}, {service:?}");
            }
        }
    }
}

#[test]
fn s10_a_stored_answer_that_only_the_name_service_finds_counts() {
    let account = Account::new("consent", "consent");
    let home = account.home("home");
    for variable in UNUSABLE {
        let run = || account.run(variable, home.to_str());
        let dropped = |reason| [WAITS, "sent 0, dropped 1", reason];
        assert_eq!(run(), dropped("off: waiting for consent"), "{variable:?}");
        write_answer(&home, Answer::Yes);
        let expected = [WAITS, "sent 1, dropped 0", "on: you agreed to telemetry"];
        assert_eq!(run(), expected, "{variable:?}");
        write_answer(&home, Answer::No);
        assert_eq!(
            run(),
            dropped("off: you declined telemetry"),
            "{variable:?}"
        );
        fs::remove_file(home.join(".telemetry-test/telemetry.toml")).unwrap();
    }
}

#[test]
fn c7_a_relative_home_counts_as_not_set() {
    let mut account = Account::new("relative", "marker");
    let home = account.home("home");
    // These are the files that a relative variable would name.
    for name in ["relative", "~", "."] {
        let wrong = account.home(name).join(".telemetry-test/do_not_track");
        fs::write(wrong, "").unwrap();
    }
    let on = [
        "not asked: 1 sent, 0 held",
        "sent 1, dropped 0",
        "on: the default of tool",
    ];
    let marked = "off: the file ~/.telemetry-test/do_not_track exists";
    let off = ["not asked: 0 sent, 0 held", "sent 0, dropped 0", marked];
    account.listed = Some(home.clone());
    for variable in RELATIVE {
        assert_eq!(account.run(variable, NOT_KNOWN), on, "{variable:?}");
        fs::write(home.join(".telemetry-test/do_not_track"), "").unwrap();
        assert_eq!(account.run(variable, NOT_KNOWN), off, "{variable:?}");
        fs::remove_file(home.join(".telemetry-test/do_not_track")).unwrap();
    }
    // The account is not in the file, and std asks the name service only if the variable is not set.
    account.listed = None;
    for variable in RELATIVE {
        let expected = ["not asked: 0 sent, 0 held", "sent 0, dropped 1", UNKNOWN];
        let found = account.run(variable, home.to_str());
        assert_eq!(found, expected, "{variable:?}");
    }
}

#[test]
fn c7_with_a_relative_home_the_answer_in_the_accounts_home_counts() {
    let mut account = Account::new("relative-consent", "consent");
    let (home, wrong) = (account.home("home"), account.home("relative"));
    account.listed = Some(home.clone());
    write_answer(&wrong, Answer::Yes);
    let run = || account.run(Some("relative"), NOT_KNOWN);
    let off = |reason| ["not asked: 0 sent, 0 held", "sent 0, dropped 0", reason];
    assert_eq!(run(), off("off: waiting for consent"));
    write_answer(&home, Answer::No);
    assert_eq!(run(), off("off: you declined telemetry"));
    write_answer(&home, Answer::Yes);
    write_answer(&wrong, Answer::No);
    let on = "on: you agreed to telemetry";
    let expected = ["not asked: 1 sent, 0 held", "sent 1, dropped 0", on];
    assert_eq!(run(), expected);
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
    let program = env!("CARGO_BIN_EXE_host_tool");
    assert_eq!(
        decision(testing::command(program)),
        "off: DO_NOT_TRACK=1 is set"
    );
    let mut clean = Command::new(program);
    clean.env_clear();
    assert_eq!(decision(clean), "on: the default of Marked");
}
