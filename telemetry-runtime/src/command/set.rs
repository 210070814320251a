//! `enable` and `disable`: store the user's answer in the consent file or as the marker file.

use std::{
    error::Error,
    fs::OpenOptions,
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

#[cfg(feature = "spool")]
use super::held::purge::PurgedEvents;
use super::{
    TelemetryCommand,
    output::{DONE, FAILED, Outcome, REFUSED, Text, display_path},
};
use crate::{
    consent::{Answer, file::ConsentFile},
    decision::{Decision, DecisionSource},
    product::enable_variable,
    util::{
        fs::{self, open_regular},
        own_folder::create_folder_of,
    },
};

/// The file that stores the answer.
enum AnswerLocation {
    ConsentFile(ConsentFile),
    /// The places of the marker file, the first of which is that of a new one.
    MarkerFile(PathBuf, Vec<PathBuf>),
    None,
}

impl TelemetryCommand<'_> {
    pub(super) fn disable(&self) -> Outcome {
        let (stored, path) = match self.answer_location() {
            AnswerLocation::ConsentFile(file) => (write(&file, Answer::No), file.path().to_owned()),
            AnswerLocation::MarkerFile(path, _) => (create(&path).map_err(message_of), path),
            AnswerLocation::None => return self.no_location(),
        };
        match stored {
            Ok(()) => self.stored("no", "stored in", &path),
            Err(why) => {
                if let Some(client) = self.client {
                    // The no takes effect in this run even if it is not stored.
                    client.opt_out();
                }
                let path = display_path(&path);
                let problem = format!(
                    "Your answer (no) could not be stored in {path}: {why}. DO_NOT_TRACK=1 turns telemetry \
                     off without a file."
                );
                // A later run may not know the answer.
                #[cfg(feature = "spool")]
                let problem = std::iter::once(problem)
                    .chain(self.purge_events().failed)
                    .collect::<Vec<_>>()
                    .join(" ");
                self.problem(&problem)
            }
        }
    }

    pub(super) fn enable(&self) -> Outcome {
        let location = self.answer_location();
        if matches!(location, AnswerLocation::None) {
            return self.no_location();
        }
        let decision = self.builder().decide_if_agreed();
        if !decision.on {
            return self.refused(&decision);
        }
        let (stored, what, path) = match location {
            AnswerLocation::ConsentFile(file) => {
                let stored = write(&file, Answer::Yes);
                let refusal = || file.read_with_path().1;
                let path = stored
                    .as_ref()
                    .map_or_else(|_| refusal(), |()| file.path().to_owned());
                (stored, "stored in", path)
            }
            AnswerLocation::MarkerFile(first, previous) => {
                let (removed, path) = remove_all(first, previous);
                (removed.map_err(message_of), "removed", path)
            }
            AnswerLocation::None => return self.no_location(),
        };
        match stored {
            Ok(()) => self.stored("yes", what, &path),
            Err(why) => {
                let path = display_path(&path);
                self.problem(&format!(
                    "Your answer (yes) could not be stored in {path}: {why}."
                ))
            }
        }
    }

    fn answer_location(&self) -> AnswerLocation {
        if self.disclosure.product().consent.is_some() {
            self.consent_file()
                .map_or(AnswerLocation::None, AnswerLocation::ConsentFile)
        } else {
            let mut paths = self.markers().into_iter().map(|place| place.path);
            let first = paths.next();
            first.map_or(AnswerLocation::None, |first| {
                AnswerLocation::MarkerFile(first, paths.collect())
            })
        }
    }

    fn stored(&self, answer: &str, what: &str, path: &Path) -> Outcome {
        if let Some(client) = self.client {
            // Takes effect now instead of when the worker reads the files.
            client.recheck();
        }
        // After that, so that the client stores no event again.
        #[cfg(feature = "spool")]
        let events = match answer {
            "no" => self.purge_events(),
            _ => PurgedEvents::default(),
        };
        #[cfg(feature = "spool")]
        if !events.failed.is_empty() {
            let path = display_path(path);
            let failed = events.failed.join(" ");
            return self.problem(&format!("Your answer is {answer}, {what} {path}. {failed}"));
        }
        let decision = self.decision_now();
        let mut text = Text::new(self.columns());
        let name = self.disclosure.product().name();
        text.line(&format!("Your answer is {answer}."));
        text.line(&format!("Telemetry of {name} is {}", decision.sentence));
        text.row(what, &display_path(path));
        #[cfg(feature = "spool")]
        events.rows(&mut text);
        Outcome::new(DONE, text, |object| {
            object
                .text("stored", answer)
                .text("path", &path.to_string_lossy());
            #[cfg(feature = "spool")]
            if !events.removed.is_empty() {
                events.members(object);
            }
            object
                .boolean("on", decision.on)
                .text("reason", &decision.sentence);
        })
    }

    fn refused(&self, decision: &Decision) -> Outcome {
        let why = decision.sentence.trim_start_matches("off: ");
        let help = match decision.source {
            // The sentence already names the variable that enables it.
            DecisionSource::ProductDefault => "",
            DecisionSource::AdministratorFile => {
                ". Only an administrator of this machine can change it"
            }
            DecisionSource::MarkerFile => ". It takes precedence; remove it first",
            _ => ". It takes precedence; unset it first",
        };
        let sentences = format!("Telemetry was not enabled and no answer was stored: {why}{help}.");
        Outcome::problem(REFUSED, self.columns(), &sentences)
    }

    fn no_location(&self) -> Outcome {
        let product = self.disclosure.product();
        let name = product.name();
        let stores_answers = product.consent.is_some() || product.marker.is_declared();
        let why = if stores_answers {
            format!("{name} cannot store an answer, because there is no home directory.")
        } else {
            format!("{name} does not store an answer on this machine.")
        };
        let variables = match enable_variable(product) {
            Some(enable) => format!(
                "{enable}=0 or DO_NOT_TRACK=1 turns telemetry off; {enable}=1 turns it on unless an \
                 opt-out is set."
            ),
            None => "DO_NOT_TRACK=1 turns telemetry off.".to_owned(),
        };
        let sentences = format!("{why} {variables}");
        Outcome::problem(REFUSED, self.columns(), &sentences)
    }

    pub(super) fn problem(&self, sentences: &str) -> Outcome {
        Outcome::problem(FAILED, self.columns(), sentences)
    }
}

fn write(file: &ConsentFile, answer: Answer) -> Result<(), String> {
    let written = file.write(answer, SystemTime::now());
    written.map_err(|error| match error.source() {
        Some(cause) => format!("{error} ({cause})"),
        None => error.to_string(),
    })
}

fn create(path: &Path) -> io::Result<()> {
    if path.is_file() {
        return Ok(());
    }
    create_folder_of(path)?;
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    // Refuse a dangling link, so that no file is created outside the folder.
    open_regular(path, options).map(drop)
}

/// Removes the marker files. The path is that of the last one that existed or could not be removed.
fn remove_all(first: PathBuf, previous: Vec<PathBuf>) -> (io::Result<()>, PathBuf) {
    let mut shown = first.clone();
    for path in std::iter::once(first).chain(previous) {
        let existed = path.exists();
        let removed = remove(&path);
        if existed || removed.is_err() {
            shown = path;
        }
        if removed.is_err() {
            return (removed, shown);
        }
    }
    (Ok(()), shown)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove(path) {
        // A folder is not a marker, so there is nothing to remove.
        Err(_) if path.is_dir() => Ok(()),
        removed => removed,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn message_of(error: io::Error) -> String {
    error.to_string()
}
