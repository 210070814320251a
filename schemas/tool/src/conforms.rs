//! The comparison of events with a document as one line in a test of a product.

use std::path::Path;

use crate::{
    history,
    live::{Contracts, check},
    report::live::{FailOn, Report, mistakes},
};

/// Compares events with a document, and with its lock beside it.
///
/// `events` are the records of `live-check`, such as the lines that `testing::conformance` or a capture of
/// `telemetry-runtime` returns.
///
/// ```
/// use telemetry_tool::check_conforms;
///
/// let event = r#"{"case": "exitCode: true", "name": "nat_cli_command", "eventSchemaVer": "1.5",
///     "parameters": {"exitCode": true}}"#;
/// let report = check_conforms("../anonymous_events.json", event).unwrap_err();
/// assert!(report.contains("WRONG_TYPE  nat_cli_command 1.5, exitCode, once"));
/// assert!(report.contains("case   exitCode: true"));
/// ```
///
/// # Errors
///
/// The violations that `live-check --registry DOCUMENT` reports; records that cannot be read; the message for
/// a document that cannot be read; or the message that there is no event.
pub fn check_conforms(document: impl AsRef<Path>, events: &str) -> Result<(), String> {
    let released = history::load(document.as_ref(), None).map_err(|error| error.to_string())?;
    let contracts = Contracts::new(vec![released]).map_err(|error| error.to_string())?;
    let outcome = check(events.as_bytes(), &contracts, None).map_err(|error| error.to_string())?;
    if outcome.violations.total() > 0 || outcome.unreadable.total > 0 {
        let report = Report {
            file: "events",
            contracts: &contracts,
            outcome: &outcome,
            fail_on: FailOn::default(),
        };
        return Err(mistakes(&report, Path::new(".")));
    }
    if outcome.events == 0 {
        return Err("there is no event to compare with the document".to_owned());
    }
    Ok(())
}

/// Fails a test if a document or its lock does not allow an event.
///
/// With the payloads that a declaration can have, it proves before a release that the published document
/// accepts all of them:
///
/// ```
/// # mod telemetry_runtime { pub mod testing {
/// #     pub struct Conformance;
/// #     impl Conformance {
/// #         pub fn to_ndjson(&self) -> String {
/// #             let parameters = r#"{"nemoSource":"agent_toolkit","command":"run","subcommand":"undefined",
/// #                 "taskStatus":"success","durationMs":-1,"exitCode":0,"errorClass":"undefined","pythonVersion":""}"#;
/// #             format!(r#"{{"name":"nat_cli_command","eventSchemaVer":"1.5","parameters":{parameters}}}"#)
/// #         }
/// #     }
/// #     pub fn conformance<E>() -> Conformance { Conformance }
/// # } }
/// # struct NatCliCommand;
/// use telemetry_runtime::testing::conformance;
///
/// let events = conformance::<NatCliCommand>().to_ndjson();
/// telemetry_tool::assert_conforms("../anonymous_events.json", &events);
/// ```
///
/// # Panics
///
/// With the error of [`check_conforms`].
#[expect(clippy::panic, reason = "an assertion of a test")]
#[track_caller]
pub fn assert_conforms(document: impl AsRef<Path>, events: &str) {
    if let Err(report) = check_conforms(document.as_ref(), events) {
        let document = document.as_ref().display();
        panic!("not every event conforms to `{document}`:\n{report}");
    }
}
