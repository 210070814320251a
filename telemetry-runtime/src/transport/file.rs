//! One JSON line per envelope at the end of a file.
//!
//! Never truncates, never creates directories and never makes the file readable for others.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::PathBuf,
    time::Instant,
};

use super::{Failure, FailureKind, Outcome, Request, Transport};

/// Appends every envelope to a file, one line each.
///
/// The file is opened for each envelope, so it can be moved away at any time. While it cannot be
/// opened, or its disk is full, events are held as if a network were down.
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
    /// Appends to the file at `path`, which is created when it is missing.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }
}

impl Transport for FileTransport {
    fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
        let failure =
            |error: io::Error| Failure::new(FailureKind::Io).detail(error.kind().to_string());
        let mut file = match self.open() {
            Ok(file) => file,
            Err(error) => return Outcome::NotSent(failure(error)),
        };
        // One write per line, so that lines of several processes do not mix.
        let mut line = request.body.to_vec();
        line.push(b'\n');
        let rest = match file.write(&line) {
            Ok(written) => line.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => &line,
            Err(error) => return Outcome::NotSent(failure(error)),
        };
        match file.write_all(rest) {
            Ok(()) => Outcome::delivered(),
            // Half a line may stand there.
            Err(error) => Outcome::Ambiguous(failure(error)),
        }
    }
}
