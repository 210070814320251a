//! A host that reports through the reporter of its process: `guardrails_host DEPLOYMENT`.

use std::{process::ExitCode, time::Duration};

use telemetry_examples::guardrails::PROCESS_REPORTER;
use telemetry_runtime::health::FlushOutcome;

fn main() -> ExitCode {
    if let Some(deployment) = std::env::args().nth(1) {
        PROCESS_REPORTER.set_deployment_type(&deployment);
    }
    PROCESS_REPORTER.report_usage(None, "library", "LLMRails");
    match PROCESS_REPORTER.client().flush(Duration::from_secs(30)) {
        FlushOutcome::Complete => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
