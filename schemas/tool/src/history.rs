//! Files of documents and locks: beside each other, in a folder of released versions, and in git.

use std::{
    collections::HashSet,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    diff::type_at,
    document::{self, Document},
    error::{InputError, Problem},
    json::MAX_BYTES,
    lock::{self, Lock, LockedField},
};

/// A document with its lock.
#[derive(Debug, Clone)]
pub struct Released {
    /// The document.
    pub document: Document,
    /// Its lock, if it has one.
    pub lock: Option<Lock>,
}

impl Released {
    /// Both for a comparison.
    #[must_use]
    pub fn side(&self) -> crate::diff::Side<'_> {
        crate::diff::Side {
            document: &self.document,
            lock: self.lock.as_ref(),
        }
    }
}

/// The names that the lock of a document can have, in the same folder: `NAME.lock.json` for `NAME.json`,
/// then `events.lock.json`.
#[must_use]
pub fn lock_names(document: &Path) -> [PathBuf; 2] {
    let mut name = document.file_stem().unwrap_or_default().to_owned();
    name.push(".lock.json");
    [
        document.with_file_name(name),
        document.with_file_name("events.lock.json"),
    ]
}

/// Reads a document and its lock. Without `lock`, the lock is looked for beside the document.
///
/// # Errors
///
/// A file cannot be read, or the lock belongs to another version of the document.
pub fn load(document: &Path, lock: Option<&Path>) -> Result<Released, InputError> {
    let read = document::load(document)?;
    let path = match lock {
        Some(path) => Some(path.to_owned()),
        None => lock_names(document).into_iter().find(|path| path.is_file()),
    };
    let lock = path.map(lock::load).transpose()?;
    checked(read, lock)
}

/// The same for texts. Each has a name for messages.
#[cfg(feature = "registry")]
pub(crate) fn of_texts(
    (document, text): (&str, &str),
    (lock, locked): (&str, &str),
) -> Result<Released, InputError> {
    let document = document::read(document, text.as_bytes())?;
    let lock = lock::read(lock, locked.as_bytes())?;
    checked(document, Some(lock))
}

fn checked(document: Document, lock: Option<Lock>) -> Result<Released, InputError> {
    if let Some(lock) = &lock {
        check_lock(&document, lock)?;
    }
    Ok(Released { document, lock })
}

/// A lock of another version would report changes that did not happen.
fn check_lock(document: &Document, lock: &Lock) -> Result<(), InputError> {
    let refused =
        |wrong: String, instead: &str| Err(Problem::new(wrong, instead).in_file(&lock.file));
    let [own, _] = lock_names(Path::new(&document.file));
    let own = own.file_name().unwrap_or_default().display();
    let stale = |wrong: String| {
        let instead = format!(
            "write the document and the lock again, both from the same build; the document's own lock is `{own}`"
        );
        refused(wrong, &instead)
    };
    if lock.version != document.meta.version {
        return stale(format!(
            "the lock describes version {}, but `{}` has version {}",
            lock.version, document.file, document.meta.version
        ));
    }
    let locked: HashSet<&str> = lock.events.iter().map(|it| it.name.as_str()).collect();
    let declared: HashSet<&str> = document.events.iter().map(|it| it.name.as_str()).collect();
    if let Some(event) = lock
        .events
        .iter()
        .find(|it| !declared.contains(it.name.as_str()))
    {
        return stale(format!("`{}` has no event `{}`", document.file, event.name));
    }
    if let Some(event) = document
        .events
        .iter()
        .find(|it| !locked.contains(it.name.as_str()))
    {
        let (name, file) = (&event.name, &document.file);
        return stale(format!("the lock has no event `{name}` of `{file}`"));
    }
    for event in &lock.events {
        if event.schema > lock.version {
            return refused(
                format!(
                    "the event `{}` has version {}, which is later than version {} of the document",
                    event.name, event.schema, lock.version
                ),
                "raise `version` of the registry, or lower `schema` of the event",
            );
        }
        // A field that only the lock has would not be compared with anything.
        let payload = document.event(&event.name).map(|it| &it.payload);
        let is_unknown =
            |field: &&LockedField| payload.is_some_and(|it| type_at(it, &field.path).is_none());
        if let Some(field) = event.fields.iter().find(is_unknown) {
            let (file, path) = (&document.file, field.path.join("/"));
            return stale(format!(
                "`{file}` has no field `{path}` in the event `{}`",
                event.name
            ));
        }
    }
    Ok(())
}

/// Reads every released document in a folder, in the order of their versions.
///
/// Each file whose name ends in `.json`, but not in `.lock.json`, is a document. A link to a missing file is an
/// error: a comparison must not skip a released document.
///
/// # Errors
///
/// The folder or a file cannot be read, the folder has no document, or two documents have one version.
pub fn released(folder: &Path) -> Result<Vec<Released>, InputError> {
    let name = folder.display().to_string();
    let unreadable = |error: std::io::Error| {
        Problem::new(
            format!("the folder cannot be read: {error}"),
            "write the folder with the released documents",
        )
        .in_file(&name)
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".json") && !name.ends_with(".lock.json") && !path.is_dir() {
            paths.push(path);
        }
    }
    paths.sort();
    let mut found: Vec<Released> = Vec::with_capacity(paths.len());
    for path in &paths {
        // Documents of one folder do not share a lock.
        let [lock, _] = lock_names(path);
        let document = document::load(path)?;
        let lock = Some(lock).filter(|path| path.is_file());
        found.push(checked(document, lock.map(lock::load).transpose()?)?);
    }
    found.sort_by_key(|it| it.document.meta.version);
    for (one, other) in found.iter().zip(found.iter().skip(1)) {
        let version = one.document.meta.version;
        if version == other.document.meta.version {
            return Err(Problem::new(
                format!("`{}` also has version {version}", one.document.file),
                "keep one document for each released version",
            )
            .in_file(&other.document.file));
        }
    }
    if found.is_empty() {
        return Err(Problem::new(
            "the folder has no document",
            "copy each released document into it, such as `1.9.json`",
        )
        .in_file(name));
    }
    Ok(found)
}

/// Reads a document and its lock as they were in a revision of git. The lock has the same name there.
///
/// # Errors
///
/// git does not run, the revision does not have the document, or the text is not valid.
pub fn at_revision(
    revision: &str,
    document: &Path,
    lock: Option<&Path>,
) -> Result<Released, InputError> {
    let named = format!("{revision}:{}", document.display());
    // An option of git, or a path inside of the revision, is not a revision.
    if revision.is_empty() || revision.starts_with('-') || revision.contains(':') {
        return Err(Problem::new(
            format!("`{revision}` is not a revision"),
            "write a branch, a tag or a commit, such as `main`",
        )
        .in_file(named));
    }
    let Some(bytes) = blob(revision, document)? else {
        return Err(missing_at(revision, document).in_file(named));
    };
    let read = document::read(&named, &bytes)?;
    let candidates = match lock {
        Some(path) => vec![path.to_owned()],
        None => lock_names(document).to_vec(),
    };
    for path in candidates {
        if let Some(bytes) = blob(revision, &path)? {
            let lock = lock::read(&format!("{revision}:{}", path.display()), &bytes)?;
            return checked(read, Some(lock));
        }
    }
    checked(read, None)
}

/// Why git has no content for a file in a revision.
fn missing_at(revision: &str, document: &Path) -> Problem {
    let succeeds = |arguments: &[&str]| {
        let status = git(document).args(arguments).stdout(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    if !succeeds(&["rev-parse", "--git-dir"]) {
        Problem::new(
            "the document is not in a repository that git can read",
            "write a document of a git repository, or compare two files: `diff OLD NEW`",
        )
    } else if !succeeds(&["rev-parse", "--verify", &format!("{revision}^{{commit}}")]) {
        Problem::new(
            format!("the repository has no revision `{revision}`"),
            "write a branch, a tag or a commit; a shallow clone needs `git fetch` for it first",
        )
    } else {
        Problem::new(
            format!("`{revision}` does not have the file"),
            "if the file was renamed, compare two files: write the old one with `git show REV:PATH > FILE`, \
             then `diff FILE DOCUMENT`",
        )
    }
}

/// git in the folder of a file, without its messages.
fn git(path: &Path) -> Command {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(folder.unwrap_or(Path::new(".")))
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    git
}

/// The content of a file in a revision; `None` if it does not exist there.
fn blob(revision: &str, path: &Path) -> Result<Option<Vec<u8>>, InputError> {
    let named = format!("{revision}:{}", path.display());
    let failed = |error: std::io::Error| {
        Problem::new(
            format!("git does not run: {error}"),
            "install git, or compare two files",
        )
        .in_file(&named)
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut child = git(path)
        .args(["cat-file", "blob", &format!("{revision}:./{name}")])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut bytes = Vec::new();
    if let Some(out) = child.stdout.take() {
        let limit = u64::try_from(MAX_BYTES)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        out.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    }
    // A longer file closes the pipe, so git fails; the reader then refuses the size.
    let status = child.wait().map_err(failed)?;
    Ok(Some(bytes).filter(|bytes| status.success() || bytes.len() > MAX_BYTES))
}
