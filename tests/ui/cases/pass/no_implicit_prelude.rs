// All macros work without a prelude.

#![no_implicit_prelude]

use ::telemetry_runtime::{
    TelemetryEnum, TelemetryEvent, TelemetryFields, telemetry_buckets, telemetry_labels, telemetry_registry,
};

telemetry_labels! {
    /// Commands of the program.
    pub Commands = ["build", "check"];
    Origins = ["cache"], unknown = "elsewhere"
}

telemetry_buckets! {
    /// Files touched.
    pub FileCount("FileCountEnum") = [0, 5, 10];
    Lines = [100, 1_000], lowest = "few", unknown = "unknown"
}

/// A kind.
#[derive(TelemetryEnum)]
#[event(name = "KindEnum", rename_all = "kebab-case")]
enum Kind {
    TimedOut,
    #[event(fallback)]
    Undefined,
}

/// A host.
#[derive(TelemetryFields)]
struct Host {
    /// A port.
    #[event(default = 80)]
    port: i64,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    /// The command.
    #[event(required)]
    command: ::telemetry_runtime::Allowlisted<Commands>,
    /// Origin.
    origin: ::telemetry_runtime::Allowlisted<Origins>,
    /// Files.
    files: FileCount,
    /// Lines.
    lines: Lines,
    /// The kind.
    #[event(default = Kind::TimedOut)]
    kind: Kind,
    /// Progress.
    #[event(range(min = -1, max = 100), unit = "percent")]
    percent: i64,
    /// The model.
    #[event(free_text = "a name built into the program", max_len = 12)]
    model: ::std::string::String,
    #[event(flatten, prefix = "first")]
    first: Host,
    #[event(flatten, prefix = "second")]
    second: Host,
}

telemetry_registry! {
    static REGISTRY = {
        client_name = "Example",
        client_id = "0",
        version = "1.0",
        description = "Events of an example.",
        types = [Kind],
        events = [Run],
    }
}

fn main() {
    let run = Run::builder().command(Commands::get("build")).files(FileCount::of(3)).build();
    ::std::assert_eq!(run.files.as_str(), "1-5");
    ::std::assert_eq!(run.kind.as_str(), "timed-out");
    ::std::assert_eq!(REGISTRY.version(), "1.0");
}
