//! A folder for one test, empty at its start and gone at its end.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folder; removed when dropped, kept when the test panics.
pub struct Scratch(PathBuf);

impl Scratch {
    /// An empty folder `name` in `target`, which is `env!("CARGO_TARGET_TMPDIR")`. The name must be
    /// that of one test only.
    #[must_use]
    pub fn new(target: &str, name: &str) -> Self {
        let folder = Path::new(target).join(name);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{name}: {error}"),
            _ => {}
        }
        fs::create_dir_all(&folder).unwrap();
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

impl Drop for Scratch {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
