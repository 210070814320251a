//! Environment variables, and paths below the home directory that they name.
//!
//! **Invariants.** Nothing here fails or guesses a path. Without a home directory there is no file in
//! it. A file counts as missing only after an error that proves it.

#[cfg(feature = "consent")]
use std::path::PathBuf;
use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    io::{self, ErrorKind},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::platform::account;

pub(crate) const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// Facts about the process that the lookup of variables returns, so that a test can replace them.
/// No variable can have these names.
///
/// Set if the variable of the home directory is not usable. The name service is then queried before the
/// first request, because it can take seconds.
pub(crate) const ASK_ACCOUNT: &str = "=ask-account";
/// Set if the program runs under the test harness of cargo.
pub(crate) const CARGO_TEST: &str = "=cargo-test";
/// The folder that contains the folders of administrators' files. Empty if it is not known.
pub(crate) const ADMINISTRATOR_ROOT: &str = "=administrator-root";

/// The variable with that folder.
const PROGRAM_DATA: &str = "ProgramData";
const UNIX_ADMINISTRATOR_ROOT: &str = "/etc";

/// Looks up an environment variable by its name; `None` if it is not set.
///
/// Any closure with this signature that is `Send + Sync` can be one. A client calls it only while it is
/// built, on the thread that builds it.
pub type EnvLookup<'a> = dyn Fn(&str) -> Option<OsString> + Send + Sync + 'a;

/// Looks up a variable of this process: the default lookup of a client.
///
/// The variable of the home directory counts as not set if its value is not an absolute path. This
/// function then returns the home directory of the account, as far as that is known without the name
/// service, so that an opt-out file in it is still found.
///
/// A name that starts with `=` is not a variable but a fact about the process, such as whether it runs
/// under the test harness of cargo. A custom lookup passes these names on, or returns `None`. A lookup that
/// returns a folder for `=administrator-root` replaces the system's folder of
/// [administrators' files](crate::Product::administrator_folder), as tests do. With `None`, no such file is
/// read.
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
    let variable = |name| env::var_os(name);
    let home = || variable(HOME).filter(|home| Path::new(home).is_absolute());
    match name {
        HOME => home().or_else(|| account::known_home().map(Into::into)),
        ASK_ACCOUNT => home().is_none().then(OsString::new),
        CARGO_TEST => is_cargo_test(&env::current_exe().ok()?).then(OsString::new),
        ADMINISTRATOR_ROOT if cfg!(windows) => Some(variable(PROGRAM_DATA).unwrap_or_default()),
        ADMINISTRATOR_ROOT => Some(UNIX_ADMINISTRATOR_ROOT.into()),
        _ => variable(name),
    }
}

/// The path of a file in a folder of [`ADMINISTRATOR_ROOT`], for users: without the value of a variable,
/// which could contain personal data.
pub(crate) fn shown_administrator_path(folder: &str, file: &str) -> String {
    if cfg!(windows) {
        let folder = folder.replace('/', "\\");
        format!("%{PROGRAM_DATA}%\\{folder}\\{file}")
    } else {
        format!("{UNIX_ADMINISTRATOR_ROOT}/{folder}/{file}")
    }
}

/// `lookup`, called at most once for each variable, so that all parts of a client see the same value.
pub(crate) fn remembered(
    lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
) -> Arc<EnvLookup<'static>> {
    let answers: Mutex<BTreeMap<String, Option<OsString>>> = Mutex::default();
    Arc::new(move |name| {
        let lock = || answers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(name).cloned();
        known.unwrap_or_else(|| {
            // The lookup is foreign code: it runs without the lock.
            let answer = lookup(name);
            lock().entry(name.to_owned()).or_insert(answer).clone()
        })
    })
}

/// True for an executable that cargo builds to run tests or benchmarks: `deps/name-0123456789abcdef`.
fn is_cargo_test(program: &Path) -> bool {
    let in_deps = program.parent().and_then(Path::file_name) == Some("deps".as_ref());
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    // Linux marks a program whose file was replaced since it started.
    let name = name.strip_suffix(" (deleted)").unwrap_or(&name);
    let name = name.strip_suffix(env::consts::EXE_SUFFIX).unwrap_or(name);
    let hash = name.rsplit_once('-').map_or("", |(_, hash)| hash);
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    in_deps && hash.len() == 16 && hash.bytes().all(is_hex)
}

/// `relative` joined to the home directory: `HOME`, on Windows `USERPROFILE`. `None` unless the home
/// directory is an absolute path.
#[cfg(feature = "consent")]
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

/// True if a drive or server is not connected. Windows reports it (`ERROR_INVALID_DRIVE`,
/// `ERROR_BAD_NETPATH`, `ERROR_BAD_NET_NAME`), and std maps it to `NotFound`.
fn is_disconnected(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(15 | 53 | 67))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_hashed_program_in_a_deps_folder_is_a_cargo_test() {
        let is_test = |path: &str| is_cargo_test(Path::new(path));
        assert!(is_test("/w/target/debug/deps/tool-0123456789abcdef"));
        assert!(is_test(
            "/w/target/debug/deps/my-tool-0123456789abcdef (deleted)"
        ));
        for program in [
            "/w/target/debug/tool",
            "/w/target/debug/tool-0123456789abcdef",
            "/w/target/debug/deps/tool",
            "/w/target/debug/deps/tool-0123456789abcde",
            "/w/target/debug/deps/tool-0123456789ABCDEF",
            "/w/target/debug/deps/tool-0123456789abcdef/tool",
            "/usr/bin/tool",
            "",
        ] {
            assert!(!is_test(program), "{program}");
        }
    }

    #[test]
    fn the_process_has_a_folder_of_administrators_files() {
        let root = process_env(ADMINISTRATOR_ROOT).unwrap();
        if cfg!(windows) {
            assert_eq!(root, env::var_os("ProgramData").unwrap_or_default());
        } else {
            assert_eq!(root, "/etc");
        }
    }

    #[test]
    fn a_remembered_variable_is_looked_up_once_even_if_it_is_not_set() {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let lookup = remembered(move |name| {
            let mut seen = seen.lock().unwrap();
            seen.push(name.to_owned());
            (name == "SET").then(|| seen.len().to_string().into())
        });
        for _ in 0..2 {
            assert_eq!(lookup("SET"), Some("1".into()));
            assert_eq!(lookup("UNSET"), None);
        }
        assert_eq!(*asked.lock().unwrap(), ["SET", "UNSET"]);
    }

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
