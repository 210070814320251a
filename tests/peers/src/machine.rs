//! The machine and the versions that a run was made with.

use std::{fs, io, path::Path, process::Command, thread};

/// The packages whose versions are printed.
const PACKAGES: [&str; 13] = [
    "metrique",
    "opentelemetry_sdk",
    "opentelemetry-otlp",
    "posthog-rs",
    "sentry",
    "tracing",
    "tracing-subscriber",
    "tracing-appender",
    "reqwest",
    "serde",
    "serde_json",
    "tokio",
    "memchr",
];

/// How the run was started.
pub(crate) struct Run {
    /// The arguments of the command.
    pub(crate) arguments: String,
    /// The load of the machine at the start.
    pub(crate) load: String,
}

/// A table of the command, the machine and the versions.
pub(crate) fn describe(package: &Path, run: &Run) -> io::Result<String> {
    let lock = fs::read_to_string(package.join("Cargo.lock"))?;
    let versions: Vec<_> = PACKAGES
        .iter()
        .filter_map(|name| version(&lock, name))
        .collect();
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let lines = [
        (
            "command",
            format!(
                "`cargo bench --manifest-path tests/peers/Cargo.toml{}`",
                run.arguments
            ),
        ),
        (
            "processor",
            format!(
                "{}, {cores} cores, shared",
                field("/proc/cpuinfo", "model name")
            ),
        ),
        ("system", output("uname", &["-sr"])),
        ("compiler", output("rustc", &["--version"])),
        ("libraries", versions.join(", ")),
        ("load before the run (1, 5, 15 minutes)", run.load.clone()),
    ];
    let lines: String = lines
        .map(|(name, text)| format!("| {name} | {text} |\n"))
        .concat();
    Ok(format!("| | |\n| --- | --- |\n{lines}")
        .trim_end()
        .to_owned())
}

fn version(lock: &str, name: &str) -> Option<String> {
    let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    Some(format!("{name} {}", rest.split('"').next()?))
}

fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split(':').nth(1));
    value.map_or("unknown".to_owned(), |value| value.trim().to_owned())
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or("unknown".to_owned(), |output| {
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    })
}

/// The average number of runnable threads of the last 1, 5 and 15 minutes.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(", ")
}
