//! A folder for one test, empty at its start and gone at its end.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
    thread::{self, ThreadId},
};

/// The thread that uses each folder: each test has a separate thread, unless they run in sequence.
static USERS: Mutex<Option<HashMap<PathBuf, ThreadId>>> = Mutex::new(None);

/// The folder; removed when dropped, kept when the test panics.
pub struct Scratch(PathBuf);

impl Scratch {
    /// An empty folder `name` in `target`, which is `env!("CARGO_TARGET_TMPDIR")`. The name must be
    /// that of one test only.
    ///
    /// # Panics
    ///
    /// When another test has it, or the folder cannot be made.
    #[must_use]
    pub fn new(target: &str, name: &str) -> Self {
        let folder = Path::new(target).join(name);
        let user = thread::current().id();
        let first = *USERS
            .lock()
            .unwrap()
            .get_or_insert_default()
            .entry(folder.clone())
            .or_insert(user);
        assert_eq!(first, user, "{name} is the folder of another test");
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{name}: {error}"),
            _ => {}
        }
        fs::create_dir_all(&folder).unwrap();
        make_private(&folder);
        Self(folder)
    }

    /// The path of `name` in the folder.
    #[must_use]
    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// Removes the permissions of others. The audit log refuses a file or folder that a group can write to,
/// as some accounts create them.
///
/// # Panics
///
/// When the file does not exist.
pub fn make_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).unwrap().permissions().mode() & 0o700;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
