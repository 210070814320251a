//! The files in which events wait: in the disclosure, in its digest and in the question only if the product
//! declares them, and with no other content than the disclosed one.

use std::{fs, time::UNIX_EPOCH};

use telemetry_examples::{agent_toolkit::NatCliCommand, nemo::TaskStatus};
use telemetry_runtime::{
    Client, Disclosure, Durability, Label, Product, TelemetryEvent,
    consent::{IoTerminal, ProductConsent},
    telemetry_headers,
    testing::VirtualClock,
    transport::ApiKey,
};
use telemetry_tests::scratch::Scratch;

static PLAIN: Product = Product::new("tool")
    .client_id("123456789012345")
    .version("1.2.3")
    .events(&[&[NatCliCommand::DESCRIPTOR]])
    .endpoint("https://127.0.0.1:9/secret-path")
    .headers(telemetry_headers! { "x-team" = "header-value" })
    .api_key_header("authorization")
    .requires_consent(ProductConsent::new("1.0", ".config/tool/telemetry.toml"));

static HOLDS: Product = PLAIN.spool_in_state_dir("tool/events");

fn text(product: &'static Product) -> String {
    let disclosure = Disclosure::new(product).command("tool telemetry");
    disclosure.text(usize::MAX)
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn the_disclosure_names_the_files_only_if_the_product_declares_them() {
    let (plain, holds) = (text(&PLAIN), text(&HOLDS));
    for sentence in [
        "Events that are waiting to be sent, the session id and the other fields of their requests: in memory, \
         and in files v1-* in ~/.local/state/tool/events (in $XDG_STATE_HOME if that is set) for at most 7 days \
         and 16 MiB. Other users of this machine cannot read them. A later run of the program sends them. The \
         program can also start itself once more in the background at its end, to send them, for at most 10 s and \
         never while telemetry is off; the file sender.lock in the same folder prevents a second one. Older \
         ones are never sent, and a later run removes them. If you turn telemetry off, all of them are removed.",
        "It is generated when the program starts, kept in memory and in the files of the events that are waiting \
         to be sent, and not derived from anything about you or your machine.",
        "tool telemetry purge removes the events that are waiting to be sent.",
    ] {
        assert!(holds.contains(sentence), "{sentence}\n{holds}");
        assert!(!plain.contains(sentence), "{sentence}");
    }
    for sentence in [
        "Events that are waiting to be sent, and the session id: only in memory, until the program ends.",
        "kept only in memory, and not derived",
    ] {
        assert!(plain.contains(sentence), "{sentence}\n{plain}");
        assert!(!holds.contains(sentence), "{sentence}");
    }
    let summary = Disclosure::new(&HOLDS).summary(usize::MAX);
    assert!(summary.contains("in files v1-* in ~/.local/state/tool/events"));
    assert!(!Disclosure::new(&PLAIN).summary(usize::MAX).contains("v1-"));
}

#[test]
fn the_digest_changes_if_events_wait_in_files() {
    let digest = |product| Disclosure::new(product).digest("1.0");
    assert_ne!(digest(&PLAIN), digest(&HOLDS));
    // The place is not part of the answer.
    static ELSEWHERE: Product = PLAIN.spool_in_state_dir("other/events");
    assert_eq!(digest(&HOLDS), digest(&ELSEWHERE));
}

#[test]
fn the_question_mentions_the_files_only_if_the_product_declares_them() {
    let shown = |product: &'static Product| {
        let prompt = Disclosure::new(product).prompt(79, "Allow it?");
        let mut terminal = IoTerminal::new(b"n\n".as_slice(), Vec::new());
        let _ = prompt.ask(&mut terminal);
        let words = String::from_utf8(terminal.into_output()).unwrap();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let sentence =
        "Nothing is sent before you agree. Unsent events are kept in files for at most 7 days.";
    assert!(shown(&HOLDS).contains(sentence), "{}", shown(&HOLDS));
    assert!(!shown(&PLAIN).contains("in files"));
}

#[test]
fn a_file_has_neither_headers_nor_the_key_nor_the_address() {
    static ON: Product = HOLDS.default_on(true).enable_variable("TOOL_TELEMETRY");
    let home = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "held-content");
    let root = home.path().to_owned();
    // Its time does not pass, so nothing is sent.
    let clock = VirtualClock::new(UNIX_EPOCH);
    let client = Client::builder(&ON)
        .env(move |name| match name {
            "HOME" | "USERPROFILE" => Some(root.clone().into()),
            "TOOL_TELEMETRY" => Some("1".into()),
            _ => None,
        })
        .api_key(ApiKey::new("key-value"))
        .durability(Durability::Process)
        .clock(&clock)
        .build();
    let event = NatCliCommand::builder()
        .command(Label("run"))
        .task_status(TaskStatus::Success)
        .python_version("undefined")
        .build();
    assert!(client.try_record(&event).unwrap().is_durable());
    let mut open = vec![home.path().to_owned()];
    let mut read = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(path).unwrap();
            open.extend(entries.map(|entry| entry.unwrap().path()));
        } else {
            read.extend(fs::read(path).unwrap());
        }
    }
    let read = String::from_utf8_lossy(&read);
    for expected in [client.session_id().as_str(), "nat_cli_command", "1.2.3"] {
        assert!(read.contains(expected), "{expected}: {read}");
    }
    for secret in [
        "key-value",
        "header-value",
        "x-team",
        "authorization",
        "secret-path",
        "127.0.0.1",
    ] {
        assert!(!read.contains(secret), "{secret}: {read}");
    }
    client.opt_out();
}
