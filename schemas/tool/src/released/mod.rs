//! The comparison with released documents as one line in a test of a product.

mod current;

use std::path::Path;

pub use self::current::Current;
use crate::{
    diff::{Comparison, Options, Side, compare_released, unused_approvals},
    history::{self, Released},
    report::{Format, Style, diff::render},
};

/// Compares a document and its lock with every released document in a folder.
///
/// [`Current`] describes what the document and the folder can be.
///
/// # Errors
///
/// The report of `diff --history FOLDER --transitive DOCUMENT`, if a change is forbidden or a version did not
/// rise enough; or the message for an input that cannot be read.
pub fn check_released(
    document: &(impl Current + ?Sized),
    folder: impl AsRef<Path>,
) -> Result<(), String> {
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
/// The same as for [`check_released`]; or an approval that matches no change, with the nearest one that does.
pub fn check_released_with(
    document: &(impl Current + ?Sized),
    folder: impl AsRef<Path>,
    options: &Options,
) -> Result<(), String> {
    let new = document.load().map_err(|error| error.to_string())?;
    let folder = document.released(folder.as_ref());
    let released = history::released(&folder).map_err(|error| error.to_string())?;
    let released: Vec<Side<'_>> = released.iter().map(Released::side).collect();
    let mut comparisons = compare_released(&released, new.side(), options);
    let unused = unused_approvals(&comparisons, &options.signed_off);
    if let Some(unused) = unused.first() {
        return Err(unused.to_string());
    }
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
/// With the feature `registry`, the document and the lock can be those of the declarations themselves. The
/// released documents are then in the folder `history` of the second argument:
///
/// ```no_run
/// # #[cfg(feature = "registry")]
/// # #[allow(non_snake_case)]
/// # fn test(REGISTRY: telemetry_runtime::schema::Registry) {
/// telemetry_tool::assert_released(&REGISTRY, "schemas");
/// # }
/// ```
///
/// Tests run in the folder of their package, so relative paths start there.
///
/// # Panics
///
/// With the error of [`check_released`].
#[expect(clippy::panic, reason = "an assertion of a test")]
#[track_caller]
pub fn assert_released(document: &(impl Current + ?Sized), folder: impl AsRef<Path>) {
    let folder = folder.as_ref();
    if let Err(report) = check_released(document, folder) {
        let (name, folder) = (document.name(), document.released(folder));
        panic!(
            "{name} failed the comparison with the released documents in `{}`:\n{report}",
            folder.display()
        );
    }
}
