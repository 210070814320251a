//! A tool with the ready-made subcommand: `host_tool telemetry ...` shows and changes the
//! setting, `host_tool record` records an event and then prints the status of its client.
//! `host_tool marked ...` is the same subcommand of a product that keeps a marker file only,
//! `host_tool placed ...` and `host_tool record-placed` do the same for a product whose files
//! are in the folders of the platform. `host_tool ask` asks the user at the terminal before it
//! records.

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

static PLACED: Product = Product::new("Placed")
    .events(&[EVENTS])
    .endpoint_variable("TOOL_ENDPOINT")
    .marker_in_config_dir("placed/do_not_track")
    .marker_file(".placed/do_not_track")
    .audit_in_state_dir("placed/usage.json")
    .audit_file(".placed/usage.json")
    .requires_consent(
        ProductConsent::in_config_dir("1.0", "placed/telemetry.toml")
            .previous_file(".placed/telemetry.toml"),
    );

const EVENTS: &[&EventDescriptor] = &[NatCliCommand::DESCRIPTOR];

fn main() -> ExitCode {
    let telemetry = TelemetryCommand::command;
    let program = Command::new("tool")
        .subcommand(telemetry())
        .subcommand(telemetry().name("marked"))
        .subcommand(telemetry().name("placed"))
        .subcommand(Command::new("record"))
        .subcommand(Command::new("record-placed"))
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
        Some(("placed", matches)) => {
            let disclosure = Disclosure::new(&PLACED).command("tool placed");
            TelemetryCommand::new(disclosure).main(matches)
        }
        Some(("record-placed", _)) => record(&PLACED, Client::builder(&PLACED)),
        Some(("ask", _)) => {
            let disclosure = Disclosure::new(&TOOL).command("tool telemetry");
            let prompt = disclosure.prompt(60, "Allow anonymous telemetry?");
            let builder = Client::builder(&TOOL).ask_consent(&prompt, &mut StdTerminal);
            record(&TOOL, builder)
        }
        _ => record(&TOOL, Client::builder(&TOOL)),
    }
}

fn record(product: &'static Product, builder: ClientBuilder) -> ExitCode {
    let telemetry = builder.build();
    let event = NatCliCommand::builder()
        .command(Label("record"))
        .task_status(TaskStatus::Success)
        .python_version("undefined")
        .build();
    telemetry.record(&event);
    let _ = telemetry.flush(Duration::from_secs(60));
    let status = TelemetryCommand::command().get_matches_from(["telemetry", "status"]);
    let disclosure = Disclosure::new(product);
    TelemetryCommand::new(disclosure)
        .client(&telemetry)
        .main(&status)
}
