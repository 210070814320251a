//! A host that reports through the reporter of its process: `guardrails_host DEPLOYMENT`.

use std::{process::ExitCode, time::Duration};

use telemetry_examples::guardrails::PROCESS;
use telemetry_runtime::health::FlushOutcome;

fn main() -> ExitCode {
    if let Some(deployment) = std::env::args().nth(1) {
        PROCESS.set_deployment_type(&deployment);
    }
    PROCESS.report_usage(None, "library", "LLMRails");
    match PROCESS.client().flush(Duration::from_secs(30)) {
        FlushOutcome::Complete => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
