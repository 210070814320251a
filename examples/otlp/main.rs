//! Sends one event as a log of OpenTelemetry:
//! `cargo run -p telemetry-examples --features otlp --example otlp -- http://127.0.0.1:4318/v1/logs`.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use telemetry_examples::{agent_toolkit::NatCliCommand, nemo::TaskStatus, quickstart::QUICKSTART};
use telemetry_runtime::{Client, Label, Policy, Product, Wire, telemetry_labels};

telemetry_labels! { Commands = ["otlp"] }

/// The product of the quickstart, for a collector of OTLP.
static PRODUCT: Product = QUICKSTART.wire(Wire::Otlp).policy(Policy::otlp());

const TIME: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let (Some(endpoint), None) = (arguments.next(), arguments.next()) else {
        let usage = "usage: otlp URL, such as http://127.0.0.1:4318/v1/logs";
        let _ = writeln!(io::stderr(), "{usage}");
        return ExitCode::from(2);
    };
    let telemetry = Client::builder(&PRODUCT).endpoint(endpoint).build();
    telemetry.record(
        &NatCliCommand::builder()
            .command(Label(Commands::get("otlp").as_str()))
            .task_status(TaskStatus::Success)
            .python_version("undefined")
            .duration_ms(12)
            .build(),
    );
    let outcome = telemetry.flush(TIME);
    let health = telemetry.health();
    let _ = writeln!(
        io::stdout(),
        "{}\ndelivered: {} of 1 event, {outcome:?}",
        telemetry.decision().sentence,
        health.delivered()
    );
    ExitCode::from(u8::from(health.delivered() != 1))
}
