//! What the Agent Toolkit tells a person before it asks, and where it keeps the answer.

use telemetry_runtime::{
    Disclosure, TelemetryEvent,
    consent::{Answer, ProductConsent, Prompt},
};

use super::{AGENT_TOOLKIT, NatCliCommand};

/// The answer that a person gave, and to which text. A test fails when what is disclosed changes
/// without the version.
pub(super) const CONSENT: ProductConsent = ProductConsent::new("1.0", ".config/nat/telemetry.toml")
    .variable("NAT_TELEMETRY_CONSENT_FILE")
    .header(
        "NeMo Agent Toolkit telemetry consent.\n\
         To change, run `nat configure telemetry --enable | --disable`,\n\
         or set the NAT_TELEMETRY_ENABLED environment variable.",
    )
    .digest("1.0:af8efac6d6936181");

/// Lines of so many characters fit on every terminal.
const NARROW: usize = 60;

/// The question behind the disclosure.
pub const QUESTION: &str = "Allow anonymous telemetry?";

/// Everything that the Agent Toolkit sends, and who decides.
pub static DISCLOSURE: Disclosure =
    Disclosure::new(&AGENT_TOOLKIT, &[NatCliCommand::DESCRIPTOR]).command("nat telemetry");

/// What the Agent Toolkit asks at its first run. Enter means yes; the end of the input and an
/// interrupt are stored as a no, so that nobody is asked twice who wanted to get away.
#[must_use]
pub fn prompt() -> Prompt {
    DISCLOSURE
        .prompt(NARROW, QUESTION)
        .default_answer(Answer::Yes)
        .store_no_at_end_of_input(true)
}
