//! Where a person's files are: below the home directory that the environment names.
//!
//! Must never fail and never guess: without a home directory there is no such file.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// `below` in the home directory: `HOME`, on Windows `USERPROFILE`, when it is an absolute path.
pub(crate) fn below_home(
    lookup: &dyn Fn(&str) -> Option<OsString>,
    below: &str,
) -> Option<PathBuf> {
    let home = lookup(if cfg!(windows) { "USERPROFILE" } else { "HOME" })?;
    let home = Path::new(&home);
    home.is_absolute().then(|| home.join(below))
}
