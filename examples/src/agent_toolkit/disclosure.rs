//! Disclosure, consent prompt and consent file of the Agent Toolkit.

use telemetry_runtime::{
    Disclosure,
    consent::{Answer, ProductConsent, Prompt},
};

use super::AGENT_TOOLKIT;

/// The consent file, with the version of the disclosure. A test fails if the disclosed fields change
/// and the version does not.
pub(super) const CONSENT: ProductConsent = ProductConsent::new("1.0", ".config/nat/telemetry.toml")
    .variable("NAT_TELEMETRY_CONSENT_FILE")
    .header(
        "NeMo Agent Toolkit telemetry consent.\n\
         To change, run `nat configure telemetry --enable | --disable`,\n\
         or set the NAT_TELEMETRY_ENABLED environment variable.",
    )
    .digest("1.0:af8efac6d6936181");

/// Line width in characters that fits every terminal.
const WIDTH: usize = 60;

/// The question after the disclosure.
pub const QUESTION: &str = "Allow anonymous telemetry?";

/// Disclosure of the Agent Toolkit.
pub static DISCLOSURE: Disclosure = Disclosure::new(&AGENT_TOOLKIT).command("nat telemetry");

/// The prompt at the first run. Enter means yes. End of input and Ctrl-C store a no, so that the user
/// is not asked again.
#[must_use]
pub fn prompt() -> Prompt {
    DISCLOSURE
        .prompt(WIDTH, QUESTION)
        .default_answer(Answer::Yes)
        .store_no_at_end_of_input(true)
}
