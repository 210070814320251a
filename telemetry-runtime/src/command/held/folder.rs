//! Why a folder is not used for events, in words for users.

use std::{fs, io, path::Path};

use crate::{
    command::output::display_path,
    spool::folder::MAX_ENTRIES,
    util::{
        own_folder::require_own_folder,
        platform::{files::is_private, private_folder::can_create_in},
    },
};

/// The reason for an error of opening or listing the folder at `path`, after "it is not used: ".
pub(super) fn why_refused(path: &Path, error: &io::Error) -> String {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => "it is a link".to_owned(),
        Ok(found) if !found.is_dir() => "it is not a folder".to_owned(),
        Ok(found) if !is_private(&found) => {
            "it belongs to another user, or other users can write to it".to_owned()
        }
        Ok(_) if error.kind() == io::ErrorKind::QuotaExceeded => {
            format!("it has more than {MAX_ENTRIES} files")
        }
        Ok(_)
            if error.kind() == io::ErrorKind::PermissionDenied
                && error.raw_os_error().is_none() =>
        {
            "the folder that contains it belongs to another user, or other users can write to it"
                .to_owned()
        }
        Ok(_) => error.to_string(),
        Err(_) => above(path).unwrap_or_else(|| error.to_string()),
    }
}

/// Why a new event cannot be stored in the folder at `path`, which is readable or does not exist.
pub(super) fn why_not_writable(path: &Path) -> Option<String> {
    if path.is_dir() {
        let error = can_create_in(path).err()?;
        return Some(format!("no file can be created in it: {error}"));
    }
    above(path)
}

/// Why the folder cannot be created.
fn above(path: &Path) -> Option<String> {
    let existing = path.ancestors().skip(1).find(|it| it.exists())?;
    let shown = display_path(existing);
    if !existing.is_dir() {
        return Some(format!("{shown} is not a folder"));
    }
    if require_own_folder(path).is_err() {
        return Some(format!("{shown} belongs to another user"));
    }
    let error = can_create_in(existing).err()?;
    Some(format!("no folder can be created in {shown}: {error}"))
}
