//! A product that needs consent: `consent_asker PATH [MILLISECONDS]`, with the time that the question
//! waits. Its exit code reports the outcome: 20 on, 21 off after an answer, 22 off without one.

use std::{env, process::ExitCode, time::Duration};

use telemetry_runtime::{
    Client, Product,
    consent::{ProductConsent, Prompt, StdTerminal},
    decision::DecisionSource,
    transport::NullTransport,
};

static ASKER: Product = Product::new("asker")
    .requires_consent(ProductConsent::new("1.0", "telemetry.toml").variable("ASKER_FILE"));

fn main() -> ExitCode {
    let Some(path) = env::args_os().nth(1) else {
        return ExitCode::from(2);
    };
    let mut prompt = Prompt::new("We count commands.\n", "Allow anonymous telemetry?");
    if let Some(timeout) = env::args().nth(2) {
        prompt = prompt.timeout(Duration::from_millis(timeout.parse().unwrap_or(0)));
    }
    let telemetry = Client::builder(&ASKER)
        .env(move |name| (name == "ASKER_FILE").then(|| path.clone()))
        .transport(NullTransport)
        .ask_consent(&prompt, &mut StdTerminal)
        .build();
    let decision = telemetry.decision();
    ExitCode::from(match decision.source {
        _ if decision.on => 20,
        DecisionSource::Consent => 21,
        _ => 22,
    })
}
