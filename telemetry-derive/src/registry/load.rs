//! Reads registry documents, each once per process as long as it stays the same.
//!
//! The file itself is read every time: that costs microseconds, and a language server, which keeps
//! this process for hours, must see the next edit.

use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::document::{Document, Unreadable};

/// Largest document that is read; the largest known one has 40 KB.
const MAX_BYTES: u64 = 4 << 20;
/// Documents that are kept: a workspace has one or two.
const MAX_KEPT: usize = 8;

/// Why there is no document.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// The file cannot be read.
    Unread(ErrorKind),
    /// The file is larger than any registry document.
    TooLarge,
    /// The file is no registry document.
    Unreadable(Unreadable),
}

type Loaded = Result<Arc<Document>, Failure>;

struct Kept {
    path: PathBuf,
    bytes: Vec<u8>,
    document: Loaded,
}

static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());

/// The document at `path`.
pub(crate) fn load(path: &Path) -> Loaded {
    let bytes = read(path)?;
    // A panic elsewhere cannot leave half an entry.
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept.iter().find(|it| it.path == path && it.bytes == bytes);
    if let Some(known) = known {
        return known.document.clone();
    }
    let document = Document::read(&bytes)
        .map(Arc::new)
        .map_err(Failure::Unreadable);
    kept.retain(|it| it.path != path);
    if kept.len() >= MAX_KEPT {
        kept.remove(0);
    }
    kept.push(Kept {
        path: path.to_owned(),
        bytes,
        document: document.clone(),
    });
    document
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unread = |error: io::Error| Failure::Unread(error.kind());
    // A pipe or a device would never end.
    if !path.metadata().map_err(unread)?.is_file() {
        return Err(Failure::Unread(ErrorKind::IsADirectory));
    }
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(unread)?.take(MAX_BYTES + 1);
    file.read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::TooLarge);
    }
    Ok(bytes)
}
