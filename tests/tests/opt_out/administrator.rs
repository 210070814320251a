//! The administrator's file: it forbids telemetry, and nothing else.

use telemetry_runtime::{
    Decision, Family,
    consent::{IoTerminal, Prompt},
    testing::Capture,
};

use super::*;

const PERMISSION: &str = "# The users decide.\ntelemetry = \"user\"\n";

fn decision(home: &Home, product: &'static Product) -> Decision {
    let builder = home.builder(product).transport(NullTransport);
    builder.build().decision()
}

/// The sentence of a product that is on by default; `None` if it is on.
fn forbidden(home: &Home) -> Option<String> {
    let decision = decision(home, &PLAIN);
    let source = if decision.on {
        DecisionSource::ProductDefault
    } else {
        DecisionSource::AdministratorFile
    };
    assert_eq!(decision.source, source, "{decision}");
    (!decision.on).then(|| decision.to_string())
}

#[test]
fn a1_only_the_permission_or_no_file_permits() {
    let home = Home::new("a1-content");
    assert_eq!(forbidden(&home), None, "there is no file");
    let comment = format!("# {}\n", "x".repeat(1000));
    let longest = comment.repeat(65) + PERMISSION;
    let too_long = comment.repeat(66) + PERMISSION;
    assert!(longest.len() <= 64 * 1024 && too_long.len() > 64 * 1024);
    let cases = [
        (PERMISSION, true),
        (&longest, true),
        (&too_long, false),
        ("", false),
        ("telemetry = \"off\"\n", false),
        ("telemetry = \"on\"\n", false),
        ("telemetry = \"user\"\nother = 1\n", false),
        ("telemetry = [\n", false),
    ];
    for (text, permits) in cases {
        fs::write(home.administrator(), text).unwrap();
        let expected = (!permits).then(|| BY_ADMINISTRATOR.to_owned());
        assert_eq!(forbidden(&home), expected, "{text:.80}");
    }
    fs::write(home.administrator(), b"telemetry = \"user\" # \xff\n").unwrap();
    assert_eq!(forbidden(&home).as_deref(), Some(BY_ADMINISTRATOR));

    // The file never turns telemetry on.
    fs::write(home.administrator(), PERMISSION).unwrap();
    let decision = decision(&home, &ASKING);
    assert_eq!(decision.to_string(), "off: waiting for consent");
    fs::write(home.marker(), "").unwrap();
    assert_eq!(
        super::administrator::decision(&home, &PLAIN).to_string(),
        BY_MARKER
    );
}

#[test]
fn a1_the_files_of_a_product_and_of_its_family_forbid_each() {
    const FAMILY: Family = Family::new("EXAMPLE_TELEMETRY").administrator_folder("example");
    static BOTH: Product = Product::new("both")
        .family(FAMILY)
        .administrator_folder("example/tool")
        .default_on(true);
    static FAMILY_ONLY: Product = Product::new("other").family(FAMILY).default_on(true);
    let home = Home::new("a1-family");
    let folder = home.0.join("etc/example");
    let (of_family, own) = (
        folder.join("telemetry.toml"),
        folder.join("tool/telemetry.toml"),
    );
    fs::create_dir_all(folder.join("tool")).unwrap();
    let is_on = |product| decision(&home, product).on;
    assert!(is_on(&BOTH) && is_on(&FAMILY_ONLY));
    fs::write(&own, "").unwrap();
    assert!(!is_on(&BOTH) && is_on(&FAMILY_ONLY));
    fs::write(&of_family, "").unwrap();
    fs::write(&own, PERMISSION).unwrap();
    assert!(!is_on(&BOTH) && !is_on(&FAMILY_ONLY));
    fs::write(&of_family, PERMISSION).unwrap();
    assert!(is_on(&BOTH) && is_on(&FAMILY_ONLY));
}

#[cfg(unix)]
#[test]
fn a2_a_file_that_cannot_be_read_forbids_and_no_read_waits() {
    use std::{os::unix::fs::symlink, path::Path, process::Command};

    const UNREADABLE: &str =
        "off: the administrator's file /etc/tool/telemetry.toml cannot be read";
    type Make = fn(&Path);
    let home = Home::new("a2");
    let folder = home.0.join("etc/tool");
    let in_the_file: [(&str, Make); 5] = [
        ("a folder", |path| fs::create_dir(path).unwrap()),
        ("a FIFO", |path| {
            assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        }),
        ("a device", |path| symlink("/dev/zero", path).unwrap()),
        ("a loop of links", |path| symlink(path, path).unwrap()),
        ("a link without a target", |path| {
            symlink("missing", path).unwrap()
        }),
    ];
    for (what, make) in in_the_file {
        make(&home.administrator());
        assert_eq!(forbidden(&home).as_deref(), Some(UNREADABLE), "{what}");
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
    }
    // A link to a file counts as the file.
    fs::write(home.0.join("elsewhere"), PERMISSION).unwrap();
    symlink(home.0.join("elsewhere"), home.administrator()).unwrap();
    assert_eq!(forbidden(&home), None);
    fs::write(home.0.join("elsewhere"), "").unwrap();
    assert_eq!(forbidden(&home).as_deref(), Some(BY_ADMINISTRATOR));
    // The folder is a link to a file system that is not mounted.
    fs::remove_dir_all(&folder).unwrap();
    symlink(home.0.join("not-mounted"), &folder).unwrap();
    assert_eq!(forbidden(&home).as_deref(), Some(UNREADABLE));
    fs::create_dir(home.0.join("not-mounted")).unwrap();
    assert_eq!(forbidden(&home), None);
    // A file in the place of the folder contains no file.
    fs::remove_file(&folder).unwrap();
    fs::write(&folder, "").unwrap();
    assert_eq!(forbidden(&home), None);
}

#[test]
fn a2_without_a_known_folder_of_the_system_telemetry_is_off() {
    static OUTSIDE: Product = Product::new("outside")
        .administrator_folder("../tool")
        .default_on(true);
    let home = Home::new("a2-folder");
    let unknown = decision(&home, &OUTSIDE);
    let sentence = unknown.to_string();
    assert_eq!(unknown.source, DecisionSource::AdministratorFile);
    assert!(
        sentence.starts_with("off: the folder of the administrator's file ")
            && sentence.ends_with(" is not known"),
        "{sentence}"
    );
    // On Windows the variable is missing or relative.
    for root in ["", "relative"] {
        let lookup = move |name: &str| (name == "=administrator-root").then(|| root.into());
        let builder = Client::builder(&PLAIN).env(lookup).transport(NullTransport);
        let decision = builder.build().decision();
        assert_eq!(decision.source, DecisionSource::AdministratorFile, "{root}");
        assert!(decision.to_string().ends_with(" is not known"), "{root}");
    }
    // A lookup without the folder reads no file of the system.
    let builder = Client::builder(&PLAIN)
        .env(|_| None)
        .transport(NullTransport);
    assert!(builder.build().is_on());
}

#[test]
fn a3_the_file_is_read_before_every_other_signal() {
    let home = Home::new("a3");
    fs::write(home.administrator(), "").unwrap();
    fs::write(home.marker(), "").unwrap();
    home.answer(Answer::No);
    for product in [&ASKING, &PLAIN] {
        let builder = home.builder(product).transport(NullTransport).disabled();
        let by_program = builder.build().decision();
        assert_eq!(by_program.to_string(), BY_ADMINISTRATOR);
    }
    // The user is not asked.
    fs::remove_file(home.0.join(CONSENT)).unwrap();
    fs::remove_file(home.marker()).unwrap();
    let mut terminal = IoTerminal::new(b"yes\n".as_slice(), Vec::new());
    let prompt = Prompt::new("Text", "Allow?");
    let builder = home.builder(&ASKING).transport(NullTransport);
    let telemetry = builder.ask_consent(&prompt, &mut terminal).build();
    assert_eq!(telemetry.decision().to_string(), BY_ADMINISTRATOR);
    assert!(terminal.into_output().is_empty());
    // A client that was built off stays off.
    fs::remove_file(home.administrator()).unwrap();
    assert!(!telemetry.recheck().on);
}

#[test]
fn a3_a_test_that_captures_events_does_not_depend_on_the_machine() {
    let home = Home::new("a3-capture");
    fs::write(home.administrator(), "").unwrap();
    let capture = Capture::with_builder(home.builder(&PLAIN));
    capture.client().record(&run(1));
    assert_eq!(capture.events::<ToolRun>(), [r#"{"number":1}"#]);
}

#[test]
fn a4_the_users_signals_decide_again_after_the_file_is_removed() {
    let home = Home::new("a4-default");
    let telemetry = home.builder(&PLAIN).transport(NullTransport).build();
    let forbid = || fs::write(home.administrator(), "").unwrap();
    let permit = || fs::write(home.administrator(), PERMISSION).unwrap();
    forbid();
    assert_eq!(telemetry.recheck().to_string(), BY_ADMINISTRATOR);
    assert!(!telemetry.recheck().on);
    permit();
    let session = telemetry.session_id();
    assert_eq!(telemetry.recheck().to_string(), "on: the default of plain");
    assert_ne!(telemetry.session_id(), session);

    // A refusal of the program is not undone.
    telemetry.opt_out();
    forbid();
    assert_eq!(telemetry.recheck().to_string(), BY_ADMINISTRATOR);
    permit();
    assert_eq!(telemetry.recheck().to_string(), BY_PROGRAM);
    forbid();
    assert!(!telemetry.recheck().on);
    telemetry.opt_out();
    fs::remove_file(home.administrator()).unwrap();
    assert_eq!(telemetry.recheck().to_string(), BY_PROGRAM);
    // Nor is one of the user.
    fs::write(home.marker(), "").unwrap();
    assert!(!telemetry.recheck().on);
    forbid();
    assert_eq!(telemetry.recheck().to_string(), BY_ADMINISTRATOR);
    fs::remove_file(home.administrator()).unwrap();
    assert_eq!(telemetry.recheck().to_string(), BY_MARKER);
    fs::remove_file(home.marker()).unwrap();
    assert!(telemetry.recheck().on);
}

#[test]
fn a4_a_no_that_was_seen_together_with_the_file_needs_a_new_yes() {
    /// The variable turns it on wherever nothing refuses.
    static ENABLED: Product = Product::new("enabled")
        .enable_variable("ENABLED_TELEMETRY")
        .administrator_folder("tool")
        .requires_consent(ProductConsent::new("1.0", CONSENT));
    let (home, memory) = agreed("a4-no");
    let (user, system) = (home.0.path().to_owned(), home.0.join("etc"));
    let lookup = move |name: &str| match name {
        "HOME" | "USERPROFILE" => Some(user.clone().into()),
        "=administrator-root" => Some(system.clone().into()),
        name => (name == "ENABLED_TELEMETRY").then(|| "1".into()),
    };
    let builder = Client::builder(&ENABLED).env(lookup);
    let telemetry = builder.transport(memory.clone()).build();
    assert!(telemetry.is_on());
    fs::write(home.administrator(), "").unwrap();
    home.answer(Answer::No);
    assert_eq!(telemetry.recheck().to_string(), BY_ADMINISTRATOR);
    // The user withdraws the answer, and the administrator the file.
    fs::remove_file(home.0.join(CONSENT)).unwrap();
    assert_eq!(telemetry.recheck().to_string(), BY_ADMINISTRATOR);
    fs::remove_file(home.administrator()).unwrap();
    assert!(!telemetry.recheck().on);
    home.answer(Answer::Yes);
    assert!(telemetry.recheck().on);

    // A yes of this run that was not stored does not outlive the file.
    let home = Home::new("a4-not-stored");
    let mut terminal = IoTerminal::new(b"yes\n".as_slice(), Vec::new());
    let builder = home.builder(&ASKING).transport(memory);
    let builder = builder.ask_consent(&Prompt::new("Text", "Allow?"), &mut terminal);
    fs::remove_file(home.0.join(CONSENT)).unwrap();
    let telemetry = builder.build();
    assert!(telemetry.is_on());
    fs::write(home.administrator(), "").unwrap();
    assert!(!telemetry.recheck().on);
    fs::remove_file(home.administrator()).unwrap();
    assert_eq!(telemetry.recheck().to_string(), "off: waiting for consent");
}

#[test]
fn a4_an_administrators_file_that_appears_ends_the_heartbeat_and_the_session() {
    let home = Home::new("a4-heartbeat");
    let clock = VirtualClock::new(UNIX_EPOCH);
    let memory = MemoryTransport::new();
    let builder = home.builder(&PLAIN).transport(memory.clone());
    let telemetry = builder.flush_interval(60 * MINUTE).clock(&clock).build();
    let (told, beats) = mpsc::channel();
    assert!(telemetry.heartbeat(10 * MINUTE, run(0), move |_, _| told.send(()).unwrap()));
    clock.advance(11 * MINUTE);
    assert_eq!(beats.recv_timeout(PATIENCE), Ok(()));
    fs::write(home.administrator(), "").unwrap();
    clock.advance(11 * MINUTE);
    assert_eq!(
        beats.recv_timeout(PATIENCE),
        Err(mpsc::RecvTimeoutError::Disconnected)
    );
    assert_eq!(telemetry.health().dropped_for(DropReason::OptedOut), 1);
    assert_off(
        &telemetry,
        DecisionSource::AdministratorFile,
        BY_ADMINISTRATOR,
    );
    assert!(memory.bodies().is_empty());
}
