//! The comparison with released documents as one line in a test of a product.

use std::path::Path;

use crate::{
    diff::{Comparison, Options, Side, compare_released},
    history::{self, Released},
    report::{Format, Style, diff::render},
};

/// Compares a document, and its lock beside it, with every released document in a folder.
///
/// # Errors
///
/// The report of `diff --history FOLDER --transitive DOCUMENT`, if a change is forbidden or a version did not
/// rise enough; or the message for an input that cannot be read.
pub fn check_released(document: impl AsRef<Path>, folder: impl AsRef<Path>) -> Result<(), String> {
    check_released_with(document, folder, &Options::default())
}

/// [`check_released`] with a policy and with the changes that a reviewer for privacy has approved.
///
/// ```no_run
/// use telemetry_tool::{check_released_with, diff::Options};
///
/// let options = Options {
///     signed_off: vec!["ENUM_TO_STRING:/definitions/events/run/properties/mode".to_owned()],
///     ..Options::default()
/// };
/// check_released_with("schemas/events.json", "schemas/history", &options).unwrap();
/// ```
///
/// # Errors
///
/// The same as for [`check_released`].
pub fn check_released_with(
    document: impl AsRef<Path>,
    folder: impl AsRef<Path>,
    options: &Options,
) -> Result<(), String> {
    let new = history::load(document.as_ref(), None).map_err(|error| error.to_string())?;
    let released = history::released(folder.as_ref()).map_err(|error| error.to_string())?;
    let released: Vec<Side<'_>> = released.iter().map(Released::side).collect();
    let mut comparisons = compare_released(&released, new.side(), options);
    comparisons.retain(Comparison::is_finding);
    if comparisons.is_empty() {
        return Ok(());
    }
    Err(render(
        &comparisons,
        Format::Text,
        Style::default(),
        Path::new("."),
    ))
}

/// Fails a test if a document changed without the version that the change needs.
///
/// ```no_run
/// telemetry_tool::assert_released("schemas/events.json", "schemas/history");
/// ```
///
/// Tests run in the folder of their package, so relative paths start there.
///
/// # Panics
///
/// With the error of [`check_released`].
#[expect(clippy::panic, reason = "an assertion of a test")]
#[track_caller]
pub fn assert_released(document: impl AsRef<Path>, folder: impl AsRef<Path>) {
    if let Err(report) = check_released(document.as_ref(), folder.as_ref()) {
        let (document, folder) = (document.as_ref().display(), folder.as_ref().display());
        panic!(
            "`{document}` failed the comparison with the released documents in `{folder}`:\n{report}"
        );
    }
}
