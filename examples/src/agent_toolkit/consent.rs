//! A person's answer: the question at the first run, and `configure telemetry`.

use std::{ffi::OsString, time::SystemTime};

use telemetry_runtime::{
    Client, Source,
    consent::{Answer, Prompt, WriteError},
};

use super::{
    AGENT_TOOLKIT,
    disclosure::{CONSENT, DISCLOSURE, QUESTION},
};

/// Columns of the text that is shown before the question.
const WIDTH: usize = 80;

/// What the Agent Toolkit asks at its first run. Enter means yes; the end of the input and an
/// interrupt are stored as a no, so that nobody is asked twice who wanted to get away.
#[must_use]
pub fn prompt() -> Prompt {
    Prompt::new(DISCLOSURE.text(WIDTH), QUESTION)
        .enter_means(Answer::Yes)
        .store_no_at_end_of_input(true)
}

/// What `configure telemetry` is told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Configure {
    /// `--enable`
    Enable,
    /// `--disable`
    Disable,
    /// `--status`, also without any option
    Status,
}

/// Carries out `configure telemetry` and gives the lines to print.
///
/// # Errors
///
/// A sentence when the answer could not be stored: what was decided before still holds.
pub fn configure(
    what: Configure,
    lookup: impl Fn(&str) -> Option<OsString> + Clone + 'static,
    now: SystemTime,
) -> Result<Vec<String>, String> {
    let answer = match what {
        Configure::Enable => Answer::Yes,
        Configure::Disable => Answer::No,
        Configure::Status => return Ok(status(lookup)),
    };
    let file = CONSENT
        .file(&lookup)
        .ok_or("there is no home directory to keep the answer in")?;
    let path = file.path().display().to_string();
    file.write(answer, now).map_err(|error: WriteError| {
        format!("{error}; {path} is as it was, and so is your previous decision")
    })?;
    let mut lines = vec![format!("Telemetry {}. Kept in {path}.", answer.as_str())];
    let decision = Client::builder(&AGENT_TOOLKIT)
        .environment(lookup)
        .build()
        .decision();
    if decision.on != (answer == Answer::Yes) {
        lines.push(format!(
            "Note: telemetry is {decision}, which counts for more."
        ));
    }
    Ok(lines)
}

fn status(lookup: impl Fn(&str) -> Option<OsString> + 'static) -> Vec<String> {
    let decision = Client::builder(&AGENT_TOOLKIT)
        .environment(lookup)
        .build()
        .decision();
    let mut lines = vec![format!("Telemetry is {decision}.")];
    if decision.source == Source::ProductDefault {
        lines.push("Nobody has decided yet: `nat configure telemetry --enable | --disable` does, or the question at the next command on a terminal.".to_owned());
    }
    lines
}
