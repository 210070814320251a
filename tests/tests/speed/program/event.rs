//! The event that is recorded and sent: 18 fields.

use std::borrow::Cow;

use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent};

type Text = Cow<'static, str>;

#[derive(TelemetryEnum, Clone, Copy)]
#[event(name = "OutcomeEnum", rename_all = "lowercase")]
pub(crate) enum Outcome {
    Success,
    Failure,
}

/// One run of a program.
#[derive(TelemetryEvent)]
#[event(name = "program_run", schema = "1.0")]
pub(crate) struct ProgramRun {
    #[event(required)]
    command: Label,
    #[event(required)]
    outcome: Outcome,
    #[event(required, free_text = "the name of a model")]
    model: Text,
    #[event(required, free_text = "the name of an engine")]
    engine: Text,
    #[event(required, free_text = "a version number")]
    python_version: Text,
    #[event(required)]
    os_name: Label,
    #[event(unit = "ms")]
    duration_ms: i64,
    exit_code: i64,
    input_tokens: i64,
    output_tokens: i64,
    input_records: i64,
    output_records: i64,
    retries: i64,
    files: i64,
    temperature: f64,
    score: f64,
    streaming: bool,
    cached: bool,
}

pub(crate) fn program_run() -> ProgramRun {
    ProgramRun::builder()
        .command(Label("generate"))
        .outcome(Outcome::Success)
        .model("meta/llama-3.3-70b-instruct".into())
        .engine("local".into())
        .python_version("3.12.8".into())
        .os_name(Label("Linux"))
        .duration_ms(53_127)
        .exit_code(0)
        .input_tokens(4096)
        .output_tokens(512)
        .input_records(15_000)
        .output_records(14_997)
        .retries(1)
        .files(7)
        .temperature(0.7)
        .score(0.875)
        .streaming(true)
        .cached(false)
        .build()
}
