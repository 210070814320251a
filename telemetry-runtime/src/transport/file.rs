//! Appends one JSON line per envelope to a file.
//!
//! **Invariants.** Never truncates the file, never creates directories and never makes the file
//! readable for other users.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::PathBuf,
    time::Instant,
};

use super::{ChildTransport, Failure, FailureKind, Outcome, Request, Transport};
use crate::util::platform::{descriptors, files::create_private};

/// Appends every envelope to a file, one line each.
///
/// The file is opened for each envelope, so it can be renamed at any time. While it cannot be opened
/// or its disk is full, events are held as during a network failure.
///
/// ```
/// use telemetry_runtime::{Client, Product, transport::FileTransport};
///
/// static MY_TOOL: Product = Product::new("my-tool");
/// let to_file = FileTransport::new("my-tool-telemetry.jsonl");
/// let telemetry = Client::builder(&MY_TOOL).transport(to_file).build();
/// ```
#[derive(Debug, Clone)]
pub struct FileTransport {
    path: PathBuf,
}

impl FileTransport {
    /// Appends to the file at `path`, which is created if it is missing.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        create_private(&mut options);
        descriptors::occupy_standard_streams()?;
        options.open(&self.path)
    }
}

impl Transport for FileTransport {
    fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
        let failure =
            |error: io::Error| Failure::new(FailureKind::Io).with_detail(error.kind().to_string());
        let mut file = match self.open() {
            Ok(file) => file,
            Err(error) => return Outcome::NotSent(failure(error)),
        };
        // One write per line, so that lines of several processes do not interleave.
        let mut line = request.body.to_vec();
        line.push(b'\n');
        let rest = match file.write(&line) {
            Ok(written) => line.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => &line,
            Err(error) => return Outcome::NotSent(failure(error)),
        };
        match file.write_all(rest) {
            Ok(()) => Outcome::delivered(),
            // A part of the line may be in the file.
            Err(error) => Outcome::Ambiguous(failure(error)),
        }
    }

    fn for_child(&self) -> Option<ChildTransport> {
        let transport = self.clone();
        Some(Box::new(move || Box::new(transport.clone())))
    }
}
