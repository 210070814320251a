//! A program with every feature and `off`. Its binary is searched for its texts, which contain the word
//! `searched`.

use std::{env, fs, process::ExitCode, time::Duration};

use clap::Command;
use telemetry_runtime::{
    AuditLog, Client, Disclosure, Product, TelemetryCommand, TelemetryEvent, Wire,
    audit::AuditFormat,
    consent::{
        Answer, ConsentFile, IoTerminal, ProductConsent, Prompt, PromptOutcome, StoredConsent,
    },
    telemetry_registry,
    testing::Capture,
    transport::{FailureKind, HttpTransport, Outcome, Request, Transport},
};

/// One run of the program.
#[derive(TelemetryEvent)]
#[event(name = "searched_run", schema = "1.0", never("searched file names"))]
struct Run {
    /// Number of searched files.
    files: i32,
}

/// An event of the test kit, which itself names the events that it looks for.
#[derive(TelemetryEvent)]
#[event(name = "captured", schema = "1.0")]
struct Captured {
    /// Number of files.
    files: i32,
}

telemetry_registry! {
    /// The events of the program.
    static REGISTRY = {
        client_name = "Searched_Client",
        client_id = "searched-client-id",
        version = "1.0",
        description = "Schemas of searched events.",
        events = [Run],
    }
}

static PRODUCT: Product = Product::new("searched-product")
    .client_id("searched-client-id")
    .events(&[&[Run::DESCRIPTOR]])
    .endpoint("https://searched-endpoint.invalid/events")
    .recipient("Searched Recipient")
    .retention("90 searched days")
    .audit_file(".searched-audit.jsonl")
    .audit_format(AuditFormat::Parameters)
    .wire(Wire::Otlp)
    .gzip()
    .requires_consent(
        ProductConsent::new("searched-version", ".config/searched.toml")
            .variable("SEARCHED_CONSENT")
            .header("To change, run `searched telemetry`."),
    );

static DISCLOSURE: Disclosure = REGISTRY.disclosure(&PRODUCT).command("searched telemetry");

fn behaviour() {
    let mut user = IoTerminal::new(b"yes\n".as_slice(), Vec::new());
    let prompt = DISCLOSURE.prompt(72, "Allow searched telemetry?");
    let telemetry = Client::builder(&PRODUCT)
        .ask_consent(&prompt, &mut user)
        .transport(HttpTransport::new("https://searched-transport.invalid/").unwrap())
        .build();
    telemetry.record(&Run::builder().files(1).build());
    let _ = telemetry.shutdown(Duration::from_secs(1));
    assert!(telemetry.audit().is_none());
    let by_hand =
        Prompt::new("We count searched files.\n", "Allow?").details("All searched facts.");
    assert_eq!(by_hand.ask(&mut user), PromptOutcome::NotShown);
    assert_eq!(user.into_output(), b"");

    let sentence = "This program was compiled without telemetry.\n";
    assert_eq!(DISCLOSURE.text(72), sentence);
    assert_eq!(DISCLOSURE.events().count(), 0);
    assert_eq!(DISCLOSURE.check(), Ok(()));

    let now = std::time::Instant::now();
    let mut http = HttpTransport::new("not an address").unwrap();
    let Outcome::NotSent(failure) = http.send(&Request::new(b"{}", 1), now) else {
        panic!("something was sent");
    };
    assert_eq!(failure.kind(), FailureKind::Setup);
    assert_eq!(failure.detail(), "compiled without telemetry");

    let captured = Capture::new();
    captured.client().record(&Captured::default());
    assert_eq!(captured.events::<Captured>(), [""; 0]);
}

fn files(folder: &str) {
    let path = format!("{folder}/telemetry.toml");
    let file = ConsentFile::new(&path, "1.0");
    let error = file
        .write(Answer::No, std::time::SystemTime::now())
        .unwrap_err();
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "compiled without telemetry");
    // An answer of an earlier build is not read, and an unreadable answer is a no.
    fs::write(
        &path,
        "[telemetry]\nconsent = \"enabled\"\nprompt_version = \"1.0\"\n",
    )
    .unwrap();
    assert_eq!(file.read(), StoredConsent::Unreadable);
    assert_eq!(file.read().answer(), Some(Answer::No));

    let log = AuditLog::new(format!("{folder}/usage.jsonl"));
    log.append(b"{}").unwrap();
    assert_eq!(log.written() + log.not_written(), 0);
    assert!(!log.path().exists());
    fs::write(log.path(), "{}\n").unwrap();
    fs::write(log.backup_path(), "{}\n").unwrap();
    log.remove().unwrap();
    assert!(!log.path().exists() && !log.backup_path().exists());
}

fn types_that_configure_or_act_have_no_content() {
    assert_eq!(size_of::<Disclosure>(), 0);
    assert_eq!(size_of::<HttpTransport>(), 0);
    assert_eq!(size_of::<ProductConsent>(), 0);
    assert_eq!(size_of::<Prompt>(), 0);
    assert_eq!(size_of::<TelemetryCommand<'_>>(), 0);
}

fn main() -> ExitCode {
    let program = Command::new("program").subcommand(TelemetryCommand::command());
    let matches = program.get_matches();
    if let Some((TelemetryCommand::NAME, matches)) = matches.subcommand() {
        return TelemetryCommand::new(DISCLOSURE).width(20).main(matches);
    }
    behaviour();
    types_that_configure_or_act_have_no_content();
    files(&env::var("FOLDER").unwrap());
    println!("checked");
    ExitCode::SUCCESS
}
