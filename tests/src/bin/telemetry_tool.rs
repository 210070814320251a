//! A tool with the ready-made subcommand: `telemetry_tool telemetry ...` shows and changes the
//! setting, `telemetry_tool record` records an event and then prints the status of its client.
//! `telemetry_tool marked ...` is the same subcommand of a product that keeps a marker file only,
//! `telemetry_tool ask` asks the user at the terminal before it records.

use std::{process::ExitCode, time::Duration};

use clap::Command;
use telemetry_examples::{agent_toolkit::NatCliCommand, nemo::TaskStatus};
use telemetry_runtime::{
    Client, ClientBuilder, Disclosure, Label, Product, TelemetryCommand, TelemetryEvent,
    consent::{ProductConsent, StdTerminal},
    descriptor::EventDescriptor,
};

static TOOL: Product = Product::new("Tool")
    .events(&[EVENTS])
    .recipient("Example Corporation")
    .responsible("Example Corporation, privacy@example.invalid")
    .retention("13 months")
    .enable_variable("TOOL_TELEMETRY")
    .endpoint_variable("TOOL_ENDPOINT")
    .marker_file(".config/tool/do_not_track")
    .audit_file(".config/tool/usage.json")
    .requires_consent(ProductConsent::new("1.0", ".config/tool/telemetry.toml"));

static MARKED: Product = Product::new("Marked")
    .events(&[EVENTS])
    .endpoint_variable("TOOL_ENDPOINT")
    .marker_file(".config/marked/do_not_track")
    .administrator_folder("telemetry-test-marked")
    .default_on(true);

const EVENTS: &[&EventDescriptor] = &[NatCliCommand::DESCRIPTOR];

fn main() -> ExitCode {
    let telemetry = TelemetryCommand::command;
    let program = Command::new("tool")
        .subcommand(telemetry())
        .subcommand(telemetry().name("marked"))
        .subcommand(Command::new("record"))
        .subcommand(Command::new("ask"));
    match program.get_matches().subcommand() {
        Some((TelemetryCommand::NAME, matches)) => {
            let disclosure = Disclosure::new(&TOOL).command("tool telemetry");
            TelemetryCommand::new(disclosure).main(matches)
        }
        Some(("marked", matches)) => {
            let disclosure = Disclosure::new(&MARKED).command("tool marked");
            TelemetryCommand::new(disclosure).main(matches)
        }
        Some(("ask", _)) => {
            let disclosure = Disclosure::new(&TOOL).command("tool telemetry");
            let prompt = disclosure.prompt(60, "Allow anonymous telemetry?");
            record(Client::builder(&TOOL).ask_consent(&prompt, &mut StdTerminal))
        }
        _ => record(Client::builder(&TOOL)),
    }
}

fn record(builder: ClientBuilder) -> ExitCode {
    let telemetry = builder.build();
    let event = NatCliCommand::builder()
        .command(Label("record"))
        .task_status(TaskStatus::Success)
        .python_version("undefined")
        .build();
    telemetry.record(&event);
    let _ = telemetry.flush(Duration::from_secs(60));
    let status = TelemetryCommand::command().get_matches_from(["telemetry", "status"]);
    let disclosure = Disclosure::new(&TOOL);
    TelemetryCommand::new(disclosure)
        .client(&telemetry)
        .main(&status)
}
