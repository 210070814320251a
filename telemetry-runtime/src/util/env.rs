//! Environment variables, and the home directory that they name.
//!
//! **Invariants.** Never fails and never guesses: without a home directory there are no files in it.
//! Only an error that proves that a file is missing counts as a missing file.

use std::{
    env,
    ffi::OsString,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// Looks up a variable of this process; the default of [`ClientBuilder::env`].
///
/// If the variable of the home directory is not set, as in a service, the account's home directory
/// is returned: a user's refusal is stored below it and must be found.
///
/// ```
/// use telemetry_runtime::{Client, Product, env::process_env};
///
/// static MY_TOOL: Product = Product::new("my-tool");
/// // The environment of the process, except for one variable.
/// let lookup = |name: &str| match name {
///     "MY_TOOL_ENDPOINT" => Some("stdout".into()),
///     name => process_env(name),
/// };
/// let telemetry = Client::builder(&MY_TOOL).env(lookup).build();
/// ```
///
/// [`ClientBuilder::env`]: crate::ClientBuilder::env
#[must_use]
pub fn process_env(name: &str) -> Option<OsString> {
    let home_of_account = || (name == HOME).then(env::home_dir).flatten();
    env::var_os(name).or_else(|| home_of_account().map(Into::into))
}

/// `below` in the home directory: `HOME`, on Windows `USERPROFILE`, if it is an absolute path.
pub(crate) fn path_in_home(
    lookup: &dyn Fn(&str) -> Option<OsString>,
    below: &str,
) -> Option<PathBuf> {
    let home = lookup(HOME)?;
    let home = Path::new(&home);
    home.is_absolute().then(|| home.join(below))
}

/// True when this error proves that there is no file at the path. After any other error there may
/// be a file that opts out.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
        && !is_disconnected(error)
}

/// True when a drive or server is not connected. Windows reports it (`ERROR_INVALID_DRIVE`,
/// `ERROR_BAD_NETPATH`, `ERROR_BAD_NET_NAME`), and std maps it to `NotFound`.
fn is_disconnected(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(15 | 53 | 67))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proof_counts_as_a_missing_file() {
        assert!(is_absent(&ErrorKind::NotFound.into()));
        assert!(is_absent(&ErrorKind::NotADirectory.into()));
        assert!(!is_absent(&ErrorKind::PermissionDenied.into()));
        assert!(!is_absent(&ErrorKind::StaleNetworkFileHandle.into()));
        for disconnected in [15, 53, 67] {
            let error = io::Error::from_raw_os_error(disconnected);
            assert!(!is_absent(&error), "{disconnected}");
        }
    }
}
