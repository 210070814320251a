//! The live view of `telemetry-tool`, started as a process. These programs do not depend on the tool.

use std::{
    env,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Mutex, PoisonError},
};

const PROGRAM: &str = "telemetry-tool";

/// A live view that receives the events of this program. Ctrl-C ends it, as it ends this program.
#[derive(Debug)]
pub struct LiveView {
    page: String,
    endpoint: String,
    process: Mutex<(Child, BufReader<ChildStdout>)>,
}

impl LiveView {
    /// Starts a view of a registry document, which is a path from the root of the repository.
    ///
    /// # Errors
    ///
    /// When the tool is neither beside this program nor in `PATH`, or does not start.
    pub fn start(registry: &str) -> io::Result<Self> {
        let registry = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(registry);
        let program = beside().unwrap_or_else(|| PROGRAM.into());
        let mut child = Command::new(program)
            .arg("view")
            .arg("--registry")
            .arg(registry)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                let instead = "run `cargo build -p telemetry-tool` first";
                io::Error::new(
                    error.kind(),
                    format!("{PROGRAM} did not start: {error}; {instead}"),
                )
            })?;
        let out = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut out = BufReader::new(out);
        let mut value = |separator: char| {
            let mut line = String::new();
            out.read_line(&mut line)?;
            let (_, value) = line
                .trim()
                .split_once(separator)
                .ok_or_else(|| io::Error::other(format!("{PROGRAM} did not print its address")))?;
            Ok::<_, io::Error>(value.trim().to_owned())
        };
        let (page, endpoint) = (value(':')?, value('=')?);
        Ok(Self {
            page,
            endpoint,
            process: Mutex::new((child, out)),
        })
    }

    /// The address of the page.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.page
    }

    /// The endpoint for the events.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Waits until the user ends the view, and returns its last line.
    pub fn wait(&self) -> String {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let (child, out) = &mut *process;
        let mut last = String::new();
        let _ = out.read_to_string(&mut last);
        let _ = child.wait();
        last.trim().to_owned()
    }
}

/// A program that fails leaves no view behind.
impl Drop for LiveView {
    fn drop(&mut self) {
        let process = self.process.get_mut();
        let (child, _) = process.unwrap_or_else(PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// The tool that Cargo built into the folder of this program, or of its examples.
fn beside() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let name = format!("{PROGRAM}{}", env::consts::EXE_SUFFIX);
    let folders = program.ancestors().skip(1).take(2);
    let mut files = folders.map(|folder| folder.join(&name));
    files.find(|file| file.is_file())
}
