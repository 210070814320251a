//! Loads registry documents. An unchanged document is parsed once per process.
//!
//! The file itself is read every time, which costs microseconds: a language server keeps this process
//! for hours and must see the next edit.

use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::document::{Document, DocumentError};

/// Maximum size of a document; the largest known one has 40 KB.
const MAX_BYTES: u64 = 4 << 20;
/// Maximum number of cached documents; a workspace has one or two.
const MAX_CACHED: usize = 8;

/// The reason why a document cannot be loaded.
#[derive(Debug, Clone)]
pub(crate) enum LoadError {
    /// The file cannot be read.
    Io(ErrorKind),
    /// The file is larger than [`MAX_BYTES`].
    TooLarge,
    /// The file is not a registry document.
    Document(DocumentError),
}

type Loaded = Result<Arc<Document>, LoadError>;

struct CacheEntry {
    path: PathBuf,
    bytes: Vec<u8>,
    document: Loaded,
}

static CACHE: Mutex<Vec<CacheEntry>> = Mutex::new(Vec::new());

/// The document at `path`.
pub(crate) fn load(path: &Path) -> Loaded {
    let bytes = read(path)?;
    // Poisoning is harmless: an entry is added in one step.
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    let cached = cache.iter().find(|it| it.path == path && it.bytes == bytes);
    if let Some(cached) = cached {
        return cached.document.clone();
    }
    let document = Document::read(&bytes)
        .map(Arc::new)
        .map_err(LoadError::Document);
    cache.retain(|it| it.path != path);
    if cache.len() >= MAX_CACHED {
        cache.remove(0);
    }
    cache.push(CacheEntry {
        path: path.to_owned(),
        bytes,
        document: document.clone(),
    });
    document
}

fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    let io_error = |error: io::Error| LoadError::Io(error.kind());
    // Reading a pipe or a device may never end.
    if !path.metadata().map_err(io_error)?.is_file() {
        return Err(LoadError::Io(ErrorKind::IsADirectory));
    }
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(io_error)?.take(MAX_BYTES + 1);
    file.read_to_end(&mut bytes).map_err(io_error)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(LoadError::TooLarge);
    }
    Ok(bytes)
}
