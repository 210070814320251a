//! Products, and the subcommand run with typed words.

use std::{ffi::OsString, path::Path};

use clap::Command;
use serde_json::Value;
use telemetry_examples::agent_toolkit::NatCliCommand;
use telemetry_runtime::{
    Disclosure, Family, Product, TelemetryCommand, TelemetryEvent, consent::ProductConsent,
    descriptor::EventDescriptor,
};
use telemetry_tests::scratch::Scratch;

pub(crate) const CONSENT: &str = ".config/tool/telemetry.toml";
pub(crate) const AUDIT: &str = ".config/tool/usage.json";
pub(crate) const MARKER: &str = ".config/tool/do_not_track";
pub(crate) const EVENTS: &[&EventDescriptor] = &[NatCliCommand::DESCRIPTOR];

pub(crate) static TOOL: Product = Product::new("Tool")
    .events(&[EVENTS])
    .family(Family::new("EXAMPLE_TELEMETRY"))
    .endpoint("http://127.0.0.1:9/events")
    .enable_variable("TOOL_TELEMETRY")
    .audit_file(AUDIT)
    .requires_consent(ProductConsent::new("1.0", CONSENT));

/// An administrator can forbid it by two files.
pub(crate) static RULED: Product = TOOL
    .family(Family::new("EXAMPLE_TELEMETRY").administrator_folder("example"))
    .administrator_folder("example/tool");

/// Keeps no answer but a marker file.
pub(crate) static MARKED: Product = Product::new("Marked")
    .events(&[EVENTS])
    .endpoint("http://127.0.0.1:9/events")
    .marker_file(MARKER)
    .default_on(true);

/// Holds events in files.
pub(crate) static HELD: Product = Product::new("Held")
    .events(&[EVENTS])
    .version("1.2.3")
    .endpoint("http://127.0.0.1:9/events")
    .spool_in_state_dir(FOLDER)
    .marker_file(".config/held/do_not_track")
    .default_on(true);

/// The folder of its events in the folder for state.
pub(crate) const FOLDER: &str = "held/events";

/// Keeps nothing.
pub(crate) static PLAIN: Product = Product::new("Plain")
    .events(&[EVENTS])
    .enable_variable("PLAIN_TELEMETRY");

pub(crate) struct Answered {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.err, "");
        serde_json::from_str(&self.out).unwrap()
    }
}

/// The words after `telemetry`.
pub(crate) fn typed(command: &TelemetryCommand<'_>, words: &[&str]) -> Answered {
    let program = Command::new("tool").subcommand(TelemetryCommand::command());
    let line = ["tool", TelemetryCommand::NAME];
    let matches = program.get_matches_from(line.iter().chain(words));
    let (_, matches) = matches.subcommand().unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = command.run(matches, &mut out, &mut err);
    Answered {
        code,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

/// The environment of a user whose files are in `home`.
pub(crate) fn environment(
    home: &Path,
    set: &'static [(&'static str, &'static str)],
) -> impl Fn(&str) -> Option<OsString> + use<> {
    let home = home.to_owned();
    move |name| {
        if ["HOME", "USERPROFILE"].contains(&name) {
            return Some(home.clone().into());
        }
        if name == "=administrator-root" {
            return Some(home.join("etc").into());
        }
        let found = set.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value.into())
    }
}

pub(crate) fn command(product: &'static Product, home: &Path) -> TelemetryCommand<'static> {
    with(product, home, &[])
}

pub(crate) fn with(
    product: &'static Product,
    home: &Path,
    set: &'static [(&'static str, &'static str)],
) -> TelemetryCommand<'static> {
    let disclosure = Disclosure::new(product).command("tool telemetry");
    TelemetryCommand::new(disclosure).env(environment(home, set))
}

pub(crate) fn scratch(name: &str) -> Scratch {
    Scratch::new(
        env!("CARGO_TARGET_TMPDIR"),
        &format!("telemetry-command-{name}"),
    )
}
