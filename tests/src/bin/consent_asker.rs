//! A product that needs consent: `consent_asker PATH`. Its exit code reports the outcome: 20 on, 21
//! off after it asked, 22 off without asking.

use std::{env, process::ExitCode};

use telemetry_runtime::{
    Client, Product, Source,
    consent::{ProductConsent, Prompt, StandardStreams},
    transport::NullTransport,
};

static ASKER: Product = Product::new("asker")
    .needs_consent(ProductConsent::new("1.0", "telemetry.toml").variable("ASKER_FILE"));

fn main() -> ExitCode {
    let Some(path) = env::args_os().nth(1) else {
        return ExitCode::from(2);
    };
    let prompt = Prompt::new("We count commands.\n", "Allow anonymous telemetry?");
    let telemetry = Client::builder(&ASKER)
        .environment(move |name| (name == "ASKER_FILE").then(|| path.clone()))
        .transport(NullTransport)
        .ask_consent(&prompt, &mut StandardStreams)
        .build();
    let decision = telemetry.decision();
    ExitCode::from(match decision.source {
        _ if decision.on => 20,
        Source::Consent => 21,
        _ => 22,
    })
}
