//! Where a person's files are: below the home directory that the environment names.
//!
//! Must never fail and never guess: without a home directory there is no such file, and only an
//! error that proves a file missing counts as a missing file.

use std::{
    env,
    ffi::OsString,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// A variable of this process: what a client asks that was handed no other lookup.
///
/// Where the home directory is not set, as in a service, it is that of the account: a person's
/// refusal is below it, and must not be missed for want of a variable.
///
/// ```
/// use telemetry_runtime::{Client, Product, env::process_env};
///
/// static MY_TOOL: Product = Product::new("my-tool");
/// // The process's own, but for one variable.
/// let lookup = |name: &str| match name {
///     "MY_TOOL_ENDPOINT" => Some("stdout".into()),
///     name => process_env(name),
/// };
/// let telemetry = Client::builder(&MY_TOOL).env(lookup).build();
/// ```
#[must_use]
pub fn process_env(name: &str) -> Option<OsString> {
    let of_account = || (name == HOME).then(env::home_dir).flatten();
    env::var_os(name).or_else(|| of_account().map(Into::into))
}

/// `below` in the home directory: `HOME`, on Windows `USERPROFILE`, when it is an absolute path.
pub(crate) fn path_in_home(
    lookup: &dyn Fn(&str) -> Option<OsString>,
    below: &str,
) -> Option<PathBuf> {
    let home = lookup(HOME)?;
    let home = Path::new(&home);
    home.is_absolute().then(|| home.join(below))
}

/// True when there cannot be a file at the path that gave this error. After any other error there
/// may be one that refuses.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Reads environment variables for the duration of one call.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;
