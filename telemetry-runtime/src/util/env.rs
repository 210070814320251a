//! Environment variables, and paths below the home directory that they name.
//!
//! **Invariants.** Nothing here fails or guesses a path. Without a home directory there is no file in
//! it. A file counts as missing only after an error that proves it.

use std::{
    env,
    ffi::OsString,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// Looks up an environment variable by its name; `None` if it is not set.
///
/// Any closure with this signature that is `Send + Sync` can be one. A client calls it only while it is
/// built, on the thread that builds it.
pub type EnvLookup<'a> = dyn Fn(&str) -> Option<OsString> + Send + Sync + 'a;

/// Looks up a variable of this process: the default lookup of a client.
///
/// If the variable of the home directory is not set, as in many services, it returns the home
/// directory of the account, so that an opt-out file in it is still found.
///
/// ```
/// use telemetry_runtime::{Client, Product, env::process_env};
///
/// static MY_TOOL: Product = Product::new("my-tool");
/// // The process environment with one variable replaced.
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

/// `relative` joined to the home directory: `HOME`, on Windows `USERPROFILE`. `None` unless the home
/// directory is an absolute path.
pub(crate) fn path_in_home(lookup: &EnvLookup<'_>, relative: &str) -> Option<PathBuf> {
    let home = lookup(HOME)?;
    let home = Path::new(&home);
    home.is_absolute().then(|| home.join(relative))
}

/// True if this error proves that there is no file at the path. After any other error the file may
/// exist and opt out.
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
