//! The home directory of the account, for a process whose variables do not name a usable one.
//!
//! **Invariant.** [`known_home`] never queries a name service, which can take seconds.

use std::{env, path::PathBuf};

use super::fork::SetOnce;

/// The home directory according to a local file; `None` if the account is not in it.
pub(crate) fn known_home() -> Option<PathBuf> {
    #[cfg(unix)]
    return passwd::home();
    // The directory is part of the account's profile on the machine.
    #[cfg(not(unix))]
    env::home_dir().filter(|home| home.is_absolute())
}

/// The home directory according to the name service, which may block for seconds. `None` if it is not
/// known; a later call queries it again.
pub(crate) fn home() -> Option<PathBuf> {
    static HOME: SetOnce<PathBuf> = SetOnce::new();
    if let Some(home) = HOME.get() {
        return Some(home.clone());
    }
    // `home_dir` returns a relative `HOME` unchanged.
    let asked = env::home_dir().filter(|home| home.is_absolute());
    let home = asked.or_else(known_home)?;
    HOME.set(home.clone());
    Some(home)
}

#[cfg(unix)]
mod passwd {
    use std::{
        ffi::OsStr,
        fs::{self, File},
        io::Read,
        os::unix::{ffi::OsStrExt, fs::MetadataExt},
        path::PathBuf,
    };

    /// Maximum number of bytes that are read from the file.
    const MAX_BYTES: u64 = 1024 * 1024;

    pub(super) fn home() -> Option<PathBuf> {
        // The owner of this folder is the user of the process.
        let user = fs::metadata("/proc/self").ok()?.uid();
        let mut bytes = Vec::new();
        let file = File::open("/etc/passwd").ok()?;
        file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
        home_of(user, &bytes)
    }

    /// The sixth column of the line whose third column is `user`.
    pub(super) fn home_of(user: u32, file: &[u8]) -> Option<PathBuf> {
        let user = user.to_string();
        let mut lines = file.split(|byte| *byte == b'\n');
        lines.find_map(|line| {
            let mut columns = line.split(|byte| *byte == b':');
            let id = columns.nth(2)?;
            let home = columns.nth(2)?;
            let home = PathBuf::from(OsStr::from_bytes(home));
            (id == user.as_bytes() && home.is_absolute()).then_some(home)
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::PathBuf;

    use super::passwd::home_of;

    #[test]
    fn the_line_of_the_user_names_the_home_directory() {
        let file = b"root:x:0:0:root:/root:/bin/sh\nbroken:x:7\n7:x:8:7::/eight:/bin/sh\n\
                     relative:x:7:7::rel:/bin/sh\nseven:x:7:9::/seven";
        assert_eq!(home_of(0, file), Some(PathBuf::from("/root")));
        assert_eq!(home_of(7, file), Some(PathBuf::from("/seven")));
        assert_eq!(home_of(8, file), Some(PathBuf::from("/eight")));
        assert_eq!(home_of(9, file), None);
        assert_eq!(home_of(0, b""), None);
    }
}
